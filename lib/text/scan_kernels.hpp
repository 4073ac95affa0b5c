#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <string_view>

namespace bulkmarc {

/// The bytes that a format can't copy as they stand: all below 0x20, and four more (repeat one to have fewer).
struct SpecialBytes {
  char others[4];
};

/// One way to scan, for one set of vector instructions.
struct ScanKernel {
  std::string_view name;
  /// Sets bit i of `bits` for every special bytes[i], and clears the others. REQUIRES: `bits` has room for whole 64s
  /// of bytes. What becomes of the bits beyond `size` is not defined.
  void (*mark)(const std::uint8_t* bytes, std::size_t size, SpecialBytes special, std::uint8_t* bits);
};

/// The kernels that this processor can run, the widest first and the scalar reference last.
[[nodiscard]] std::span<const ScanKernel> scan_kernels();

/// The widest of them, or the one that the environment variable BULKMARC_SIMD names. Chosen once.
[[nodiscard]] const ScanKernel& scan_kernel();

}  // namespace bulkmarc
