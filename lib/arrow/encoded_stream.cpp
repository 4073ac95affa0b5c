#include "arrow/encoded_stream.hpp"

#include <new>

#include <bulkmarc/error.hpp>

namespace bulkmarc {

arrow::Status EncodedStream::Write(const void* data, std::int64_t size) {
  if (closed_) return arrow::Status::IOError("the file was given up");
  if (size == 0) return arrow::Status::OK();
  try {
    write_({static_cast<const char*>(data), static_cast<std::size_t>(size)});
  } catch (...) {
    error_ = std::current_exception();
    closed_ = true;
    return arrow::Status::IOError("the output failed");
  }
  position_ += size;
  return arrow::Status::OK();
}

arrow::Status EncodedStream::Close() {
  closed_ = true;
  return arrow::Status::OK();
}

void EncodedStream::check(const arrow::Status& status) const {
  if (status.ok()) return;
  if (error_) std::rethrow_exception(error_);
  if (status.IsOutOfMemory()) throw std::bad_alloc();
  throw Error(ErrorCode::kOutputWrite, {}, "rows can't be encoded by Apache Arrow: " + status.ToString());
}

}  // namespace bulkmarc
