#include <bulkmarc/report_file.hpp>

#include <unistd.h>

#include <string>
#include <utility>

#include <bulkmarc/error.hpp>

#include "api/chosen_output.hpp"
#include "api/validation.hpp"
#include "output/pipe_output.hpp"
#include "report/report.hpp"

namespace bulkmarc {
namespace {

namespace fs = std::filesystem;

std::string text_for(const fs::path& path, const Report& report) {
  return path.extension() == ".txt" ? run_text(report) + report.to_text() : report.to_json();
}

}  // namespace

struct [[gnu::visibility("hidden")]] ReportFile::Impl {
  fs::path path;
  FileOptions options;
  std::unique_ptr<StreamedOutput> file;
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
      std::make_unique<Impl>(Impl{name, {}, std::make_unique<PipeOutput>(STDOUT_FILENO, name, stop), true}));
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
