#pragma once

#include <cstdint>
#include <limits>

namespace CLI {
class Validator;
}

/// Checks and transforms for options that are numbers. Numbers are decimal, whatever zeros they begin with: what
/// CLI11 itself takes for octal or hexadecimal, or cuts at the largest number, is an error or a decimal number here.
inline constexpr std::uint64_t kAnyNumber = std::numeric_limits<std::uint64_t>::max();

/// Digits only.
CLI::Validator whole_number(std::uint64_t least, std::uint64_t most);
/// Digits, and a suffix if need be, in any case: K, M, G or T stands for 1024, 1024 times 1024, and so on, as for
/// head(1) and split(1).
CLI::Validator number_with_suffix(std::uint64_t least = 0, std::uint64_t most = kAnyNumber);
