#include "api/run_report.hpp"

#include <chrono>
#include <string>

#include <bulkmarc/error.hpp>
#include <bulkmarc/version.hpp>

namespace bulkmarc {

RunReport::RunReport(const ExportOptions& options)
    : path_(options.report), on_report_(options.on_report), stop_(options.stop) {
  report_.version = version();
  report_.command_line = options.command_line;
  report_.format = options.format;
  report_.started = std::chrono::system_clock::now();
}

void RunReport::begin_file(bool sync) {
  if (path_) file_.emplace(*path_, FileOptions{.sync = sync}, stop_);
}

void RunReport::prepare() {
  report_.ended = std::chrono::system_clock::now();
  if (file_) file_->prepare(report_);
}

void RunReport::commit() try {
  if (file_) file_->commit();
} catch (const Error& error) {
  throw Error(error.code(), error.path(), "the output is complete, but the report can't be written", error.os_error());
}

void RunReport::tell() {
  if (on_report_) on_report_(report_);
}

void RunReport::fail(const std::exception_ptr& exception) noexcept {
  // The exception counts, whatever becomes of the report.
  try {
    report_.error = failure_of(exception);
    if (path_ && is_permitted_) {
      if (!file_) begin_file(true);
      prepare();
      file_->commit();
    }
  } catch (...) {
  }
  try {
    report_.ended = std::chrono::system_clock::now();
    tell();
  } catch (...) {
  }
}

}  // namespace bulkmarc
