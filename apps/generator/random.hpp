#pragma once

#include <cstdint>
#include <initializer_list>
#include <string_view>

namespace generator {

/// SplitMix64. Unlike the distributions of the standard library, its numbers are the same everywhere.
class Random {
 public:
  /// The sequence that belongs to one record.
  Random(std::uint64_t seed, std::uint64_t index) : state_(mix(mix(seed) + index)) {}

  /// From 0 to `bound` - 1. REQUIRES: `bound` is not 0.
  std::uint32_t below(std::uint32_t bound) {
    state_ += 0x9E3779B97F4A7C15;
    return static_cast<std::uint32_t>((mix(state_) >> 32) * bound >> 32);
  }
  /// From `low` to `high`, both included.
  std::uint32_t between(std::uint32_t low, std::uint32_t high) { return low + below(high - low + 1); }
  /// True in this many of a thousand calls.
  bool chance(std::uint32_t per_mille) { return below(1000) < per_mille; }
  std::string_view pick(std::initializer_list<std::string_view> choices) {
    return choices.begin()[below(static_cast<std::uint32_t>(choices.size()))];
  }

 private:
  static constexpr std::uint64_t mix(std::uint64_t bits) {
    bits = (bits ^ (bits >> 30)) * 0xBF58476D1CE4E5B9;
    bits = (bits ^ (bits >> 27)) * 0x94D049BB133111EB;
    return bits ^ (bits >> 31);
  }

  std::uint64_t state_;
};

}  // namespace generator
