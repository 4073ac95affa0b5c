#pragma once

#include <filesystem>
#include <stop_token>
#include <string>
#include <vector>

/// The control numbers in a file, or in standard input (`-`): one on each line. Blanks at the ends of lines, empty
/// lines and a byte order mark do not count. A stop request ends the reading of a pipe that nobody writes to, too.
/// Throws std::runtime_error, which names the path and the reason, and bulkmarc::Error (kCancelled).
std::vector<std::string> read_control_numbers(const std::filesystem::path& path, std::stop_token stop);
