#pragma once

#include <cstddef>
#include <string_view>

#include "text/buffer.hpp"

namespace bulkmarc {

/// True when composing would not change a byte. REQUIRES: valid UTF-8.
[[nodiscard]] bool is_composed(std::string_view bytes);

/// Appends the text in Unicode's Normalization Form C. Where a base has more than 30 combining characters, U+034F is
/// put in after every 30 of them, as Unicode's Stream-Safe Text Process does (UAX #15), so that the time grows no
/// faster than the text. Returns how often. REQUIRES: as for is_composed().
std::size_t append_composed(std::string_view bytes, Buffer& output);

}  // namespace bulkmarc
