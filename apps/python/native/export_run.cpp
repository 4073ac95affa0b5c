#include "export_run.hpp"

#include <algorithm>
#include <filesystem>
#include <memory>
#include <string_view>
#include <utility>

#include <nanobind/stl/filesystem.h>
#include <nanobind/stl/string.h>

#include "text.hpp"

namespace {

/// Calls a file's write() until it has taken all: a raw file may take less than it is given.
void write_all(std::string_view bytes, nb::handle write) {
  while (!bytes.empty()) {
    const nb::object taken = write(nb::bytes(bytes.data(), bytes.size()));
    std::size_t size = bytes.size();
    if (PyLong_Check(taken.ptr()) != 0 && !nb::try_cast(taken, size)) {
      throw nb::value_error("write() returned a negative number");
    }
    if (size == 0) throw nb::value_error("write() took no bytes");
    bytes.remove_prefix(std::min(size, bytes.size()));
  }
}

}  // namespace

ExportRun::ExportRun(const Options& options, const TargetArguments& target, nb::object progress, nb::object stop)
    : progress_(std::move(progress)), options_(options.export_options()), run_(std::move(stop)) {
  options_.run.stop = run_.token();
  if (!progress_.is_none()) {
    options_.run.progress = [this](const bulkmarc::Progress& told) { run_.in_python([&] { progress_(told); }); };
  }
  target_ = open_target(options, target);
}

bulkmarc::Target ExportRun::open_target(const Options& options, const TargetArguments& target) {
  const auto kind = nb::cast<std::string>(target.kind);
  if (kind == "path") {
    const auto path = nb::cast<std::filesystem::path>(target.object);
    const bulkmarc::PartOptions parts = options.part_options();
    if (parts.records == 0 && parts.bytes == 0) return bulkmarc::Target::file(path, options.file_options());
    return bulkmarc::Target::parts(path, parts, options.file_options());
  }
  if (kind == "write") {
    write_ = target.object;
    return bulkmarc::Target::function(
        [this](std::string_view bytes) { run_.in_python([&] { write_all(bytes, write_); }); });
  }
  wants_output_ = kind == "bytes";
  return wants_output_ ? bulkmarc::Target::memory(output_) : bulkmarc::Target::none();
}

void ExportRun::start(bulkmarc::Source source) {
  run_.start([this, source = std::make_shared<bulkmarc::Source>(std::move(source))] {
    report_ = bulkmarc::export_records(std::move(*source), std::move(*target_), options_);
  });
}

nb::tuple ExportRun::finish() {
  run_.wait_for_end();
  const nb::object output =
      wants_output_ ? nb::object(nb::bytes(output_.data(), output_.size())) : nb::object(nb::none());
  return nb::make_tuple(decode(report_.to_json()), decode(report_.to_text()), output);
}
