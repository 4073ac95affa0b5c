#pragma once

#include <memory>
#include <optional>

#include <bulkmarc/format.hpp>
#include <bulkmarc/table.hpp>

#include "formats/batch_writer.hpp"

namespace bulkmarc {

/// The writer of a format; with `to_utf8` ISO 2709 is converted, too. REQUIRES: the format needs no encoder; there is a
/// table where it needs one, and none where it takes none.
[[nodiscard]] std::unique_ptr<BatchWriter> make_batch_writer(Format format, bool to_utf8,
                                                             const std::optional<Table>& table);

// One for each folder of formats, and each kind of row.
std::unique_ptr<BatchWriter> make_iso2709_writer(bool to_utf8);
std::unique_ptr<BatchWriter> make_marcxml_writer();
std::unique_ptr<BatchWriter> make_json_writer();
std::unique_ptr<BatchWriter> make_ndjson_writer();
std::unique_ptr<BatchWriter> make_mrk_writer();
/// Control numbers, one a line.
std::unique_ptr<BatchWriter> make_id_writer();
std::unique_ptr<BatchWriter> make_csv_writer(const Table& table);
std::unique_ptr<BatchWriter> make_tsv_writer(const Table& table);
std::unique_ptr<BatchWriter> make_pgcopy_writer(const Table& table);
std::unique_ptr<BatchWriter> make_json_rows_writer(const Table& table);

}  // namespace bulkmarc
