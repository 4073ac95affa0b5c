// Highway compiles what is between HWY_BEFORE_NAMESPACE and HWY_AFTER_NAMESPACE once for each set of vector
// instructions. Only its headers are used: its library times the processor when it is loaded, with an instruction that
// valgrind refuses on some machines, so the choice at run time is made here.
#define HWY_DISABLED_TARGETS (HWY_SSSE3 | HWY_AVX3_DL)
#undef HWY_TARGET_INCLUDE
#define HWY_TARGET_INCLUDE "text/scan_kernels.cpp"
#include "text/scan_kernels.hpp"

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <cstring>
#include <string_view>
#include <vector>

#include <hwy/foreach_target.h>
#include <hwy/highway.h>

#include "text/json_marks.hpp"

#if HWY_TARGET != HWY_SCALAR
HWY_BEFORE_NAMESPACE();
namespace bulkmarc {
namespace HWY_NAMESPACE {
namespace hn = hwy::HWY_NAMESPACE;

void mark_specials(const std::uint8_t* bytes, std::size_t size, SpecialBytes special, std::uint8_t* bits) {
  const hn::ScalableTag<std::uint8_t> d;
  const std::size_t lanes = hn::Lanes(d);
  const auto last_control = hn::Set(d, std::uint8_t{0x1F});
  const auto last_bits = hn::Set(d, std::uint8_t{0x0F});
  HWY_ALIGN std::uint8_t by_last_bits[16] = {};
  for (const char other : special.others) by_last_bits[other & 0x0F] = static_cast<std::uint8_t>(other);
  const auto others = hn::LoadDup128(d, by_last_bits);
  const auto mark = [&](const std::uint8_t* from, std::uint8_t* to) HWY_ATTR {
    const auto v = hn::LoadU(d, from);
    const auto is_control = hn::Eq(hn::Min(v, last_control), v);
    const auto is_other = hn::Eq(hn::TableLookupBytes(others, hn::And(v, last_bits)), v);
    hn::StoreMaskBits(d, hn::Or(is_control, is_other), to);
  };
  const std::uint8_t* end = bytes + size;
  for (; bytes + 2 * lanes <= end; bytes += 2 * lanes, bits += 2 * lanes / 8) {
    mark(bytes, bits);
    mark(bytes + lanes, bits + lanes / 8);
  }
  if (bytes + lanes <= end) {
    mark(bytes, bits);
    bytes += lanes;
    bits += lanes / 8;
  }
  if (bytes == end) return;
  HWY_ALIGN std::uint8_t tail[HWY_LANES(std::uint8_t)] = {};
  std::copy(bytes, end, tail);
  mark(tail, bits);
}

// An entry is loaded from the byte before it on, so that all that is read of it is within the record:
//   0: that byte   1-3: tag   4-7: length   8-12: start   13-15: what follows
HWY_ALIGN constexpr std::uint8_t kLowest[16] = {0, ' ', ' ', ' ', '0', '0', '0', '0', '0', '0', '0', '0', '0', 0, 0, 0};
HWY_ALIGN constexpr std::uint8_t kRange[16] = {0xFF, 0x5E, 0x5E, 0x5E, 9, 9, 9, 9, 9, 9, 9, 9, 9, 0xFF, 0xFF, 0xFF};
// Its digits as pairs: three of the start, two of the length, and the start's last two. 0x80 makes a zero.
HWY_ALIGN constexpr std::uint8_t kPairs[16] = {0x80, 8, 9, 10, 4, 5, 6, 7, 11, 12, 0x80, 0x80, 0x80, 0x80, 0x80, 0x80};
// What makes a number of a pair, in its upper byte: ten for the first digit, which is the lower byte, and one.
HWY_ALIGN constexpr std::uint16_t kTenAndOne[8] = {0xA01, 0xA01, 0xA01, 0xA01, 0xA01, 0, 0, 0};
HWY_ALIGN constexpr std::int16_t kWeights[8] = {10'000, 100, 100, 1, 1, 0, 0, 0};

bool parse_entries(const char* directory, std::size_t count, std::uint32_t base, DirectoryEntry* entries) {
  static_assert(offsetof(DirectoryEntry, length) == offsetof(DirectoryEntry, offset) + sizeof(std::uint32_t));
  const hn::Full128<std::uint8_t> d8;
  const hn::Full128<std::uint16_t> d16;
  const hn::Full128<std::int16_t> d16s;
  const hn::Full128<std::int32_t> d32;
  const hn::Full128<std::uint64_t> d64;
  const auto lowest = hn::Load(d8, kLowest);
  const auto range = hn::Load(d8, kRange);
  const auto to_pairs = hn::Load(d8, kPairs);
  const auto weights = hn::Load(d16s, kWeights);
  const auto ten_and_one = hn::Load(d16, kTenAndOne);
  const auto place = hn::BitCast(d32, hn::Set(d64, std::uint64_t{0xFFFFFFFF} << 32 | base));
  auto flaws = hn::Zero(d8);
  for (std::size_t i = 0; i < count; ++i) {
    const char* entry = directory + i * kDirectoryEntryLength;
    const auto values = hn::Sub(hn::LoadU(d8, reinterpret_cast<const std::uint8_t*>(entry) - 1), lowest);
    flaws = hn::Or(flaws, hn::SaturatedSub(values, range));
    const auto pairs = hn::BitCast(d16, hn::TableLookupBytesOr0(values, to_pairs));
    const auto numbers = hn::BitCast(d16s, hn::ShiftRight<8>(hn::Mul(pairs, ten_and_one)));
    auto odd = hn::Zero(d32);
    const auto even = hn::ReorderWidenMulAccumulate(d32, numbers, weights, hn::Zero(d32), odd);
    // Most of the start, the length, the rest of the start, and 0.
    const auto sums = hn::RearrangeToOddPlusEven(even, odd);
    const auto start_and_length = hn::Add(hn::Add(sums, hn::Shuffle1032(sums)), place);
    const std::uint64_t both = hn::ExtractLane(hn::BitCast(d64, start_and_length), 0);
    char* const to = reinterpret_cast<char*>(&entries[i]);
    std::memcpy(to, entry, offsetof(DirectoryEntry, offset));  // What follows the tag is padding.
    std::memcpy(to + offsetof(DirectoryEntry, offset), &both, sizeof both);
  }
  return hn::AllTrue(d8, hn::Eq(flaws, hn::Zero(d8)));
}

template <class D, class Mask>
HWY_INLINE void store_bits(D d, Mask mask, std::uint64_t& bits, std::size_t at) {
  hn::StoreMaskBits(d, mask, reinterpret_cast<std::uint8_t*>(&bits) + at / 8);
}

void mark_json(const std::uint8_t* bytes, std::size_t count, JsonStrings& strings, JsonBlock* blocks) {
  const hn::ScalableTag<std::uint8_t> d;
  const auto quote = hn::Set(d, std::uint8_t{'"'});
  const auto backslash = hn::Set(d, std::uint8_t{'\\'});
  const auto opening = hn::Set(d, std::uint8_t{'{'});
  const auto closing = hn::Set(d, std::uint8_t{'}'});
  const auto lower = hn::Set(d, std::uint8_t{0x20});
  const auto colon = hn::Set(d, std::uint8_t{':'});
  for (std::size_t i = 0; i < count; ++i, bytes += 64) {
    JsonMarks marks;
    for (std::size_t at = 0; at < 64; at += hn::Lanes(d)) {
      const auto v = hn::LoadU(d, bytes + at);
      const auto folded = hn::Or(v, lower);  // [ and ] become { and }, as 0x5B and 0x5D become 0x7B and 0x7D.
      store_bits(d, hn::Eq(v, quote), marks.quotes, at);
      store_bits(d, hn::Eq(v, backslash), marks.backslashes, at);
      store_bits(d, hn::Eq(folded, opening), marks.opening, at);
      store_bits(d, hn::Eq(folded, closing), marks.closing, at);
      store_bits(d, hn::Lt(v, lower), marks.controls, at);
      store_bits(d, hn::Gt(v, colon), marks.words, at);
    }
    blocks[i] = follow_strings(marks, strings);
  }
}

}  // namespace HWY_NAMESPACE
}  // namespace bulkmarc
HWY_AFTER_NAMESPACE();
#endif

#if HWY_ONCE
namespace bulkmarc {
namespace {

void mark_specials_scalar(const std::uint8_t* bytes, std::size_t size, SpecialBytes special, std::uint8_t* bits) {
  std::fill_n(bits, (size + 7) / 8, std::uint8_t{0});
  for (std::size_t i = 0; i < size; ++i) {
    const bool is_special =
        bytes[i] < 0x20 || std::ranges::find(special.others, static_cast<char>(bytes[i])) != std::end(special.others);
    if (is_special) bits[i / 8] = static_cast<std::uint8_t>(bits[i / 8] | 1U << i % 8);
  }
}

/// The number that digits make. Sets `sound` to false where they are none.
std::uint32_t parse_number(std::string_view digits, bool& sound) {
  std::uint32_t number = 0;
  for (const char digit : digits) {
    sound &= digit >= '0' && digit <= '9';
    number = number * 10 + static_cast<std::uint32_t>(digit - '0');
  }
  return number;
}

bool parse_entries_scalar(const char* directory, std::size_t count, std::uint32_t base, DirectoryEntry* entries) {
  bool sound = true;
  for (std::size_t i = 0; i < count; ++i) {
    const std::string_view entry(directory + i * kDirectoryEntryLength, kDirectoryEntryLength);
    sound &= std::ranges::all_of(entry.substr(0, kTagLength), [](char c) { return c >= 0x20 && c < 0x7F; });
    entries[i] = {{entry[0], entry[1], entry[2]},
                  base + parse_number(entry.substr(7), sound),
                  parse_number(entry.substr(kTagLength, 4), sound) - 1};
  }
  return sound;
}

void mark_json_scalar(const std::uint8_t* bytes, std::size_t count, JsonStrings& strings, JsonBlock* blocks) {
  for (std::size_t i = 0; i < count; ++i, bytes += 64) {
    JsonMarks marks{};
    for (std::size_t at = 0; at < 64; ++at) {
      const std::uint8_t byte = bytes[at];
      const std::uint64_t bit = std::uint64_t{1} << at;
      if (byte == '"') marks.quotes |= bit;
      if (byte == '\\') marks.backslashes |= bit;
      if (byte == '{' || byte == '[') marks.opening |= bit;
      if (byte == '}' || byte == ']') marks.closing |= bit;
      if (byte < 0x20) marks.controls |= bit;
      if (byte > ':') marks.words |= bit;
    }
    blocks[i] = follow_strings(marks, strings);
  }
}

std::vector<ScanKernel> supported_kernels() {
  std::vector<ScanKernel> kernels;
#if HWY_TARGETS & HWY_AVX3
  if (__builtin_cpu_supports("avx512f") && __builtin_cpu_supports("avx512bw") && __builtin_cpu_supports("avx512dq") &&
      __builtin_cpu_supports("avx512cd") && __builtin_cpu_supports("avx512vl")) {
    kernels.push_back({"avx512", N_AVX3::mark_specials, N_AVX3::parse_entries, N_AVX3::mark_json});
  }
#endif
#if HWY_TARGETS & HWY_AVX2
  if (__builtin_cpu_supports("avx2") && __builtin_cpu_supports("bmi") && __builtin_cpu_supports("bmi2") &&
      __builtin_cpu_supports("fma")) {
    kernels.push_back({"avx2", N_AVX2::mark_specials, N_AVX2::parse_entries, N_AVX2::mark_json});
  }
#endif
#if HWY_TARGETS & HWY_SSE4
  if (__builtin_cpu_supports("sse4.1") && __builtin_cpu_supports("sse4.2") && __builtin_cpu_supports("pclmul") &&
      __builtin_cpu_supports("aes")) {
    kernels.push_back({"sse4", N_SSE4::mark_specials, N_SSE4::parse_entries, N_SSE4::mark_json});
  }
#endif
#if HWY_TARGETS & HWY_NEON
  kernels.push_back({"neon", N_NEON::mark_specials, N_NEON::parse_entries, N_NEON::mark_json});
#endif
  kernels.push_back({"scalar", mark_specials_scalar, parse_entries_scalar, mark_json_scalar});
  return kernels;
}

}  // namespace

std::span<const ScanKernel> scan_kernels() {
  static const std::vector<ScanKernel> kernels = supported_kernels();
  return kernels;
}

const ScanKernel& scan_kernel() {
  static const ScanKernel& chosen = [&]() -> const ScanKernel& {
    const char* wanted = std::getenv("BULKMARC_SIMD");
    const auto named =
        std::ranges::find(scan_kernels(), std::string_view(wanted != nullptr ? wanted : ""), &ScanKernel::name);
    return named != scan_kernels().end() ? *named : scan_kernels().front();
  }();
  return chosen;
}

}  // namespace bulkmarc
#endif
