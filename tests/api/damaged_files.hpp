#pragma once

#include <string>
#include <vector>

/// A file of three records, where the middle one is damaged, or the bytes around it.
struct DamagedFile {
  std::string name;    ///< Describes the damage.
  std::string bytes;   ///< ISO 2709, more or less.
  int records;         ///< How many of the three an export to JSON keeps.
  int fields;          ///< How many fields it keeps in all records together.
  const char* reason;  ///< The reason of the finding; null where there is nothing to report.
};

/// One file for each kind of damage. A record has kFieldsOfARecord fields.
std::vector<DamagedFile> damaged_files();
inline constexpr int kFieldsOfARecord = 6;
