#pragma once

#include <chrono>
#include <cstdint>
#include <exception>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include <bulkmarc/backend.hpp>
#include <bulkmarc/compression.hpp>
#include <bulkmarc/error.hpp>
#include <bulkmarc/export_macro.hpp>
#include <bulkmarc/format.hpp>
#include <bulkmarc/statistics.hpp>

namespace bulkmarc {

/// Why a record was rejected, or what was repaired in it. The codes are stable and never reused;
/// docs/reasons.md gives the cause and the cure of each.
enum class Reason : std::uint8_t {
  // The structure of ISO 2709.
  kTruncated,         ///< The input ends before the record does.
  kLeader,            ///< The leader holds bytes that no leader can hold.
  kRecordLength,      ///< The record length does not lead to a record terminator.
  kBaseAddress,       ///< The base address of data does not follow a field terminator.
  kDirectory,         ///< The directory is not made of entries of 12 digits and tags.
  kFieldBounds,       ///< A directory entry points outside the record.
  kFieldEnd,          ///< A directory entry's field does not end with a field terminator.
  kUnreferencedData,  ///< The record holds data that no directory entry points to.
  kStrayBytes,        ///< There were bytes between two records; they were skipped.
  // The content of fields.
  kIndicators,       ///< A data field's indicators are missing or not two printable ASCII characters.
  kSubfields,        ///< A data field's content is not a sequence of coded subfields.
  kDelimiterInData,  ///< A delimiter (0x1D, 0x1E, 0x1F) stands within data.
  kCharacter,        ///< A character that the format cannot carry; replaced.
  kSchema,           ///< Exported as it is, though the MARCXML schema forbids it.
  // Character encoding.
  kInvalidUtf8,  ///< The record says UTF-8 and is not; invalid bytes became U+FFFD.
  kMislabelled,  ///< The record says MARC-8 and is UTF-8; read as UTF-8.
  kMarc8,        ///< The record needs a conversion from MARC-8, which this build can't do.
  // What ISO 2709 cannot express.
  kRecordTooLong,  ///< More than 99,999 octets.
  kFieldTooLong,   ///< A field of more than 9,999 octets.
  // The syntax of text formats.
  kSyntax,  ///< The text is not a record in its format.
  // Character encoding, again.
  kInvalidMarc8,  ///< The record is in MARC-8, and some of it is not; that became U+FFFD.
  // What a batch of rows cannot hold.
  kRowsTooLong,  ///< More than 128 MiB of text, rows or items in one column.
  // What is wrong with an input as a whole.
  kInputUnreadable,  ///< An input, or the rest of it, can't be read; InputOptions::keep_going went on without it.
  // What a target that finds records by their control number needs.
  kControlNumber,  ///< The record has no control number, or one that is too long for a key.
  // What a column of a table cannot hold.
  kColumnType,  ///< A value is not of its column's type; it became null.
  // What a spreadsheet cannot hold.
  kCellTooLong,  ///< A value has more than 32,767 characters; the rest was left out.
  // What RunOptions::rules ask for; the record is exported as it is.
  kMissing,    ///< A field or subfield that is required is missing.
  kRepeated,   ///< A field or subfield that is not repeatable is repeated.
  kUndefined,  ///< A field, indicator or subfield is not defined.
  // Character encoding, again.
  kInvalidCharset,  ///< Bytes that are no characters of InputOptions::charset became U+FFFD.
  // What other records say.
  kDuplicate,  ///< The record has the control number of another one.
};

/// The code's stable name, for example `record_too_long`; empty for a value that the enumeration does not have.
[[nodiscard]] BULKMARC_API std::string_view reason_name(Reason reason);

/// Where in a record a finding is, as far as it is known.
struct FieldLocation {
  std::string tag;               ///< Of the field; empty where the finding concerns the record as a whole.
  std::uint32_t occurrence = 0;  ///< Of the field among those with its tag, from 1; 0 where `tag` is empty.
  std::string subfield;          ///< The subfield code; empty where the finding concerns no single subfield.
  std::uint64_t position = 0;    ///< In bytes from the beginning of the field's data, indicators included.
  std::string snippet;           ///< Some of the bytes there; what is not printable ASCII is escaped, as in `\x1E`.
};

/// One reject or one repair.
struct Finding {
  std::uint64_t record = 0;    ///< The record's number in the whole run, from 1.
  std::size_t input = 0;       ///< The index of its input in the Source.
  std::uint64_t offset = 0;    ///< Of its first byte in its input; for records in memory, its index.
  std::string control_number;  ///< As far as it can be read; empty where there is none.
  Reason code{};
  std::string detail;           ///< For people; no longer than 200 bytes.
  std::uint64_t length = 0;     ///< Of the record's bytes in its input; 0 where it did not come from bytes.
  FieldLocation location = {};  ///< Where in the record.
};

/// A file that is among the inputs and was not read.
struct PassedOver {
  std::string path = {};
  std::string why = {};  ///< For people.
};

/// Why a run failed.
struct Failure {
  /// None where no Error ended it: memory ran out, or a function of the caller threw.
  std::optional<ErrorCode> code = std::nullopt;
  std::string path = {};     ///< The file that it concerns, or empty.
  std::string message = {};  ///< For people; names path and reason.
  int system_error = 0;      ///< An errno value, or 0 where the system gave no reason.
};

/// What became of the records that were merged into a table.
struct MergeCounts {
  std::uint64_t added = 0;       ///< Records that the table did not have.
  std::uint64_t replaced = 0;    ///< Records that took the place of one with the same control number.
  std::uint64_t superseded = 0;  ///< Exported records after which another one with the same control number came.
  std::uint64_t deleted = 0;     ///< Records that are in the table no more.
};

struct Report;

/// What a diff found, by control numbers (diff.hpp). `added + changed + unchanged` of the new records were compared.
struct DiffCounts {
  std::uint64_t added = 0;      ///< Records that only the new ones have.
  std::uint64_t changed = 0;    ///< Records that both have, with another content.
  std::uint64_t unchanged = 0;  ///< Records that both have, with the same content.
  std::uint64_t deleted = 0;    ///< Records that only the old ones have.
  /// The account of the old records; of an exported one that means that it was compared. Never null.
  std::shared_ptr<const Report> old_records;
  /// The account of each output that was asked for, or null. What is not in the output is selected out.
  std::shared_ptr<const Report> added_output;
  std::shared_ptr<const Report> changed_output;
  std::shared_ptr<const Report> deleted_output;
};

/// The account of a run. `records_read == records_exported + records_rejected + records_selected_out`, always.
struct BULKMARC_API Report {
  std::uint64_t records_read = 0;
  std::uint64_t records_exported = 0;
  std::uint64_t records_rejected = 0;
  std::uint64_t records_selected_out = 0;  ///< Left out by RunOptions::selection, predicate or change.
  std::uint64_t records_repaired = 0;      ///< Of the exported ones, those with at least one repair.
  /// Records that have the control number of another one: those that Selection::unique or a diff left out, which are
  /// selected out, or, where RunOptions::statistics asked for it, those after the first one, which are not.
  std::uint64_t records_duplicate = 0;
  std::uint64_t bytes_read = 0;     ///< Of the inputs, decompressed, and XML in UTF-8; each byte counts once.
  std::uint64_t bytes_written = 0;  ///< The size of the output, all parts of it.
  /// The same before it was compressed. Of a format that needs an encoder, the bytes of the values.
  std::uint64_t bytes_uncompressed = 0;
  std::uint64_t parts = 0;          ///< Files of an output in parts; 0 for any other.
  std::uint64_t bytes_skipped = 0;  ///< Of the inputs, those that belong to no record.

