#pragma once

#include <bit>
#include <cstddef>
#include <cstdint>
#include <string_view>
#include <vector>

#include "text/scan_kernels.hpp"

namespace bulkmarc {

/// Where the special bytes of a record are, found in one wide scan: a bit for every byte.
class Specials {
 public:
  /// Scans `bytes`. Forgets what was marked before.
  void mark(std::string_view bytes, SpecialBytes special) {
    const std::size_t words = (bytes.size() + 63) / 64;
    if (words_.size() < words) words_.resize(words);
    kernel_.mark(reinterpret_cast<const std::uint8_t*>(bytes.data()), bytes.size(), special,
                 reinterpret_cast<std::uint8_t*>(words_.data()));
  }

  /// The position of the first special byte in [from, to), or `to`. REQUIRES: from <= to <= the size scanned.
  [[nodiscard]] std::size_t next(std::size_t from, std::size_t to) const {
    if (from >= to) return to;
    std::size_t word = from / 64;
    std::uint64_t bits = words_[word] >> (from % 64) << (from % 64);
    const std::size_t last = (to - 1) / 64;
    while (bits == 0) {
      if (word == last) return to;
      bits = words_[++word];
    }
    const std::size_t at = word * 64 + static_cast<std::size_t>(std::countr_zero(bits));
    return at < to ? at : to;
  }

 private:
  const ScanKernel& kernel_ = scan_kernel();
  std::vector<std::uint64_t> words_;
};

}  // namespace bulkmarc
