#pragma once

#include <cstddef>
#include <string_view>

#include "text/buffer.hpp"

namespace bulkmarc {

/// True when this build can decode MARC-8.
[[nodiscard]] bool can_decode_marc8();

/// Appends in UTF-8 a text that is in MARC-8, and begins in its default sets, ASCII and ANSEL. Control characters stay
/// as they are. U+FFFD stands for a code that its set does not have, for an escape that leads to no set, and for a
/// missing base of combining characters. Returns how many of them were written. REQUIRES: can_decode_marc8().
std::size_t append_marc8(std::string_view bytes, Buffer& output);

}  // namespace bulkmarc
