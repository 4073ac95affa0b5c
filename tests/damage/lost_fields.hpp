#pragma once

#include <string>
#include <string_view>

/// What of an ISO 2709 file is lost without a word, for people; empty if nothing is. Between two record terminators
/// stand as many fields as the directory there has entries, which are counted by their number of octets alone. So many
/// fields must be in the records that the library makes of these bytes, unless one is a reject; or a finding
/// names those that are not.
std::string lost_fields(std::string_view file);
