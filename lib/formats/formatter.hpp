#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <optional>
#include <span>
#include <string_view>
#include <vector>

#include <bulkmarc/format.hpp>
#include <bulkmarc/table.hpp>

#include "formats/sink.hpp"
#include "record/batch.hpp"
#include "record/outcome.hpp"
#include "record/utf8_record.hpp"
#include "select/selector.hpp"
#include "tables/row_memory.hpp"
#include "text/buffer.hpp"
#include "text/specials.hpp"

namespace bulkmarc {

/// Decides what becomes of records.
struct Policy {
  bool strict = false;           ///< Reject what would otherwise be repaired.
  bool keep_rejected = false;    ///< Copy the raw bytes of rejects into Outcome::rejected_bytes.
  std::size_t max_findings = 0;  ///< Of rejects, and of repairs, for each batch.
  bool to_utf8 = false;          ///< Convert to UTF-8 in mrc, too.
  bool nfc = false;              ///< Compose characters where the output is UTF-8. REQUIRES: can_compose().
  bool statistics = false;       ///< Count what the records are made of in Outcome::census.
  /// Which records and fields are wanted; null where all are. Borrowed.
  const Selector* selector = nullptr;
};

/// Memory that one task needs while it emits; used again for the next batch.
struct Workspace {
  Specials specials;
  Utf8Converter utf8;
  FieldFilter::Memory filtered;
  RowMemory rows;
  Buffer spare;                  ///< For a record that must be copied to its place.
  std::vector<Problem> repairs;  ///< Of the record in hand.
  std::uint64_t number = 0;      ///< Of the record in hand, in the whole run.

  /// Marks the special bytes of a record's fields.
  const Specials& mark_fields(const RecordView& view, const BatchRecord& record, SpecialBytes special) {
    const bool has_directory = view.bytes().data() == record.raw.data();
    const std::size_t directory = has_directory ? kDirectoryEntryLength * view.directory().size() + 1 : 0;
    specials.mark(view.bytes(), kLeaderLength + directory, special);
    return specials;
  }
};

/// One output format, batch by batch. A file is prologue, records with separators between them, epilogue.
/// Immutable, and may be used from any thread.
class Formatter {
 public:
  virtual ~Formatter() = default;

  [[nodiscard]] virtual std::string_view prologue() const = 0;
  [[nodiscard]] virtual std::string_view separator() const = 0;
  [[nodiscard]] virtual std::string_view epilogue() const = 0;

  /// Returns the exact number of bytes that write() will produce with a separator before every record, and sets
  /// `outcome`.
  virtual std::uint64_t measure(const Batch& batch, Workspace& workspace, Outcome& outcome) const = 0;

  /// Fills `slice`, without a separator before the first record when `first`. Returns false, and has written nothing
  /// outside the slice, when the records don't fit it exactly: then they are not those that were measured.
  virtual bool write(const Batch& batch, Workspace& workspace, std::span<char> slice, bool first) const = 0;

  /// Appends the records from items()[from] on, with a separator before every one, to an empty buffer, as far as there
  /// is `room` for them, and sets `outcome`. Returns the index after the last one.
  virtual std::size_t append(const Batch& batch, std::size_t from, Workspace& workspace, Room room, Buffer& output,
                             Outcome& outcome) const = 0;
  /// Appends all of them.
  void append(const Batch& batch, Workspace& workspace, Buffer& output, Outcome& outcome) const {
    append(batch, 0, workspace, Room{}, output, outcome);
  }
};

/// The formatter of a format. REQUIRES: there is a table where the format needs one, and none where it takes none.
[[nodiscard]] std::unique_ptr<Formatter> make_formatter(Format format, const Policy& policy,
                                                        const std::optional<Table>& table = std::nullopt);

std::unique_ptr<Formatter> make_iso2709_formatter(const Policy& policy);
std::unique_ptr<Formatter> make_marcxml_formatter(const Policy& policy);
std::unique_ptr<Formatter> make_json_formatter(const Policy& policy);
std::unique_ptr<Formatter> make_ndjson_formatter(const Policy& policy);
std::unique_ptr<Formatter> make_mrk_formatter(const Policy& policy);
std::unique_ptr<Formatter> make_csv_formatter(const Policy& policy, const Table& table);
std::unique_ptr<Formatter> make_tsv_formatter(const Policy& policy, const Table& table);
std::unique_ptr<Formatter> make_copy_formatter(const Policy& policy, const Table& table);
std::unique_ptr<Formatter> make_json_rows_formatter(const Policy& policy, const Table& table);

}  // namespace bulkmarc
