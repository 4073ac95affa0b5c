#pragma once

#include <cstddef>
#include <cstdint>
#include <filesystem>
#include <functional>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <utility>
#include <variant>
#include <vector>

#include <bulkmarc/export_macro.hpp>
#include <bulkmarc/format.hpp>
#include <bulkmarc/record.hpp>

namespace bulkmarc {

struct Plan;

/// One input: a file or a folder, or what Source::memory(), function(), descriptor() and standard_input() take.
class Input {
 public:
  struct Descriptor {
    int number;
  };
  using Function = std::function<std::size_t(std::span<char> bytes)>;
  using Kind = std::variant<std::filesystem::path, std::string_view, Function, Descriptor>;

  Input(std::filesystem::path path) : kind_(std::move(path)) {}
  static Input memory(std::string_view bytes) { return of(bytes); }
  static Input function(Function read) { return of(std::move(read)); }
  static Input descriptor(int descriptor) { return of(Descriptor{descriptor}); }
  static Input standard_input() { return descriptor(0); }

  [[nodiscard]] const Kind& kind() const { return kind_; }

 private:
  Input() = default;
  static Input of(Kind kind) {
    Input input;
    input.kind_ = std::move(kind);
    return input;
  }

  Kind kind_;
};

/// The names that InputOptions::charset takes, in any case.
[[nodiscard]] BULKMARC_API std::vector<std::string> charset_names();

/// How inputs are read.
struct InputOptions {
  /// The format of all of them, one of record_formats(); kJson and kNdjson are read alike. Without it, each input's
  /// first bytes tell, or else the name of the file.
  std::optional<Format> format = std::nullopt;
  /// The character set of the text in ISO 2709 and mrk, one of charset_names(), whatever the records say: it is
  /// converted to UTF-8, but for ISO 2709 that is written without ExportOptions::to_utf8, or read by a RecordStream
  /// without RecordOptions::to_utf8. Inputs in other formats are then an Error (kInputEncoding). Empty: each record
  /// says whether it is in MARC-8 or in UTF-8.
  std::string charset = {};
  /// An input that can't be read, from its beginning or any further, does not end the run: it is a reject
  /// (kInputUnreadable), and the run goes on with the next one. All of them are then read once, one after the other.
  bool keep_going = false;
  /// Files that the caller reads for the same run, a list of ids for example: a run refuses to write to them as it does
  /// to its inputs.
  std::vector<std::filesystem::path> also_read = {};
};

/// Where an export's records come from. A Source serves one export; it is movable, and not thread-safe. One that was
/// moved from can't be exported (ErrorCode::kInvalidOptions).
/// Opening and reading happen in the export, and so do their errors.
class BULKMARC_API Source {
 public:
  /// One file, or several, one after the other, in any of the formats, compressed or not (docs/formats.md). A folder
  /// stands for the files in it and in its folders that have the extension of a format, or .mrk8, .dat, .lex or .bin if
  /// they hold records, sorted by name, but not for manifests and reports. The manifest of an output in parts stands
  /// for its parts, and is checked against them. A regular file that is reached more than once is read once. Regular
  /// files of ISO 2709 may be walked twice; all else is read once, and so is everything where there are more than 100
  /// inputs.
  static Source file(const std::filesystem::path& path, const InputOptions& options = {});
  static Source files(const std::vector<std::filesystem::path>& paths, const InputOptions& options = {});

  /// Bytes in memory in any of the formats, compressed or not. They are borrowed, and must not change, until the run is
  /// over. ISO 2709 that is not compressed may be walked twice, and is split in parallel, as in a file.
  static Source memory(std::string_view bytes, const InputOptions& options = {});

  /// Bytes that a function reads: `read(bytes)` fills at most bytes.size() of them, which is never 0, and returns how
  /// many; 0 only at the end. It is called by one thread at a time, but not always by the same one, and not again after
  /// the end or after it has thrown. More than bytes.size() is an Error (kInputRead). What it throws ends the run and
  /// reaches its caller; only an Error counts as an input that can't be read, where `options.keep_going` asks for that.
  /// A stop is noticed between two calls: a function that waits looks for it itself.
  static Source function(std::function<std::size_t(std::span<char> bytes)> read, const InputOptions& options = {});

  /// An open descriptor, read from where it stands to its end. It is borrowed and stays open; where it stands after the
  /// run is not known. What it waits for, in a pipe, a socket or a terminal, ends within a tenth of a second when a
  /// stop is requested. It may be non-blocking. The file behind it can't be a target of the same run.
  static Source descriptor(int descriptor, const InputOptions& options = {});
  /// The process's standard input: its descriptor 0.
  static Source standard_input(const InputOptions& options = {});

  /// Any of these, in this order; folders and files as files() takes them. A descriptor may be among them once.
  static Source inputs(const std::vector<Input>& inputs, const InputOptions& options = {});

  /// The range of a plan that has this number, from 1 (plan.hpp). The plan is copied. Numbers and offsets are those of
  /// the whole catalogue, and inputs have the names that the plan gives. A file of the range that is not what it was
  /// for the plan is an Error (kPlanMismatch) when the run begins, and so are other records than the plan has when it
  /// ends. A selection may skip records, those of the whole catalogue; a limit and a sample are of a whole catalogue
  /// alone (kInvalidOptions). Throws Error (kInvalidOptions) where the plan has no such range.
  static Source range(const Plan& plan, std::uint64_t number);

  /// Records in memory, borrowed until the export returns. May be walked twice.
  static Source records(std::span<const Record> records);

  /// `count` records made on demand: `make(index, record)` fills a cleared record. It is called from
  /// several threads at once, for some indexes twice, and must give the same record every time. What it
  /// throws ends the export and reaches its caller.
  static Source indexed(std::uint64_t count, std::function<void(std::uint64_t index, Record& record)> make);

  /// Records that come one by one, as from a database cursor: `next(record)` fills a cleared record, or
  /// returns false at the end. It is called by one thread at a time, each record once. What it throws ends the
  /// export and reaches its caller.
  static Source pulled(std::function<bool(Record& record)> next);

  ~Source();
  Source(Source&& other) noexcept;
  Source& operator=(Source&& other) noexcept;

  struct Impl;

 private:
  friend struct Internals;
  explicit Source(std::unique_ptr<Impl> impl);
  std::unique_ptr<Impl> impl_;
};

}  // namespace bulkmarc
