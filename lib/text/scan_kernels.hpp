#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <string_view>

#include <bulkmarc/record_view.hpp>

namespace bulkmarc {

/// 1 in each byte of a word, for arithmetic on eight bytes at once.
inline constexpr std::uint64_t kEach = 0x0101010101010101;

/// The bytes that a format can't copy as they stand: all below 0x20, and four more (repeat one to have fewer), no two
/// of which have the same last four bits.
struct SpecialBytes {
  char others[4];
};

/// What 64 bytes of JSON hold: bit i tells of byte i.
struct JsonBlock {
  std::uint64_t opening;  ///< { and [ outside of strings.
  std::uint64_t closing;  ///< } and ] outside of strings.
  std::uint64_t
      unusual;  ///< Bytes below 0x20 in strings; outside of them all other bytes above `:`, where letters are.
  int opened;   ///< How many are `opening`.
  int closed;   ///< How many are `closing`.
};

/// The state of a scan of JSON between one block and the next.
struct JsonStrings {
  std::uint64_t inside = 0;       ///< All bits are set while a string reaches over the end of a block.
  std::uint64_t escape_next = 0;  ///< 1 when the next block's first byte is escaped.
};

/// One way to do what costs most of the time, for one set of vector instructions.
struct ScanKernel {
  std::string_view name;
  /// Sets bit i of `bits` for every special bytes[i], and clears the others. REQUIRES: `bits` has room for whole 64s
  /// of bytes. What becomes of the bits beyond `size` is not defined.
  void (*mark)(const std::uint8_t* bytes, std::size_t size, SpecialBytes special, std::uint8_t* bits);
  /// Parses `count` entries of an ISO 2709 directory: three bytes of tag, four digits of length, five of start.
  /// `entries` gets the starts with `base` added, and the lengths without the terminator: a length of 0 becomes the
  /// largest number. Returns false when a tag is not printable ASCII or a number not all digits; what the entries hold
  /// is then not defined. REQUIRES: one byte before `directory` and three bytes after it can be read.
  bool (*parse_entries)(const char* directory, std::size_t count, std::uint32_t base, DirectoryEntry* entries);
  /// Sets `blocks` for `count` times 64 bytes, which follow those that `strings` tells of.
  void (*mark_json)(const std::uint8_t* bytes, std::size_t count, JsonStrings& strings, JsonBlock* blocks);
};

/// The kernels that this processor can run, the widest first and the scalar reference last.
[[nodiscard]] std::span<const ScanKernel> scan_kernels();

/// The widest of them, or the one that the environment variable BULKMARC_SIMD names. Chosen once.
[[nodiscard]] const ScanKernel& scan_kernel();

}  // namespace bulkmarc
