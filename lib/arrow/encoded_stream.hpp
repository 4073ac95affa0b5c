#pragma once

#include <atomic>
#include <cstdint>
#include <exception>
#include <functional>
#include <string_view>
#include <utility>

#include <arrow/io/interfaces.h>
#include <arrow/result.h>
#include <arrow/status.h>

namespace bulkmarc {

/// What Arrow writes a file to: EncoderContext::write. Arrow knows no exceptions, so they are kept meanwhile.
class EncodedStream final : public arrow::io::OutputStream {
 public:
  explicit EncodedStream(std::function<void(std::string_view)> write) : write_(std::move(write)) {}

  arrow::Status Write(const void* data, std::int64_t size) override;
  arrow::Result<std::int64_t> Tell() const override { return position_; }
  /// Nothing more is written: Arrow's writers would complete a file when they are destroyed. May be called while
  /// another thread writes.
  arrow::Status Close() override;
  [[nodiscard]] bool closed() const override { return closed_; }

  /// Throws what a failure of Arrow stands for: what write() has thrown, or Error (kOutputWrite), or std::bad_alloc.
  void check(const arrow::Status& status) const;
  template <class Value>
  Value take(arrow::Result<Value> result) const {
    check(result.status());
    return std::move(result).ValueUnsafe();
  }

 private:
  std::function<void(std::string_view)> write_;
  std::int64_t position_ = 0;
  std::atomic<bool> closed_ = false;
  std::exception_ptr error_;
};

}  // namespace bulkmarc
