#pragma once

#include <cstdint>
#include <filesystem>
#include <memory>
#include <string>

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
  std::uint64_t bytes = 0;    ///< The most bytes of a part before it is compressed; 0 stands for any number.
  /// Go on with the parts that a run of the same inputs and options has left when it was cut off. The records of these
  /// parts are read again, but not written. Where there was no such run, all is exported.
  bool resume = false;
  /// What tells the records of a source that is not a file from those of others, such as a query or a seed; and what
  /// tells RunOptions::predicate and RunOptions::change from others, such as a version. A run resumes only one that had
  /// the same.
  std::string source = "";
};

/// Where an export's bytes go. Movable, not thread-safe; borrows nothing but the string of memory(). One that was moved
/// from can't be exported to (ErrorCode::kInvalidOptions).
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

  /// The process's standard output, written to directly, in order.
  static Target standard_output();

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
