#pragma once

#include <cstddef>
#include <cstdint>
#include <random>
#include <utility>
#include <vector>

namespace bulkmarc {

/// Draws a sample of values that come one by one, all with the same chance, without knowing how many they are: the
/// n-th replaces one of the drawn with the chance size/n.
template <class Value>
class Reservoir {
 public:
  Reservoir(std::uint64_t size, std::uint64_t seed) : size_(size), random_(seed) {}

  void offer(const Value& value) {
    ++offered_;
    if (drawn_.size() < size_) {
      drawn_.push_back(value);
      return;
    }
    const std::uint64_t place = below(offered_);
    if (place < size_) drawn_[static_cast<std::size_t>(place)] = value;
  }

  /// The sample, in no order.
  [[nodiscard]] std::vector<Value> take() { return std::move(drawn_); }

 private:
  /// A number from 0 to `end` - 1. The standard's distributions differ between libraries; its generator does not.
  std::uint64_t below(std::uint64_t end) {
    const std::uint64_t uneven = -end % end;  // 2^64 modulo `end`: this many numbers would favour the small ones.
    std::uint64_t number = random_();
    while (number < uneven) number = random_();
    return number % end;
  }

  std::uint64_t size_;
  std::uint64_t offered_ = 0;
  std::vector<Value> drawn_;
  std::mt19937_64 random_;
};

}  // namespace bulkmarc
