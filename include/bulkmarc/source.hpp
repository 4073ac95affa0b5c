#pragma once

#include <cstdint>
#include <filesystem>
#include <functional>
#include <memory>
#include <optional>
#include <span>
#include <utility>
#include <vector>

#include <bulkmarc/export_macro.hpp>
#include <bulkmarc/format.hpp>
#include <bulkmarc/record.hpp>

namespace bulkmarc {

/// One input: a file, a folder, or the process's standard input.
class Input {
 public:
  Input(std::filesystem::path path) : path_(std::move(path)) {}
  static Input standard_input() { return {{}, true}; }

  [[nodiscard]] bool is_standard_input() const { return is_standard_input_; }
  /// Empty for standard input.
  [[nodiscard]] const std::filesystem::path& path() const { return path_; }

 private:
  Input(std::filesystem::path path, bool is_standard_input)
      : path_(std::move(path)), is_standard_input_(is_standard_input) {}

  std::filesystem::path path_;
  bool is_standard_input_ = false;
};

/// How inputs are read.
struct InputOptions {
  /// The format of all of them, one of record_formats(); kJson and kNdjson are read alike. Without it, each file's
  /// first bytes tell, or else its name.
  std::optional<Format> format = std::nullopt;
  /// An input that can't be read, from its beginning or any further, does not end the run: it is a reject
  /// (kInputUnreadable), and the run goes on with the next one. All files are then read once, one after the other.
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
  /// files of ISO 2709 may be walked twice; all else, standard input too, is read once, and so is everything where
  /// there are more than 100 files.
  static Source file(const std::filesystem::path& path, const InputOptions& options = {});
  static Source files(const std::vector<std::filesystem::path>& paths, const InputOptions& options = {});
  /// The process's standard input, read from where it stands to its end.
  static Source standard_input(const InputOptions& options = {});
  /// Files as files() takes them, and standard input, in this order. Standard input may be among them once.
  static Source inputs(const std::vector<Input>& inputs, const InputOptions& options = {});

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
