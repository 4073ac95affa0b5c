#pragma once

#include <bit>
#include <cstddef>
#include <cstdint>
#include <cstring>
#include <string_view>
#include <vector>

#include "text/scan_kernels.hpp"

namespace bulkmarc {

/// Where the special bytes of a record are, found in one wide scan: a bit for every byte.
class Specials {
 public:
  /// Scans bytes[from, size). Forgets what was marked before. REQUIRES: from <= bytes.size().
  void mark(std::string_view bytes, std::size_t from, SpecialBytes special) {
    const std::size_t first = from / 64;
    const std::size_t end = (bytes.size() + 63) / 64;
    if (words_.size() <= end) words_.resize(end + 1);
    kernel_.mark(reinterpret_cast<const std::uint8_t*>(bytes.data()) + first * 64, bytes.size() - first * 64, special,
                 reinterpret_cast<std::uint8_t*>(words_.data() + first));
    words_[end] = kAll;  // So that every search ends.
  }

  /// The position of the next special byte from a position on, or one beyond what was marked. REQUIRES: `from` is
  /// within what was marked, or its end.
  [[nodiscard]] std::size_t find(std::size_t from) const {
    std::uint64_t bits;
    std::memcpy(&bits, reinterpret_cast<const char*>(words_.data()) + from / 8, sizeof bits);
    bits >>= from % 8;
    if (bits != 0) [[likely]]
      return from + static_cast<unsigned>(std::countr_zero(bits));
    return Cursor(*this, from).next();
  }

  /// Walks the special bytes from a position on.
  class Cursor {
   public:
    /// REQUIRES: `from` is within what was marked, which must stay as it is as long as this is used.
    Cursor(const Specials& specials, std::size_t from)
        : words_(specials.words_.data()), bits_(words_[from / 64] >> from % 64), base_(from) {}

    /// The position of the next special byte, or one beyond what was marked. REQUIRES: none of the latter was returned.
    std::size_t next() {
      while (bits_ == 0) {
        base_ = base_ / 64 * 64 + 64;
        bits_ = words_[base_ / 64];
      }
      const auto bit = static_cast<unsigned>(std::countr_zero(bits_));
      bits_ &= bits_ - 1;
      return base_ + bit;
    }

   private:
    const std::uint64_t* words_;
    std::uint64_t bits_;  // What is left of a word.
    std::size_t base_;    // The position of the first bit.
  };

 private:
  static constexpr std::uint64_t kAll = ~std::uint64_t{0};

  const ScanKernel& kernel_ = scan_kernel();
  std::vector<std::uint64_t> words_;
};

}  // namespace bulkmarc
