#pragma once

#include <filesystem>
#include <stop_token>
#include <string>
#include <vector>

#include <bulkmarc/source.hpp>

/// Throws UsageError where a file that is to be written would replace one of `files`, which the library does not know.
void require_other_file(const std::filesystem::path& written, const std::vector<std::filesystem::path>& files);

/// The paths with every pattern (`*`, `?`, `[...]`) replaced by the names that match it, sorted. A path that exists
/// under that very name is not a pattern. A pattern that matches nothing is kept, or throws bulkmarc::Error.
std::vector<std::filesystem::path> expand_patterns(const std::vector<std::filesystem::path>& paths,
                                                   bool keep_unmatched);

/// The inputs that the paths are, `-` being standard input.
std::vector<bulkmarc::Input> to_inputs(const std::vector<std::filesystem::path>& paths);

/// The text of a file, or of standard input (`-`), without a byte order mark. Throws std::runtime_error, which names
/// the path and the reason, also where it has more than 64 MiB, and bulkmarc::Error (kCancelled), as for control
/// numbers.
std::string read_text(const std::filesystem::path& path, std::stop_token stop);

/// The control numbers in a file, or in standard input (`-`): one on each line. Blanks at the ends of lines, empty
/// lines and a byte order mark do not count. A stop request also ends the reading of a pipe that nobody writes to.
/// Throws std::runtime_error, which names the path and the reason, and bulkmarc::Error (kCancelled).
std::vector<std::string> read_control_numbers(const std::filesystem::path& path, std::stop_token stop);
