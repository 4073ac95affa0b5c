#pragma once

#include <cstddef>
#include <string_view>

namespace bulkmarc {

/// As many bytes tell whether a record of another format begins.
inline constexpr std::size_t kBytesOfOtherFormat = 24;

/// The name of the format of MARC records that a line which begins like `text` is of, if it is none of XML; else empty.
/// REQUIRES: `text` has kBytesOfOtherFormat bytes, or nothing follows it.
[[nodiscard]] std::string_view format_beside_xml(std::string_view text);

}  // namespace bulkmarc
