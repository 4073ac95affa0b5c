#pragma once

#include <cstddef>
#include <optional>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

#include <bulkmarc/record_view.hpp>

#include "record/batch.hpp"

namespace bulkmarc {

/// True when a whole leader stands at the beginning of `bytes`, followed by a directory entry or the end of an empty
/// directory. Looks at no more than kLeaderSignLength bytes.
[[nodiscard]] bool begins_with_leader(std::string_view bytes);
inline constexpr std::size_t kLeaderSignLength = 36;

/// The length that the directory at the beginning of `bytes` leads to, terminators included, or nothing
/// where it is not a directory or is not all there. A directory that holds the leader of another record is none.
[[nodiscard]] std::optional<std::size_t> length_by_directory(std::string_view bytes);

/// Where the first leader begins within [from, to) of `bytes`, but not at 0, as begins_with_leader() knows one; else
/// npos.
[[nodiscard]] std::size_t find_leader(std::string_view bytes, std::size_t from, std::size_t to);

/// Rebuilds a record of which decode_well_formed() refused the bytes, as far as that takes no guess: the fields are
/// where the directory says, or else where the field terminators are, when there are as many of them as tags. All data
/// is kept. `record` is everything up to its record terminator, which may be missing. Returns why it can't be rebuilt,
/// if so.
[[nodiscard]] std::variant<RepairedRecord, Problem> repair_iso2709(std::string_view record);

/// Does the same for a record whose directory is sound, as is_directory_sound() means it. Otherwise returns nothing,
/// after it has looked at the directory alone.
[[nodiscard]] std::optional<RepairedRecord> repair_leader(std::string_view record);

}  // namespace bulkmarc
