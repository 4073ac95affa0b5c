#pragma once

#include <cstddef>
#include <string_view>

namespace bulkmarc {

/// As many bytes tell how records in some format begin.
inline constexpr std::size_t kBytesOfSign = 64;

/// The name of the format that records which begin like `text` are in, or empty where they are in none: a leader of
/// ISO 2709, an element that holds records of MARCXML, an object with keys or an array of them, a field of mrk.
/// REQUIRES: `text` has kBytesOfSign bytes, or nothing follows it.
[[nodiscard]] std::string_view format_that_begins(std::string_view text);

}  // namespace bulkmarc
