#pragma once

#include <cstddef>

namespace bulkmarc {

/// Positions in the leader (MARC 21 Record Structure, Leader), and what stands there.
inline constexpr std::size_t kRecordTypeAt = 6;
inline constexpr std::size_t kBibliographicLevelAt = 7;
inline constexpr std::size_t kCodingScheme = 9;  ///< Leader/09 tells the character encoding.
inline constexpr char kUtf8Scheme = 'a';         ///< UTF-8; a blank is MARC-8.
inline constexpr std::size_t kBaseAddressAt = 12;
inline constexpr std::size_t kEntryMapAt = 20;

}  // namespace bulkmarc
