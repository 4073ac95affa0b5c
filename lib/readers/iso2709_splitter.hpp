#pragma once

#include <cstddef>
#include <cstdint>
#include <filesystem>
#include <functional>
#include <string_view>

#include "record/batch.hpp"

namespace bulkmarc {

/// A record without a terminator is given up, and rejected in pieces, after so many bytes.
inline constexpr std::size_t kLongestPiece = std::size_t{64} << 20;

/// Makes more of the input available: appends at least one byte to `batch.bytes`, or returns false at the end.
using ReadMore = std::function<bool(Batch& batch)>;

/// Splits batch.bytes, from `position`, into records, as long as they start before `limit` (both count from
/// bytes[0]); the last one may end after it. Adds them to the batch, but does not seal it. Returns where the next
/// record starts.
///
/// A record is what its length says, when all of its structure agrees; or what its directory says, if that leads to a
/// record terminator; otherwise all up to the next record terminator, or to the next leader if that comes first. So the
/// result depends on the bytes from `position` on, and never on how the input was cut into batches.
std::size_t split_records(Batch& batch, std::size_t position, std::size_t limit, const ReadMore& read_more);

/// How much of an input decides whether it is MARC 21 at all.
inline constexpr std::size_t kBytesThatTell = 64 * 1024;

/// Throws Error (kNotMarc) when `first_bytes`, the first kBytesThatTell of the input or all there is, hold something,
/// but no leader.
void require_marc(std::string_view first_bytes, const std::filesystem::path& path);

}  // namespace bulkmarc
