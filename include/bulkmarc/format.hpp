#pragma once

#include <filesystem>
#include <optional>
#include <span>
#include <string_view>

#include <bulkmarc/export_macro.hpp>

namespace bulkmarc {

/// What an export writes. The specifications are named in docs/formats.md.
enum class Format {
  kIso2709,  ///< ISO 2709, as MARC 21 uses it. Keeps every record's character encoding.
  kMarcXml,  ///< MARCXML ("slim"), one `collection`. UTF-8.
  kJson,     ///< MARC-in-JSON, one array. UTF-8.
  kNdjson,   ///< MARC-in-JSON, one record a line. UTF-8.
  kMrk,      ///< MARCMaker text. UTF-8.
  kCsv,      ///< The rows of a Table as RFC 4180 has them. UTF-8.
  kTsv,      ///< The rows of a Table, with tabs between the columns. UTF-8.
  kPgCopy,   ///< The rows of a Table in the text format of PostgreSQL's COPY. UTF-8.
  kParquet,  ///< The rows of a Table as Apache Parquet.
  kArrow,    ///< The rows of a Table as Apache Arrow's IPC has them.
  kXlsx,     ///< The rows of a Table as a spreadsheet, Office Open XML.
};

/// All formats, in the order of the enumeration.
[[nodiscard]] BULKMARC_API std::span<const Format> all_formats();
/// Those of whole records, which can be read, too.
[[nodiscard]] BULKMARC_API std::span<const Format> record_formats();
/// True for a format that holds the rows of a Table, and nothing else.
[[nodiscard]] BULKMARC_API bool needs_table(Format format);
/// True for a format that the rows of a Table can be written in.
[[nodiscard]] BULKMARC_API bool takes_table(Format format);
/// True for a format that an encoder writes: ExportOptions::encoder, which only xlsx can do without.
[[nodiscard]] BULKMARC_API bool needs_encoder(Format format);
/// The name that the command uses: mrc, marcxml, json, ndjson, mrk, csv, tsv, pgcopy, parquet, arrow, xlsx; empty for a
/// value that the enumeration does not have.
[[nodiscard]] BULKMARC_API std::string_view format_name(Format format);
/// The format of that name, or nothing. Takes names in any case, and `marc`, `xml` and `jsonl` as well.
[[nodiscard]] BULKMARC_API std::optional<Format> format_from_name(std::string_view name);
/// The format that the file name's extension stands for (.mrc .marc .xml .json .ndjson .jsonl .mrk .csv
/// .tsv .copy .parquet .arrow .arrows .xlsx, in any case, and before a compression's), or nothing. Looks only at the
/// name.
[[nodiscard]] BULKMARC_API std::optional<Format> format_from_path(const std::filesystem::path& path);

}  // namespace bulkmarc
