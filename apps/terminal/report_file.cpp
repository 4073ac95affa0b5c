#include "report_file.hpp"

#include <unistd.h>

#include <cerrno>
#include <random>
#include <stdexcept>
#include <string>
#include <system_error>
#include <utility>

#include <fmt/format.h>

#include "program.hpp"
#include "usage_error.hpp"

namespace fs = std::filesystem;

namespace {

bool same_file(const fs::path& one, const fs::path& other) {
  std::error_code error;
  if (fs::equivalent(one, other, error)) return true;
  return fs::weakly_canonical(fs::absolute(one), error) == fs::weakly_canonical(fs::absolute(other), error);
}

}  // namespace

ReportFile::ReportFile(fs::path path) : path_(std::move(path)) {
  std::error_code ignored;
  const fs::file_status status = fs::status(path_, ignored);
  if (path_ == kStandardStream) {
    file_.reset(fdopen(dup(STDOUT_FILENO), "w"));
  } else if (fs::is_regular_file(status) || status.type() == fs::file_type::not_found) {
    open_part();
  } else {
    file_.reset(std::fopen(path_.c_str(), "we"));
  }
  if (file_ == nullptr) fail("nothing was exported, because the report can't be created");
}

ReportFile::~ReportFile() {
  if (!part_.empty()) unlink(part_.c_str());
}

void ReportFile::open_part() {
  std::error_code ignored;
  if (const fs::path followed = fs::canonical(path_, ignored); !ignored) path_ = followed;
  part_ = path_;
  part_.replace_filename(fmt::format(".{}.{:08x}.part", path_.filename().string(), std::random_device{}()));
  file_.reset(std::fopen(part_.c_str(), "wxe"));
  if (file_ == nullptr) part_.clear();
}

void ReportFile::write(const bulkmarc::Report& report) {
  const std::string text = path_.extension() == ".txt" ? report.to_text() : report.to_json();
  const bool written = std::fwrite(text.data(), 1, text.size(), file_.get()) == text.size();
  const bool closed = std::fclose(file_.release()) == 0;
  if (!written || !closed || (!part_.empty() && std::rename(part_.c_str(), path_.c_str()) != 0)) {
    fail("the output is complete, but the report can't be written");
  }
  part_.clear();
}

void ReportFile::fail(const char* what_failed) const {
  const std::string reason = std::generic_category().message(errno);
  throw std::runtime_error(fmt::format("{}: {}: {}", path_.string(), what_failed, reason));
}

void require_other_file(const fs::path& report, const std::vector<fs::path>& files) {
  if (report == kStandardStream) return;
  for (const fs::path& file : files) {
    if (same_file(report, file)) {
      throw UsageError(fmt::format("{}: the report would replace {}", report.string(), file.string()));
    }
  }
}
