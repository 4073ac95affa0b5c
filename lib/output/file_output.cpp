#include "output/file_output.hpp"

#include <cerrno>
#include <limits>

#include <fmt/format.h>

#include <bulkmarc/error.hpp>

namespace bulkmarc {

void MappedFileOutput::presize(std::uint64_t size) {
  if (size == 0) return;
  const auto fail = [&](ErrorCode code, const char* what, int failed) {
    throw Error(code, file_.target(), fmt::format("can't {} {} bytes", what, size), -failed);
  };
  if (size > static_cast<std::uint64_t>(std::numeric_limits<off_t>::max())) {
    fail(ErrorCode::kOutputAllocate, "allocate", -EFBIG);
  }
  int failed = -EINTR;
  while (failed == -EINTR) failed = platform().fallocate(file_.descriptor(), static_cast<off_t>(size));
  if (failed != 0) fail(ErrorCode::kOutputAllocate, "allocate", failed);
  failed = platform().map(file_.descriptor(), size, mapping_);
  if (failed != 0) fail(ErrorCode::kOutputMap, "map", failed);
}

std::span<char> MappedFileOutput::slice(std::uint64_t offset, std::uint64_t length) {
  if (length == 0) return {};
  return mapping_->bytes().subspan(offset, length);
}

void MappedFileOutput::commit() {
  mapping_.reset();
  file_.commit();
}

}  // namespace bulkmarc
