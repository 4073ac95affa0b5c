#pragma once

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <exception>
#include <span>
#include <string>
#include <string_view>

#include "output/output.hpp"
#include "platform/platform.hpp"

namespace bulkmarc {

/// The caller's string, replaced on commit. Serves both ways.
class MemoryOutput final : public MappedOutput, public StreamedOutput {
 public:
  explicit MemoryOutput(std::string& target) : target_(target) {}

  void presize(std::uint64_t size) override {
    reserve(size);
    bytes_.resize(size);
  }
  std::span<char> slice(std::uint64_t offset, std::uint64_t length) override {
    return std::span(bytes_).subspan(offset, length);
  }
  /// Reserves a little more than that, which takes no memory as long as it is not filled.
  void expect(std::uint64_t bytes) override {
    try {
      reserve(std::min<std::uint64_t>(bytes, bytes_.max_size()) / 16 * 17);
    } catch (const std::exception&) {
      // There is not so much; it may be less.
    }
  }
  void append(std::string_view bytes) override {
    const std::size_t needed = bytes_.size() + bytes.size();
    if (needed > bytes_.capacity()) reserve(std::max(needed, 2 * bytes_.capacity()));
    bytes_ += bytes;
  }
  void commit() override { target_.swap(bytes_); }

 private:
  /// In huge pages, which have to be asked for before the memory is touched: a large result is touched for the first
  /// time here, and that takes longer than filling it.
  void reserve(std::size_t capacity) {
    std::string larger;
    larger.reserve(capacity);
    platform().prefer_huge_pages({larger.data(), larger.capacity()});
    larger.append(bytes_);
    bytes_.swap(larger);
  }

  std::string& target_;
  std::string bytes_;
};

}  // namespace bulkmarc
