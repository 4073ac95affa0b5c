// Highway compiles what is between HWY_BEFORE_NAMESPACE and HWY_AFTER_NAMESPACE once for each set of vector
// instructions. Only its headers are used: its library times the processor when it is loaded, with an instruction that
// valgrind refuses on some machines, so the choice at run time is made here.
#define HWY_DISABLED_TARGETS (HWY_SSSE3 | HWY_AVX3_DL)
#undef HWY_TARGET_INCLUDE
#define HWY_TARGET_INCLUDE "text/scan_kernels.cpp"
#include "text/scan_kernels.hpp"

#include <algorithm>
#include <cstdlib>
#include <vector>

#include <hwy/foreach_target.h>
#include <hwy/highway.h>

#if HWY_TARGET != HWY_SCALAR
HWY_BEFORE_NAMESPACE();
namespace bulkmarc {
namespace HWY_NAMESPACE {
namespace hn = hwy::HWY_NAMESPACE;

void mark_specials(const std::uint8_t* bytes, std::size_t size, SpecialBytes special, std::uint8_t* bits) {
  const hn::ScalableTag<std::uint8_t> d;
  const std::size_t lanes = hn::Lanes(d);
  const auto space = hn::Set(d, std::uint8_t{0x20});
  const auto other0 = hn::Set(d, static_cast<std::uint8_t>(special.others[0]));
  const auto other1 = hn::Set(d, static_cast<std::uint8_t>(special.others[1]));
  const auto other2 = hn::Set(d, static_cast<std::uint8_t>(special.others[2]));
  const auto other3 = hn::Set(d, static_cast<std::uint8_t>(special.others[3]));
  std::size_t at = 0;
  const auto mark = [&](const std::uint8_t* from) HWY_ATTR {
    const auto v = hn::LoadU(d, from);
    const auto low = hn::Or(hn::Lt(v, space), hn::Eq(v, other0));
    const auto all = hn::Or(hn::Or(low, hn::Eq(v, other1)), hn::Or(hn::Eq(v, other2), hn::Eq(v, other3)));
    hn::StoreMaskBits(d, all, bits + at / 8);
  };
  for (; at + lanes <= size; at += lanes) mark(bytes + at);
  if (at == size) return;
  HWY_ALIGN std::uint8_t tail[HWY_LANES(std::uint8_t)] = {};
  std::copy(bytes + at, bytes + size, tail);
  mark(tail);
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

std::vector<ScanKernel> supported_kernels() {
  std::vector<ScanKernel> kernels;
#if HWY_TARGETS & HWY_AVX3
  if (__builtin_cpu_supports("avx512f") && __builtin_cpu_supports("avx512bw") && __builtin_cpu_supports("avx512dq") &&
      __builtin_cpu_supports("avx512cd") && __builtin_cpu_supports("avx512vl")) {
    kernels.push_back({"avx512", N_AVX3::mark_specials});
  }
#endif
#if HWY_TARGETS & HWY_AVX2
  if (__builtin_cpu_supports("avx2") && __builtin_cpu_supports("bmi") && __builtin_cpu_supports("bmi2") &&
      __builtin_cpu_supports("fma")) {
    kernels.push_back({"avx2", N_AVX2::mark_specials});
  }
#endif
#if HWY_TARGETS & HWY_SSE4
  if (__builtin_cpu_supports("sse4.1") && __builtin_cpu_supports("sse4.2") && __builtin_cpu_supports("pclmul") &&
      __builtin_cpu_supports("aes")) {
    kernels.push_back({"sse4", N_SSE4::mark_specials});
  }
#endif
#if HWY_TARGETS & HWY_NEON
  kernels.push_back({"neon", N_NEON::mark_specials});
#endif
  kernels.push_back({"scalar", mark_specials_scalar});
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
