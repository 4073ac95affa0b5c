#include "select/condition.hpp"

#include <charconv>
#include <cstdint>
#include <cstring>
#include <system_error>

#include <re2/re2.h>

#include "text/blanks.hpp"
#include "text/byte_set.hpp"
#include "text/scan_kernels.hpp"

namespace bulkmarc {

namespace {

bool begins_character(char byte) { return (static_cast<unsigned char>(byte) & 0xC0) != 0x80; }

constexpr std::size_t kWord = sizeof(std::uint64_t);

/// True where the bytes of a word are.
bool is_ascii(const char* word) {
  std::uint64_t bytes;
  std::memcpy(&bytes, word, kWord);
  return (bytes & 0x80 * kEach) == 0;
}

/// The length of the first `count` characters, or of all.
std::size_t length_of(std::string_view text, std::size_t count) {
  std::size_t at = 0;
  for (; count >= kWord && at + kWord < text.size() && is_ascii(text.data() + at) && begins_character(text[at + kWord]);
       count -= kWord) {
    at += kWord;
  }
  for (; count > 0 && at < text.size(); --count) {
    ++at;
    while (at < text.size() && !begins_character(text[at])) ++at;
  }
  return at;
}

/// Where the last `count` characters begin.
std::size_t begin_of_last(std::string_view text, std::size_t count) {
  std::size_t at = text.size();
  for (; count > 0 && at > 0; --count) {
    --at;
    while (at > 0 && !begins_character(text[at])) --at;
  }
  return at;
}

}  // namespace

std::optional<std::string_view> CharacterRange::of(std::string_view value) const {
  if (from_end) {
    value = value.substr(0, begin_of_last(value, first));
    if (value.empty()) return std::nullopt;
    return value.substr(begin_of_last(value, last - first + 1));
  }
  value.remove_prefix(length_of(value, first));
  if (value.empty()) return std::nullopt;
  return value.substr(0, length_of(value, last - first + 1));
}

bool Comparison::matches(std::string_view value) const { return re2::RE2::PartialMatch(value, *expression); }

bool Comparison::is_among_numbers(std::string_view value) const {
  const std::string_view digits = without_blanks(value);
  if (digits.empty() || !all_in(digits, kDigits)) return false;
  std::uint64_t number = 0;
  const auto error = std::from_chars(digits.data(), digits.data() + digits.size(), number).ec;
  return numbers.contains(error == std::errc() ? number : std::numeric_limits<std::uint64_t>::max());
}

}  // namespace bulkmarc
