#pragma once

#include <algorithm>
#include <string>
#include <utility>

#include "input/byte_stream.hpp"

/// A stream of given bytes, some at a time, that may end in damage.
class GivenStream final : public bulkmarc::ByteStream {
 public:
  explicit GivenStream(std::string bytes, std::size_t at_a_time = std::string::npos, std::string damage = {})
      : bytes_(std::move(bytes)), at_a_time_(at_a_time), damage_(std::move(damage)) {}

  [[nodiscard]] const std::filesystem::path& path() const override { return path_; }
  std::size_t read(std::span<char> bytes) override {
    const std::string_view next = std::string_view(bytes_).substr(read_, std::min(bytes.size(), at_a_time_));
    std::ranges::copy(next, bytes.begin());
    read_ += next.size();
    return next.size();
  }
  [[nodiscard]] std::string damage() const override { return damage_; }

 private:
  std::filesystem::path path_ = "given";
  std::string bytes_;
  std::size_t at_a_time_;
  std::size_t read_ = 0;
  std::string damage_;
};

/// All that is left of a stream.
inline std::string read_all(bulkmarc::ByteStream& stream, std::size_t at_a_time = 4096) {
  std::string all;
  std::string chunk(at_a_time, '\0');
  while (const std::size_t got = stream.read(chunk)) all.append(chunk, 0, got);
  return all;
}
