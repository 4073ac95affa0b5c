#pragma once

#include <cstddef>
#include <functional>
#include <iterator>

/// Draws a number from 0 to `end` - 1: at random, or from the bytes of a fuzzer.
using Draw = std::function<std::size_t(std::size_t end)>;

template <class Container>
const auto& pick(const Draw& draw, const Container& values) {
  return *std::next(std::begin(values), static_cast<std::ptrdiff_t>(draw(std::size(values))));
}

inline bool one_in(const Draw& draw, std::size_t count) { return draw(count) == 0; }
