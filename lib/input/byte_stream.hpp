#pragma once

#include <cstddef>
#include <filesystem>
#include <span>
#include <string>

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

}  // namespace bulkmarc
