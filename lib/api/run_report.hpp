#pragma once

#include <exception>
#include <filesystem>
#include <functional>
#include <optional>
#include <stop_token>

#include <bulkmarc/export.hpp>
#include <bulkmarc/report_file.hpp>

namespace bulkmarc {

/// The account of a run, and its file, from the beginning of the run to its end or its failure.
class RunReport {
 public:
  explicit RunReport(const ExportOptions& options);

  [[nodiscard]] Report& report() { return report_; }

  /// The file may be written from now on, as it is known to be none of the run's other files.
  void permit_file() { is_permitted_ = true; }
  /// Begins the file, if there is to be one. Throws Error.
  void begin_file(bool sync);

  /// The steps of a run that succeeds: writes the file, lets it take effect, tells the caller. Throw Error, and what
  /// the caller's function throws.
  void prepare();
  void commit();
  void tell();
  /// The last step of one that fails: writes the file with the reason, as far as it can be written, and tells the
  /// caller.
  void fail(const std::exception_ptr& exception) noexcept;

 private:
  std::optional<std::filesystem::path> path_;
  std::function<void(const Report&)> on_report_;
  std::stop_token stop_;
  Report report_;
  bool is_permitted_ = false;
  std::optional<ReportFile> file_;
};

}  // namespace bulkmarc