  /// Wall-clock seconds. `measure` is 0 for a streamed output, whose `serialize` is the whole pass.
  struct Seconds {
    double measure = 0;
    double serialize = 0;
    double commit = 0;
    double total = 0;
  } seconds;

  int threads = 0;
  Format format{};
  Compression compression{};
  UsedBackend backend{};
  std::string backend_reason;       ///< Why that one.
  std::vector<std::string> inputs;  ///< A name for each input.
  /// Files that were named or found in a folder and not read: those reached a second time, manifests and reports.
  std::vector<PassedOver> inputs_passed_over;
  std::string output;  ///< A name for the target.

  /// In the order of the input; no more than RunOptions::max_findings of each. The counts are complete.
  std::vector<Finding> rejects;
  std::vector<Finding> repairs;
  std::vector<Finding> duplicates;
  /// How many records were rejected and repaired for each reason; complete, and without those that have none. A record
  /// with several kinds of repairs counts for each. Bytes between records (kStrayBytes) are no repair of a record.
  std::map<Reason, std::uint64_t> rejects_by_reason;
  std::map<Reason, std::uint64_t> repairs_by_reason;

  /// Only where RunOptions::statistics asked for it.
  std::optional<Statistics> statistics;

  std::string version;                            ///< Of the library that made the run.
  std::vector<std::string> command_line;          ///< RunOptions::command_line.
  std::chrono::system_clock::time_point started;  ///< When the run began.
  std::chrono::system_clock::time_point ended;    ///< When it was over, or failed.
  std::optional<Failure> error;                   ///< Of a run that failed. All counts are then those so far.

  /// Only from a program that merges records into a table.
  std::optional<MergeCounts> merge;

  /// Only from a diff.
  std::optional<DiffCounts> diff;

  std::uint64_t ids_not_found = 0;       ///< Of Selection::ids, those that no record had.
  std::vector<std::string> missing_ids;  ///< They, in their order; no more than RunOptions::max_findings.

  /// `exported`, `rejects` (exported, with rejected records) or `failed`.
  [[nodiscard]] std::string_view status() const;
  /// Some lines for people, ending with a newline. Holds nothing that a terminal would act upon (printable()).
  [[nodiscard]] std::string to_text() const;
  /// One JSON object for programs (docs/report.md), ending with a newline.
  [[nodiscard]] std::string to_json() const;
};

/// What a report says of a run that this exception ended.
[[nodiscard]] BULKMARC_API Failure failure_of(const std::exception_ptr& exception);

/// `text` as one line that may go to a terminal, whatever it came from: `?` stands for each control character (line
/// breaks among them), each character that changes the direction of text, and each byte that is not UTF-8.
[[nodiscard]] BULKMARC_API std::string printable(std::string_view text);

}  // namespace bulkmarc
