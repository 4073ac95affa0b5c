#pragma once

#include <memory>

#include <bulkmarc/arrow_abi.h>
#include <bulkmarc/export_macro.hpp>
#include <bulkmarc/rows.hpp>
#include <bulkmarc/table.hpp>

namespace bulkmarc {

/// Gives `out` the rows of `rows` as an Arrow C stream, for whatever speaks Apache Arrow, without a copy and without
/// its libraries: a struct array for each RowBatch, with a child for each column. Its formats are `l`, `u`, and `+l` of
/// `u`. Whoever has `out` releases it, and may release its arrays and schemas before or after, in any thread; the
/// stream itself is for one thread at a time. Errors become the stream's: get_next() returns ECANCELED for kCancelled,
/// ENOMEM where there is no memory, and EIO for all else, with the message in get_last_error().
BULKMARC_API void export_arrow(RowStream rows, ArrowArrayStream* out);

/// The same for a table and for one batch: the schema of its rows, and these as a struct array, which shares them.
/// Whoever has `out` releases it.
BULKMARC_API void export_arrow(const Table& table, ArrowSchema* out);
BULKMARC_API void export_arrow(const std::shared_ptr<const RowBatch>& rows, ArrowArray* out);

}  // namespace bulkmarc
