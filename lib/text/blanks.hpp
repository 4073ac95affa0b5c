#pragma once

#include <string_view>

#include "text/byte_set.hpp"

namespace bulkmarc {

/// What stands between the members of `before` at the begin and those of `after` at the end.
inline std::string_view trimmed(std::string_view text, const ByteSet& before, const ByteSet& after) {
  while (!text.empty() && before.contains(text.front())) text.remove_prefix(1);
  while (!text.empty() && after.contains(text.back())) text.remove_suffix(1);
  return text;
}

inline constexpr ByteSet kBlank(" ");

/// What stands between the blanks at either end.
inline std::string_view without_blanks(std::string_view text) { return trimmed(text, kBlank, kBlank); }

}  // namespace bulkmarc
