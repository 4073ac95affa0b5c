#pragma once

#include <algorithm>
#include <cstddef>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include <bulkmarc/record_view.hpp>

#include "text/byte_set.hpp"

namespace bulkmarc {

/// REQUIRES: all digits, and few enough of them.
inline std::size_t to_number(std::string_view digits) {
  std::size_t number = 0;
  for (const char digit : digits) number = number * 10 + static_cast<std::size_t>(digit - '0');
  return number;
}

/// `bytes` for people.
inline std::string ascii_of(std::string_view bytes) {
  std::string text(bytes);
  std::ranges::replace_if(
      text, [](char byte) { return !kPrintable.contains(byte); }, '?');
  return text;
}

/// A directory entry as it stands: from the base address, the terminator included.
struct RawEntry {
  std::string_view tag;
  std::size_t start = 0;
  std::size_t length = 0;
  bool has_numbers = false;
};

inline RawEntry parse_entry(std::string_view entry, std::size_t length_digits) {
  RawEntry parsed{entry.substr(0, kTagLength)};
  const std::string_view numbers = entry.substr(kTagLength);
  parsed.has_numbers = all_in(numbers, kDigits);
  if (!parsed.has_numbers) return parsed;
  parsed.length = to_number(numbers.substr(0, length_digits));
  parsed.start = to_number(numbers.substr(length_digits));
  return parsed;
}

inline std::vector<RawEntry> parse_entries(std::string_view directory, std::size_t entry_length,
                                           std::size_t length_digits) {
  std::vector<RawEntry> entries;
  for (; directory.size() >= entry_length; directory.remove_prefix(entry_length)) {
    entries.push_back(parse_entry(directory.substr(0, entry_length), length_digits));
  }
  return entries;
}

/// A way to cut a directory into entries.
struct DirectoryReading {
  std::vector<RawEntry> entries;
  std::string oddity;         ///< What is odd about a directory that must be read so; empty where nothing is.
  bool of_one_length = true;  ///< All entries have the same number of octets, whatever their numbers say.
};

/// All ways that make sense for the length of the directory: entries of 12 octets, of 13, and of 12 to 14 octets as
/// numbers outgrow four or five digits. The first one is always that of 12 octets.
[[nodiscard]] std::vector<DirectoryReading> readings_of(std::string_view directory);

/// What a number in a directory may count: octets; but also the characters of UTF-8, or the units that Java counts.
enum class Unit { kOctets, kCharacters, kUtf16 };

/// How long `text` is in a unit.
[[nodiscard]] std::size_t length_in(Unit unit, std::string_view text);

/// Entries whose numbers count `unit`, with numbers that count octets of the `data`. Returns nothing where an entry has
/// no numbers or leads out of the data. Takes the time of one pass over the data.
[[nodiscard]] std::optional<std::vector<RawEntry>> in_octets(std::vector<RawEntry> entries, Unit unit,
                                                             std::string_view data);

/// What an entry should say of the field that it leads to.
struct ExpectedEntry {
  std::size_t length;
  std::size_t start;
  bool is_control;  ///< The field has no subfields.
};

/// A directory in which one entry, or a few neighbours of equal length, are damaged, and all others have the numbers
/// that are expected.
struct MendedDirectory {
  std::vector<std::string> tags;
  std::size_t damaged;     ///< The index of the first damaged entry.
  std::string_view entry;  ///< The damaged entries as they stand.
};

/// Brings a directory and the entries that it should have together by their order, where an entry lost or gained
/// an octet. Where that may be one of a tag, the tag is the only one that the octets and the field allow. Returns
/// nothing where that takes a guess.
[[nodiscard]] std::optional<MendedDirectory> mend_directory(std::string_view directory,
                                                            std::span<const ExpectedEntry> expected);

}  // namespace bulkmarc
