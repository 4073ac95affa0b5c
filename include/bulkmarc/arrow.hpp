#pragma once

#include <bulkmarc/arrow_abi.h>
#include <bulkmarc/export_macro.hpp>
#include <bulkmarc/rows.hpp>

namespace bulkmarc {

/// Gives `out` the rows of `rows` as an Arrow C stream, for whatever speaks Apache Arrow, without a copy and without
/// its libraries: a struct array for each RowBatch, with a child for each column. Its formats are `l`, `u`, `+l` of
/// `u`, `b`, `tdD` and `tss:`; booleans and dates are copied into the buffers that Arrow has for them. Whoever has
/// `out` releases it, and may release its arrays and schemas before or after, in any thread; the stream itself is for
/// one thread at a time. Errors become the stream's: get_next() returns ECANCELED for kCancelled, ENOMEM where there is
/// no memory, and EIO for all else, with the message in get_last_error().
BULKMARC_API void export_arrow(RowStream rows, ArrowArrayStream* out);

}  // namespace bulkmarc
