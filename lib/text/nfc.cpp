#include "text/nfc.hpp"

#include <utf8proc.h>

#include <algorithm>
#include <array>
#include <bitset>
#include <cstddef>
#include <cstdint>
#include <cstring>
#include <string>
#include <utility>
#include <vector>

#include "text/utf8.hpp"

namespace bulkmarc {
namespace {

using Character = utf8proc_int32_t;

/// The character at `at`, which moves behind it. What is not valid UTF-8 is passed by as U+0000, which always stays.
Character next_character(std::string_view bytes, std::size_t& at) {
  if (static_cast<unsigned char>(bytes[at]) < 0x80) return static_cast<unsigned char>(bytes[at++]);
  Character character = 0;
  const auto* const begin = reinterpret_cast<const utf8proc_uint8_t*>(bytes.data()) + at;
  const utf8proc_ssize_t length = utf8proc_iterate(begin, static_cast<utf8proc_ssize_t>(bytes.size() - at), &character);
  at += length > 0 ? static_cast<std::size_t>(length) : 1;
  return length > 0 ? character : 0;
}

int combining_class(Character character) { return utf8proc_get_property(character)->combining_class; }

/// More characters than any decomposition has: U+FDFA has 18.
constexpr std::size_t kLongestDecomposition = 32;
using Decomposition = std::array<Character, kLongestDecomposition>;

/// Returns how many characters `parts` has then: the character itself, where it has no decomposition.
std::size_t decompose(Character character, utf8proc_option_t kind, Decomposition& parts) {
  int boundary = 0;
  const utf8proc_ssize_t size = utf8proc_decompose_char(
      character, parts.data(), std::ssize(parts), static_cast<utf8proc_option_t>(UTF8PROC_DECOMPOSE | kind), &boundary);
  return std::min(static_cast<std::size_t>(size), parts.size());
}

/// Composes in place and returns how many characters are left.
std::size_t compose(Character* characters, std::size_t size) {
  constexpr auto kOptions = static_cast<utf8proc_option_t>(UTF8PROC_COMPOSE | UTF8PROC_STABLE);
  return static_cast<std::size_t>(utf8proc_normalize_utf32(characters, static_cast<utf8proc_ssize_t>(size), kOptions));
}

/// Characters that composing leaves as they are, whatever stands beside them, and before which a text can be divided:
/// starters whose NFC_Quick_Check is Yes. Most texts have no others.
class SettledCharacters {
 public:
  SettledCharacters() {
    settled_.set();
    Decomposition parts;
    for (std::size_t i = 0; i < settled_.size(); ++i) {
      const auto character = static_cast<Character>(i);
      if (combining_class(character) != 0) settled_.reset(i);
      const std::size_t size = decompose(character, UTF8PROC_STABLE, parts);
      if (size == 1 && parts[0] == character) continue;
      const Character last = parts[size - 1];
      if (compose(parts.data(), size) != 1 || parts[0] != character) {
        settled_.reset(i);
      } else {
        settled_.reset(static_cast<std::size_t>(last));
      }
    }
  }
  [[nodiscard]] bool contain(Character character) const {
    const auto index = static_cast<std::size_t>(character);
    return index < settled_.size() ? settled_[index] : combining_class(character) == 0;
  }

 private:
  std::bitset<0x30000> settled_;  // No character beyond has a decomposition.
};

bool is_settled(Character character) {
  static const SettledCharacters kSettled;
  return character < 0x300 || kSettled.contain(character);
}

/// Composes a part of a text.
class Composer {
 public:
  /// Appends `part`, composed. REQUIRES: it begins where a text can be divided.
  void append(std::string_view part, Buffer& output) {
    for (std::size_t at = 0; at < part.size();) {
      add(next_character(part, at));
      if (characters_.size() >= kMost) settle(output);
    }
    append_characters(compose(characters_.data(), characters_.size()), output);
    characters_.clear();
  }

 private:
  /// Bounds the memory that a part takes.
  static constexpr std::size_t kMost = 1024;

  /// In the order of their combining classes, as compose() wants them.
  void add(Character character) {
    Decomposition parts;
    const std::size_t size = decompose(character, UTF8PROC_STABLE, parts);
    for (std::size_t i = 0; i < size; ++i) {
      const int its_class = combining_class(parts[i]);
      auto place = characters_.end();
      while (its_class != 0 && place != characters_.begin() && combining_class(*(place - 1)) > its_class) --place;
      characters_.insert(place, parts[i]);
    }
  }

  /// Appends what nothing that comes can change: all before the last starter.
  void settle(Buffer& output) {
    const std::size_t size = compose(characters_.data(), characters_.size());
    std::size_t last = size - 1;
    while (last != 0 && combining_class(characters_[last]) != 0) --last;
    const std::vector<Character> rest(characters_.begin() + static_cast<std::ptrdiff_t>(last),
                                      characters_.begin() + static_cast<std::ptrdiff_t>(size));
    append_characters(last, output);
    characters_.clear();
    for (const Character character : rest) add(character);
  }

  void append_characters(std::size_t size, Buffer& output) const {
    for (std::size_t i = 0; i < size; ++i) append_character(static_cast<char32_t>(characters_[i]), output);
  }

