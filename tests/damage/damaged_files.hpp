#pragma once

#include <string>
#include <vector>

/// A file of three records, of which the middle one is damaged, or what stands around it.
struct DamagedFile {
  std::string name;    ///< Says what the damage is.
  std::string bytes;   ///< ISO 2709, more or less.
  int records;         ///< That an export to JSON keeps, of 3.
  int fields;          ///< That it keeps, of all its records.
  const char* reason;  ///< Under which the damage is reported; null where there is nothing to report.
};

/// One file for each kind of damage. A record has kFieldsOfARecord fields.
std::vector<DamagedFile> damaged_files();
inline constexpr int kFieldsOfARecord = 6;
