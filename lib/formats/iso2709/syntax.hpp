#pragma once

#include <optional>
#include <string_view>

#include <bulkmarc/record_view.hpp>

#include "record/field_location.hpp"
#include "record/leader.hpp"
#include "text/buffer.hpp"
#include "text/byte_set.hpp"

namespace bulkmarc {

/// The shortest record: leader, field terminator of an empty directory, record terminator.
inline constexpr std::size_t kShortestRecord = kLeaderLength + 2;
inline constexpr std::size_t kLongestRecord = 99'999;
inline constexpr std::size_t kLongestField = 9'999;

/// As much of a control number is listed in findings.
inline constexpr std::size_t kLongestControlNumber = 64;

/// What transfers and concatenation leave between records: line ends, NUL, blanks, the Control-Z of old systems.
inline constexpr ByteSet kPadding(std::string_view("\0\t\n\r\x1A ", 6));

/// The record length that the first five bytes declare, or nothing where they are no number.
/// REQUIRES: `bytes` holds a leader.
[[nodiscard]] std::optional<std::size_t> declared_length(std::string_view bytes);

/// Decodes one whole record, terminator included, and appends its directory entries, with offsets from the leader, to
/// `directory`. Accepts exactly what can be copied byte for byte: lengths that agree, fields that cover the
/// data without gap or overlap, each ended by its terminator. Otherwise returns false and appends nothing.
[[nodiscard]] bool decode_well_formed(std::string_view record, Array<DirectoryEntry>& directory);

/// True when the first 24 of `bytes` are a leader, or one with one of its marks damaged, as holds_leader() knows them,
/// or with lengths that were left blank or are filled up with blanks.
[[nodiscard]] bool is_leader(std::string_view bytes);

/// Where what follows `padding` bytes of padding begins: right behind them, or up to five bytes before that, where
/// they stand in place of the record length of a leader. REQUIRES: that many bytes are there.
[[nodiscard]] std::size_t start_behind_padding(std::string_view bytes, std::size_t padding);

/// True when a leader stands anywhere in `bytes`, whole or with one of its marks damaged: the record length, the base
/// address, the entry map 4500.
[[nodiscard]] bool holds_leader(std::string_view bytes);

/// The control number of a record that can't be decoded, as far as its directory leads to one; else empty.
[[nodiscard]] std::string_view salvage_control_number(std::string_view record);

}  // namespace bulkmarc
