#pragma once

#include <cstddef>
#include <cstdint>
#include <filesystem>
#include <functional>
#include <string_view>

#include "record/batch.hpp"

namespace bulkmarc {

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

}  // namespace bulkmarc
