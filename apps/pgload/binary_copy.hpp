#pragma once

#include <span>
#include <string>

#include <bulkmarc/bulkmarc.hpp>

/// PostgreSQL's binary COPY format, which its manual describes under COPY: a header, rows, a trailer.
[[nodiscard]] std::string binary_copy_header();
[[nodiscard]] std::string binary_copy_trailer();

/// Replaces `bytes` by the rows of `batch`, whose columns are `columns`: integers as bigint, texts as text, lists as
/// text[]. With `has_marks`, each row ends with a boolean: whether it is one of the marked ones.
void write_binary_copy(const bulkmarc::RowBatch& batch, std::span<const bulkmarc::Column> columns, bool has_marks,
                       std::string& bytes);
