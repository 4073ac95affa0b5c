#pragma once

#include <regex>
#include <set>
#include <string>

/// Everything in `text` that the expression's first group matches.
inline std::set<std::string> find_all(const std::string& text, const std::string& expression) {
  const std::regex regex(expression);
  std::set<std::string> found;
  for (std::sregex_iterator match(text.begin(), text.end(), regex), end; match != end; ++match)
    found.insert((*match)[1]);
  return found;
}
