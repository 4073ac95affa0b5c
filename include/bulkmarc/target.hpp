#pragma once

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
  /// Refuse to replace an existing file.
  bool no_clobber = false;
};

/// Where an export's bytes go. Movable, not thread-safe; borrows nothing but the string of memory().
class BULKMARC_API Target {
 public:
  /// A file, replaced as a whole when the export has succeeded, and untouched when it has not (docs/durability.md).
  /// Symbolic links are followed; mode and owner of an existing file are kept. Pipes and devices are
  /// written to directly.
  static Target file(const std::filesystem::path& path, FileOptions options = {});

  /// The process's standard output, written to directly, in order.
  static Target standard_output();

  /// The caller's string, replaced when the export has succeeded. It must live until then.
  static Target memory(std::string& output);

  /// Nothing is written: the measure phase alone, as a check.
  static Target none();

  ~Target();
  Target(Target&& other) noexcept;
  Target& operator=(Target&& other) noexcept;

  /// For the library's own use.
  struct Impl;
  [[nodiscard]] Impl& impl() { return *impl_; }

 private:
  explicit Target(std::unique_ptr<Impl> impl);
  std::unique_ptr<Impl> impl_;
};

}  // namespace bulkmarc
