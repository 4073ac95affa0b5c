#pragma once

#include <cstddef>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "formats/iso2709/raw_directory.hpp"

namespace bulkmarc {

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
