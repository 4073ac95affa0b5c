#pragma once

#include <string>
#include <string_view>
#include <utility>
#include <vector>

/// The entries of a ZIP archive in the order of its directory, by name, unpacked. Throws std::runtime_error where
/// lengths, places or checks are not what the archive says, and where its bytes are not all accounted for.
std::vector<std::pair<std::string, std::string>> unzip(std::string_view archive);
