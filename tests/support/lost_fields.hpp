#pragma once

#include <string>
#include <string_view>

/// Describes, for people, what an ISO 2709 file loses without a word; empty if that is nothing. Between two record
/// terminators there are as many fields as the directory has entries, counted by its length alone. The records that the
/// library makes of these bytes must have that many, unless one of them is a reject or a finding names the missing
/// ones.
std::string lost_fields(std::string_view file);
