#pragma once

#include <cstddef>
#include <string_view>

namespace bulkmarc {

/// The tag that stands for the leader in mrk and in findings.
inline constexpr std::string_view kLeaderTag = "LDR";

/// Positions in the leader (MARC 21 Record Structure, Leader), and what stands there.
inline constexpr std::size_t kRecordTypeAt = 6;
inline constexpr std::size_t kBibliographicLevelAt = 7;
inline constexpr std::size_t kCodingScheme = 9;  ///< Leader/09 tells the character encoding.
inline constexpr char kUtf8Scheme = 'a';         ///< UTF-8; a blank is MARC-8.
inline constexpr std::size_t kBaseAddressAt = 12;
inline constexpr std::size_t kEntryMapAt = 20;

}  // namespace bulkmarc
