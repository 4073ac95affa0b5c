#pragma once

#include <cstdint>
#include <filesystem>
#include <functional>
#include <memory>
#include <string>
#include <string_view>

#include <bulkmarc/export_macro.hpp>

namespace bulkmarc {

/// How a file target is treated.
struct FileOptions {
  /// Bring data and folder to the disk before the export returns. Without it a crash of the machine soon
  /// after may leave an empty or partial file; a crash of the process never does.
  bool sync = true;
  /// Where `sync` is set and a file is larger than 32 MiB, it is written past the system's cache, as far as the system
  /// can do that (Linux 6.14), so that it is on the disk sooner, and other files stay in the cache. With this
  /// it is left in the cache, for whoever reads it at once. Not for a mapped output, which is in the cache anyway.
  bool keep_cached = false;
  /// Refuse to replace an existing file.
  bool no_clobber = false;
};

/// Where an output in parts is divided. A part ends before the record with which it would exceed a limit; a record that
/// is longer than `bytes` has a part of its own.
struct PartOptions {
  std::uint64_t records = 0;  ///< The most records of a part; 0 stands for any number.
  /// The most bytes of a part before it is compressed; 0 stands for any number. Of a format that needs an encoder, the
  /// bytes of the values (RowBatch::bytes).
  std::uint64_t bytes = 0;
  /// Go on with the parts that a run of the same inputs and options has left when it was cut off. The records of these
  /// parts are read again, but not written. Where there was no such run, all is exported.
  bool resume = false;
  /// What tells the records of a source that is not a file from those of others, such as a query or a seed; and what
  /// tells RunOptions::predicate and RunOptions::change from others, such as a version. A run resumes only one that had
  /// the same.
  std::string source = "";
};

/// Where an export's bytes go. Movable, not thread-safe; borrows nothing but the string of memory() and an open
/// descriptor. One that was moved from can't be exported to (ErrorCode::kInvalidOptions).
class BULKMARC_API Target {
 public:
  /// A file, replaced as a whole when the export has succeeded, and untouched when it has not (docs/durability.md).
  /// Symbolic links are followed; mode and owner of an existing file are kept. Pipes and devices are
  /// written to directly.
  static Target file(const std::filesystem::path& path, FileOptions options = {});

  /// Several files beside `path`, which is itself not written: for `catalog.xml` they are `catalog-00001.xml` and so
  /// on. Each is whole, and appears as soon as it is complete. At the end follows `catalog.xml.manifest.json`, which
  /// lists them: where it stands, the set is whole. A run that fails leaves the parts that are complete, but no
  /// manifest (docs/durability.md). `options` hold for every file.
  static Target parts(const std::filesystem::path& path, PartOptions parts, FileOptions options = {});

  /// An open descriptor, written to directly, in order, from where it stands. It is borrowed and stays open. What was
  /// written can't be taken back: after an error it has a part of the output. A pipe, a socket or a terminal is waited
  /// for until a stop is requested, whether it blocks or not. Where nobody reads it any more, the system sends SIGPIPE;
  /// a program that ignores it gets an Error (kOutputWrite, EPIPE). The file behind it must be none of the run's
  /// others.
  static Target descriptor(int descriptor);
  /// The process's standard output: its descriptor 1.
  static Target standard_output();

  /// A function of the caller: `write(bytes)` takes the bytes in order, in blocks of 1 MiB of which only the last may
  /// be shorter, never empty, and borrowed for the call. It is called by one thread at a time, but not always by the
  /// same one; not for an output of no bytes, and not again after it has thrown or the run has failed otherwise. What
  /// it throws ends the run and reaches its caller. What it took can't be taken back: the output is whole when the
  /// export has returned. A stop is noticed between two calls: a function that waits looks for it itself.
  static Target function(std::function<void(std::string_view bytes)> write);

  /// The caller's string, replaced when the export has succeeded. It must live until then.
  static Target memory(std::string& output);

  /// Nothing is written: the measure phase alone, as a check.
  static Target none();

  ~Target();
  Target(Target&& other) noexcept;
  Target& operator=(Target&& other) noexcept;

  struct Impl;

 private:
  friend struct Internals;
  explicit Target(std::unique_ptr<Impl> impl);
  std::unique_ptr<Impl> impl_;
};

}  // namespace bulkmarc
