#pragma once

#include <string_view>

#include "text/buffer.hpp"

namespace bulkmarc {

/// True when this build can compose: when it has ICU.
[[nodiscard]] bool can_compose();

/// True when composing would not change a byte. REQUIRES: can_compose(), and valid UTF-8.
[[nodiscard]] bool is_composed(std::string_view bytes);

/// Appends the text in Unicode's Normalization Form C. REQUIRES: as for is_composed().
void append_composed(std::string_view bytes, Buffer& output);

}  // namespace bulkmarc
