#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include <bulkmarc/bulkmarc.hpp>

/// A date as its days, and a timestamp as its seconds, since 1970-01-01, in the form of ISO 8601. By the C library.
std::string iso_date(std::int64_t days);
std::string iso_timestamp(std::int64_t seconds);

/// The rows of a batch, each as a JSON object with the names of the columns.
void append_lines(std::vector<std::string>& lines, const bulkmarc::RowBatch& batch, const bulkmarc::Table& table);

/// All rows of a stream.
std::vector<std::string> lines_of(bulkmarc::RowStream& rows);

/// Expects rows that are those of an NDJSON file, read as JSON.
void expect_same_lines(const std::vector<std::string>& lines, std::string_view ndjson);
