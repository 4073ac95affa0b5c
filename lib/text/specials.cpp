// Highway compiles this file once for each set of vector instructions and chooses among them at run time.
#undef HWY_TARGET_INCLUDE
#define HWY_TARGET_INCLUDE "text/specials.cpp"
#include "text/specials.hpp"

#include <hwy/foreach_target.h>
#include <hwy/highway.h>

#include <algorithm>

HWY_BEFORE_NAMESPACE();
namespace bulkmarc {
namespace HWY_NAMESPACE {
namespace hn = hwy::HWY_NAMESPACE;

/// Sets bit i of `bits` for every special bytes[i]. REQUIRES: `bits` has room for whole 64s of bytes.
void mark_specials(const std::uint8_t* bytes, std::size_t size, SpecialBytes special, std::uint8_t* bits) {
  const hn::CappedTag<std::uint8_t, 64> d;
  const std::size_t lanes = hn::Lanes(d);
  const auto space = hn::Set(d, std::uint8_t{0x20});
  const auto a = hn::Set(d, static_cast<std::uint8_t>(special.others[0]));
  const auto b = hn::Set(d, static_cast<std::uint8_t>(special.others[1]));
  const auto c = hn::Set(d, static_cast<std::uint8_t>(special.others[2]));
  const auto e = hn::Set(d, static_cast<std::uint8_t>(special.others[3]));
  const auto classify = [&](auto v) HWY_ATTR {
    const auto low = hn::Or(hn::Lt(v, space), hn::Eq(v, a));
    return hn::Or(hn::Or(low, hn::Eq(v, b)), hn::Or(hn::Eq(v, c), hn::Eq(v, e)));
  };
  std::size_t at = 0;
  for (; at + lanes <= size; at += lanes) {
    hn::StoreMaskBits(d, classify(hn::LoadU(d, bytes + at)), bits + at / 8);
  }
  if (at < size) {
    HWY_ALIGN std::uint8_t tail[64] = {};
    std::copy(bytes + at, bytes + size, tail);
    hn::StoreMaskBits(d, classify(hn::LoadU(d, tail)), bits + at / 8);
  }
}

}  // namespace HWY_NAMESPACE
}  // namespace bulkmarc
HWY_AFTER_NAMESPACE();

#if HWY_ONCE
namespace bulkmarc {

HWY_EXPORT(mark_specials);

void Specials::mark(std::string_view bytes, SpecialBytes special) {
  const std::size_t words = (bytes.size() + 63) / 64;
  if (words_.size() < words) words_.resize(words);
  HWY_DYNAMIC_DISPATCH(mark_specials)
  (reinterpret_cast<const std::uint8_t*>(bytes.data()), bytes.size(), special,
   reinterpret_cast<std::uint8_t*>(words_.data()));
}

}  // namespace bulkmarc
#endif
