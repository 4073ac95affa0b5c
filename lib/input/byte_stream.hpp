#pragma once

#include <cstddef>
#include <exception>
#include <filesystem>
#include <memory>
#include <span>
#include <string>
#include <string_view>

#include "text/buffer.hpp"

namespace bulkmarc {

/// Bytes that come one after the other and only once: a file, a pipe, or what becomes of another stream. Not
/// thread-safe.
class ByteStream {
 public:
  virtual ~ByteStream() = default;

  /// The name of the input, for reports and errors.
  [[nodiscard]] virtual const std::filesystem::path& path() const = 0;
  /// Reads what comes next, at most bytes.size(). Returns 0 only at the end. Throws Error.
  virtual std::size_t read(std::span<char> bytes) = 0;
  /// Once read() told the end: what is damaged and where, for people, if the data does not really end there; else
  /// empty.
  [[nodiscard]] virtual std::string damage() const { return {}; }
};

/// A stream whose next bytes can be looked at before they are read.
class PeekedStream final : public ByteStream {
 public:
  explicit PeekedStream(std::unique_ptr<ByteStream> stream) : stream_(std::move(stream)) {}

  /// The next `length` bytes, or fewer at the end. Valid until the next call. Throws as read() does, where nothing
  /// could be read; otherwise what fails will fail again when these bytes have been read.
  std::string_view peek(std::size_t length);

  [[nodiscard]] const std::filesystem::path& path() const override { return stream_->path(); }
  std::size_t read(std::span<char> bytes) override;
  [[nodiscard]] std::string damage() const override { return stream_->damage(); }

 private:
  std::unique_ptr<ByteStream> stream_;
  Buffer peeked_;
  std::size_t read_ = 0;  // How much of `peeked_` was handed out.
  std::exception_ptr failure_;
};

}  // namespace bulkmarc
