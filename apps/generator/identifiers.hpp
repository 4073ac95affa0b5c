#pragma once

#include <cstdint>
#include <string>
#include <string_view>

#include "generator/random.hpp"

namespace generator {

/// Ten digits, the last of which may be X; begins with `group`.
[[nodiscard]] std::string make_isbn10(std::string_view group, Random& random);
/// The same book's ISBN of thirteen digits.
[[nodiscard]] std::string isbn13_of(std::string_view isbn10);
/// As it is written: 1234-567X.
[[nodiscard]] std::string make_issn(Random& random);
/// As in subfield a of a field 010: twelve characters, normalized for the year. `prefix` has three.
[[nodiscard]] std::string make_lccn(std::string_view prefix, std::uint32_t year, Random& random);
/// As many random digits, the first not 0.
[[nodiscard]] std::string make_digits(std::size_t count, Random& random);

}  // namespace generator
