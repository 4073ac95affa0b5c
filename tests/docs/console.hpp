#pragma once

#include <filesystem>
#include <string>

/// Runs the commands of a console block, the lines that begin with "$ " and those after them that go on with "> ", in
/// `folder`, as one shell session. Returns
/// what a reader would see: each command, and what it wrote to either stream. A status other than 0 that the next
/// command does not show (`echo $?`) is added as a line.
[[nodiscard]] std::string replay(const std::string& block, const std::filesystem::path& folder);

/// True when `seen` is what `expected` shows, apart from what differs between two runs and machines: seconds, speed,
/// threads, the backend that was chosen, and blanks at the ends of lines. In `expected` a line "..." stands for any
/// lines, and " ..." at the end of a line for the rest of that line.
[[nodiscard]] bool shows(const std::string& expected, const std::string& seen);