  std::vector<Character> characters_;
};

/// Where the first byte from `at` on is that is not ASCII.
std::size_t find_non_ascii(std::string_view bytes, std::size_t at) {
  constexpr std::uint64_t kHighBits = 0x8080'8080'8080'8080;
  for (std::uint64_t eight = 0; bytes.size() - at >= sizeof eight; at += sizeof eight) {
    std::memcpy(&eight, bytes.data() + at, sizeof eight);
    if ((eight & kHighBits) != 0) break;
  }
  while (at < bytes.size() && static_cast<unsigned char>(bytes[at]) < 0x80) ++at;
  return at;
}

/// Calls `take(settled, part)` for the parts of a text in turn: bytes that composing leaves as they are, and after them
/// some that it may change, which may be empty. Ends early where `take` returns false, and returns that.
template <class Take>
bool each_part(std::string_view bytes, const Take& take) {
  std::size_t taken = 0;
  std::size_t divide = 0;  // Where the last settled character begins.
  for (std::size_t at = 0; at < bytes.size();) {
    const std::size_t begin = find_non_ascii(bytes, at);
    if (begin != at) divide = begin - 1;
    at = begin;
    if (at == bytes.size()) break;
    if (is_settled(next_character(bytes, at))) {
      divide = begin;
      continue;
    }
    std::size_t end = at;
    while (at < bytes.size() && !is_settled(next_character(bytes, at))) end = at;
    if (!take(bytes.substr(taken, divide - taken), bytes.substr(divide, end - divide))) return false;
    taken = divide = at = end;
  }
  return take(bytes.substr(taken), std::string_view());
}

/// The most non-starters (characters that combine) that may follow each other (UAX #15, Stream-Safe Text Format).
constexpr std::size_t kMostNonStarters = 30;
constexpr std::string_view kGraphemeJoiner = "\xCD\x8F";

/// True when this many bytes beyond ASCII follow each other as more non-starters have at least: no byte of a text
/// stands for more than one of them. Looks at one byte of many where there are none.
bool may_hold_too_many(std::string_view bytes) {
  constexpr std::size_t kFewestBytes = kMostNonStarters + 1;
  std::size_t begin = 0;  // Of the bytes that may be non-starters.
  while (bytes.size() - begin >= kFewestBytes) {
    std::size_t at = begin + kFewestBytes;
    while (at > begin && static_cast<unsigned char>(bytes[at - 1]) >= 0x80) --at;
    if (at == begin) return true;
    begin = at;
  }
  return false;
}

/// What a character's compatibility decomposition begins and ends with.
struct NonStarters {
  std::size_t leading = 0;
  std::size_t trailing = 0;
  bool all = false;
};

NonStarters non_starters_of(Character character) {
  Decomposition parts;
  const std::size_t size = decompose(character, UTF8PROC_COMPAT, parts);
  NonStarters found;
  found.all = true;
  for (std::size_t i = 0; i < size; ++i) {
    if (combining_class(parts[i]) != 0) {
      found.leading += found.all ? 1 : 0;
      ++found.trailing;
    } else {
      found.all = false;
      found.trailing = 0;
    }
  }
  return found;
}

/// Calls `take(end)` for every place before which U+034F must stand, so that never too many non-starters follow each
/// other.
template <class Take>
void each_break(std::string_view bytes, const Take& take) {
  std::size_t count = 0;
  for (std::size_t at = 0; at < bytes.size();) {
    const std::size_t begin = at;
    const Character character = next_character(bytes, at);
    if (character < 0x80) {
      count = 0;
      continue;
    }
    const NonStarters found = non_starters_of(character);
    if (count + found.leading > kMostNonStarters) {
      take(begin);
      count = 0;
    }
    count = found.all ? count + found.leading : found.trailing;
  }
}

std::size_t count_breaks(std::string_view bytes) {
  std::size_t count = 0;
  if (may_hold_too_many(bytes)) each_break(bytes, [&count](std::size_t) { ++count; });
  return count;
}

std::string with_breaks(std::string_view bytes) {
  std::string safe;
  std::size_t copied = 0;
  each_break(bytes, [&](std::size_t at) {
    safe += bytes.substr(copied, at - copied);
    safe += kGraphemeJoiner;
    copied = at;
  });
  safe += bytes.substr(copied);
  return safe;
}

}  // namespace

bool is_composed(std::string_view bytes) {
  if (is_ascii(bytes)) return true;
  if (count_breaks(bytes) != 0) return false;
  Composer composer;
  Buffer composed;
  return each_part(bytes, [&](std::string_view, std::string_view part) {
    composed.clear();
    composer.append(part, composed);
    return composed.view() == part;
  });
}

std::size_t append_composed(std::string_view bytes, Buffer& output) {
  if (is_ascii(bytes)) {
    output.append(bytes);
    return 0;
  }
  const std::size_t breaks = count_breaks(bytes);
  std::string safe;
  if (breaks != 0) bytes = safe = with_breaks(bytes);
  Composer composer;
  each_part(bytes, [&](std::string_view settled, std::string_view part) {
    output.append(settled);
    composer.append(part, output);
    return true;
  });
  return breaks;
}

}  // namespace bulkmarc
