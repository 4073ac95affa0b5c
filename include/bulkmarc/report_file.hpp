#pragma once

#include <filesystem>
#include <memory>
#include <stop_token>

#include <bulkmarc/export_macro.hpp>
#include <bulkmarc/report.hpp>
#include <bulkmarc/target.hpp>

namespace bulkmarc {

/// The file of a report, for a program whose run does not end where the library's does: ExportOptions::report does the
/// same for all others. A file appears, or is replaced, as a whole; without commit() it stays as it was. Movable; for
/// one thread at a time.
class BULKMARC_API ReportFile {
 public:
  /// Creates a temporary file beside `path`, so that a report that can't be written fails early. A pipe or a device is
  /// opened. Waiting for whoever reads a pipe ends, with ErrorCode::kCancelled, when a stop is requested. Throws Error.
  explicit ReportFile(const std::filesystem::path& path, FileOptions options = {}, const std::stop_token& stop = {});
  /// The process's standard output.
  static ReportFile standard_output(const std::stop_token& stop = {});
  ~ReportFile();
  ReportFile(ReportFile&& other) noexcept;
  ReportFile& operator=(ReportFile&& other) noexcept;

  /// Writes the report beside its place: as text where the name of the file ends with `.txt`, else as JSON. May be
  /// called again: the report that was prepared last counts. Throws Error.
  void prepare(const Report& report);
  /// Lets what was prepared take effect. To a pipe or a device it is written now. Throws Error. REQUIRES: prepare().
  void commit();

 private:
  struct Impl;
  [[nodiscard]] Impl& impl() const;
  explicit ReportFile(std::unique_ptr<Impl> impl);
  std::unique_ptr<Impl> impl_;
};

}  // namespace bulkmarc
