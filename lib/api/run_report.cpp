#include "api/run_report.hpp"

#include <unistd.h>

#include <chrono>
#include <string>
#include <utility>

#include <bulkmarc/error.hpp>
#include <bulkmarc/report_file.hpp>
#include <bulkmarc/version.hpp>

#include "api/chosen_output.hpp"
#include "api/validation.hpp"
#include "output/direct_output.hpp"
#include "report/report.hpp"

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

namespace {

namespace fs = std::filesystem;

std::string text_for(const fs::path& path, const Report& report) {
  return path.extension() == ".txt" ? run_text(report) + report.to_text() : report.to_json();
}

}  // namespace

struct [[gnu::visibility("hidden")]] ReportFile::Impl {
  fs::path path;
  FileOptions options;
  std::unique_ptr<AppendedOutput> file;
  bool is_direct = false;
  std::string text = {};  ///< What commit() is to write, if it writes directly.
  bool prepared = false;
};

ReportFile::ReportFile(std::unique_ptr<Impl> impl) : impl_(std::move(impl)) {}
ReportFile::ReportFile(const fs::path& path, FileOptions options, const std::stop_token& stop) {
  refuse_nul(path);
  impl_ = std::make_unique<Impl>(Impl{path, options, begin_file(path, options, stop), is_pipe_or_device(path)});
}
ReportFile::~ReportFile() = default;
ReportFile::ReportFile(ReportFile&& other) noexcept = default;
ReportFile& ReportFile::operator=(ReportFile&& other) noexcept = default;

ReportFile ReportFile::standard_output(const std::stop_token& stop) {
  const char* name = "standard output";
  return ReportFile(
      std::make_unique<Impl>(Impl{name, {}, std::make_unique<DirectOutput>(STDOUT_FILENO, name, stop), true}));
}

ReportFile::Impl& ReportFile::impl() const {
  if (!impl_) throw Error(ErrorCode::kInvalidOptions, {}, "the file of the report was moved from");
  return *impl_;
}

void ReportFile::prepare(const Report& report) {
  Impl& own = impl();
  std::string text = text_for(own.path, report);
  if (own.is_direct) {
    own.text = std::move(text);
    return;
  }
  if (std::exchange(own.prepared, true)) {
    own.file.reset();
    own.file = begin_file(own.path, own.options, {});
  }
  own.file->append(text);
  own.file->prepare();
}

void ReportFile::commit() {
  Impl& own = impl();
  if (own.is_direct) own.file->append(std::exchange(own.text, {}));
  own.file->commit();
}

}  // namespace bulkmarc
