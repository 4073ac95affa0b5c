#pragma once

#include <algorithm>
#include <string_view>

namespace bulkmarc {

/// What stands between the characters of `before` at the begin and those of `after` at the end.
inline std::string_view trimmed(std::string_view text, std::string_view before, std::string_view after) {
  text.remove_prefix(std::min(text.find_first_not_of(before), text.size()));
  return text.substr(0, text.find_last_not_of(after) + 1);
}

/// What stands between the blanks at either end.
inline std::string_view without_blanks(std::string_view text) { return trimmed(text, " ", " "); }

}  // namespace bulkmarc
