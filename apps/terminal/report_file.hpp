#pragma once

#include <cstdio>
#include <filesystem>
#include <memory>
#include <vector>

#include <bulkmarc/report.hpp>

/// The file of --report. It is opened before the run, so that a report that can't be written fails early, and appears
/// under its name only when it is whole. Pipes, devices and standard output are written to directly.
class ReportFile {
 public:
  /// Throws std::runtime_error that names the path and the reason.
  explicit ReportFile(std::filesystem::path path);
  /// Leaves what was there before, unless write() succeeded.
  ~ReportFile();
  ReportFile(const ReportFile&) = delete;
  ReportFile& operator=(const ReportFile&) = delete;

  /// Text for a name that ends with .txt, else JSON. Call it once. Throws as the constructor does.
  void write(const bulkmarc::Report& report);

 private:
  void open_part();
  [[noreturn]] void fail(const char* what_failed) const;

  std::filesystem::path path_;
  std::filesystem::path part_;  ///< Empty where the path itself is written to.
  std::unique_ptr<std::FILE, int (*)(std::FILE*)> file_{nullptr, std::fclose};
};

/// Throws UsageError where the report would replace one of the run's own files.
void require_other_file(const std::filesystem::path& report, const std::vector<std::filesystem::path>& files);
