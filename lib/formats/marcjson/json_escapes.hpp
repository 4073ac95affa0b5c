#pragma once

#include <string_view>

#include "text/buffer.hpp"

namespace bulkmarc {

/// True when JSON text holds an escape such as \ud83d that is half of a surrogate pair, and not the other half beside
/// it. Such a half is no character, and UTF-8 can't express it.
[[nodiscard]] bool holds_lone_surrogates(std::string_view json);

/// Appends `json` with \ufffd for every lone surrogate.
void append_without_lone_surrogates(std::string_view json, Buffer& output);

/// True when JSON text holds a delimiter of ISO 2709 as it is, which JSON forbids.
[[nodiscard]] bool holds_delimiters(std::string_view json);

/// Appends `json` with an escape for every delimiter within a string.
void append_with_escaped_delimiters(std::string_view json, Buffer& output);

}  // namespace bulkmarc
