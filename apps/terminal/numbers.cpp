#include "numbers.hpp"

#include <algorithm>
#include <charconv>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include <fmt/format.h>
#include <CLI/CLI.hpp>

namespace {

constexpr std::string_view kSuffixes = "KMGT";
constexpr unsigned kBitsOfSuffix = 10;

std::string in_quotes(std::string_view text) {
  constexpr std::size_t kShown = 24;
  return fmt::format("'{}{}'", text.substr(0, kShown), text.size() > kShown ? "..." : "");
}

/// How far to the left the digits before the suffix are shifted; nothing where it is no suffix. "KB" and "KiB" are "K".
std::optional<unsigned> shift_of(std::string suffix) {
  std::ranges::transform(suffix, suffix.begin(), [](unsigned char c) { return static_cast<char>(std::toupper(c)); });
  if (suffix.empty() || suffix == "B") return 0;
  const std::size_t power = kSuffixes.find(suffix.front());
  if (power == std::string_view::npos) return std::nullopt;
  suffix.erase(0, 1);
  if (!suffix.empty() && suffix != "B" && suffix != "IB") return std::nullopt;
  return kBitsOfSuffix * (static_cast<unsigned>(power) + 1);
}

/// Puts the number, in plain decimal digits, in the place of `text`. Returns what is wrong with it, or nothing.
std::string normalize(std::string& text, bool suffixes, std::uint64_t least, std::uint64_t most) {
  std::uint64_t number = 0;
  const char* const end = text.data() + text.size();
  const auto [rest, error] = std::from_chars(text.data(), end, number);
  const std::optional<unsigned> shift = shift_of(std::string(rest, end));
  const bool understood = rest != text.data() && shift && (suffixes || rest == end);
  if (!understood) {
    return fmt::format("{} is not a decimal number{}", in_quotes(text),
                       suffixes ? ", with K, M or G behind it or not" : "");
  }
  const bool overflows = error != std::errc() || number > (kAnyNumber >> *shift);
  number <<= *shift;
  if (overflows || number > most) return fmt::format("{} is too large: at most {}", in_quotes(text), most);
  if (number < least) return fmt::format("{} is too small: at least {}", in_quotes(text), least);
  text = fmt::format("{}", number);
  return {};
}

CLI::Validator make_validator(bool suffixes, std::uint64_t least, std::uint64_t most) {
  return {[=](std::string& text) { return normalize(text, suffixes, least, most); }, "N"};
}

}  // namespace

CLI::Validator whole_number(std::uint64_t least, std::uint64_t most) { return make_validator(false, least, most); }

CLI::Validator number_with_suffix(std::uint64_t least, std::uint64_t most) { return make_validator(true, least, most); }
