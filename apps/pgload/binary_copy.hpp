#pragma once

#include <span>
#include <string>

#include <bulkmarc/bulkmarc.hpp>

/// PostgreSQL's binary COPY format, which its manual describes under COPY: a header, rows, a trailer.
[[nodiscard]] std::string binary_copy_header();
[[nodiscard]] std::string binary_copy_trailer();

/// Replaces `bytes` by the rows of `batch`, whose columns are `columns`: integers as bigint, texts as text, lists as
/// text[].
void write_binary_copy(const bulkmarc::RowBatch& batch, std::span<const bulkmarc::Column> columns, std::string& bytes);
