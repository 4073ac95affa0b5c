#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include <bulkmarc/format.hpp>
#include <bulkmarc/table.hpp>

#include "support/output_form.hpp"
#include "support/plain_record.hpp"

/// A value of a row as text; nothing is null. A list is the text that the format has for it.
using Cell = std::optional<std::string>;
using Row = std::vector<Cell>;

/// Readers of whole files, by what docs/tables.md says of the formats and by nothing of the library. They throw
/// std::runtime_error on what their format does not allow, and where a row has another number of columns. In tsv
/// every empty text is null.
std::vector<Row> read_rows(bulkmarc::Format format, const bulkmarc::Table& table, std::string_view text);

/// The items of a list, as a cell has it.
std::vector<std::string> read_list(bulkmarc::Format format, const Cell& cell);

/// The records whose rows these are. REQUIRES: the table is `subfields` or `fields`, with more columns or without.
std::vector<PlainRecord> records_of_rows(const bulkmarc::Table& table, const std::vector<Row>& rows);

/// As read_back() and expected_in() of a format. REQUIRES: the form is lossless.
std::vector<PlainRecord> read_back(const OutputForm& form, std::string_view text);
PlainRecord expected_in(const OutputForm& form, const bulkmarc::RecordView& record);
