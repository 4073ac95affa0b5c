#include "export_run.hpp"

#include <algorithm>
#include <filesystem>
#include <memory>
#include <string_view>
#include <utility>

#include <nanobind/stl/filesystem.h>
#include <nanobind/stl/string.h>

#include "pyarrow_encoder.hpp"
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

/// A bytes object with what is in `output`, which is empty afterwards. A large one is copied without the GIL.
nb::object to_bytes(std::string& output) {
  const auto size = static_cast<Py_ssize_t>(output.size());
  PyObject* const bytes = PyBytes_FromStringAndSize(nullptr, size);
  if (bytes == nullptr) throw nb::python_error();
  char* const begin = PyBytes_AsString(bytes);
  const nb::gil_scoped_release released;
  std::ranges::copy(output, begin);
  output = {};
  return nb::steal(bytes);
}

}  // namespace

ExportRun::ExportRun(Options& options, const TargetArguments& target)
    : options_(options.export_options()), run_(options.object("stop"), options.object("progress")) {
  run_.watch(options_.run);
  target_ = open_target(options, target);
}

bulkmarc::Target ExportRun::open_target(Options& options, const TargetArguments& target) {
  const auto kind = nb::cast<std::string>(target.kind);
  if (kind == "none") {
    options_.run.rules = options.rules();
    return bulkmarc::Target::none();
  }
  options.take_output(options_);
  choose_encoder(options);
  if (kind == "piece") {
    piece_of_ = nb::cast<std::filesystem::path>(target.object);
    piece_ = options.piece_options();
    return bulkmarc::Target::none();
  }
  const bulkmarc::FileOptions file = options.file_options();
  const bulkmarc::PartOptions parts = options.part_options();
  if (kind == "path") {
    const auto path = nb::cast<std::filesystem::path>(target.object);
    if (parts.records == 0 && parts.bytes == 0) return bulkmarc::Target::file(path, file);
    return bulkmarc::Target::parts(path, parts, file);
  }
  if (kind == "write") {
    write_ = target.object;
    return bulkmarc::Target::function(
        [this](std::string_view bytes) { run_.in_python([&] { write_all(bytes, write_); }); });
  }
  wants_output_ = true;
  return bulkmarc::Target::memory(output_);
}

void ExportRun::choose_encoder(Options& options) {
  const bool is_read_in_order = nb::cast<bool>(options.object("is_read_in_order"));
  if (options_.format != bulkmarc::Format::kParquet && options_.format != bulkmarc::Format::kArrow) return;
  open_file_ = pyarrow_file(options_.format, is_read_in_order);
  options_.encoder = pyarrow_encoder(open_file_, run_);
}

void ExportRun::start(bulkmarc::Source source) {
  run_.start([this, source = std::make_shared<bulkmarc::Source>(std::move(source))] {
    report_ = Told(bulkmarc::export_records(std::move(*source), std::move(*target_), options_));
  });
}

nb::tuple ExportRun::finish() {
  run_.wait_for_end();
  return nb::make_tuple(decode(report_.json), decode(report_.text),
                        wants_output_ ? to_bytes(output_) : nb::object(nb::none()));
}

bulkmarc::Piece ExportRun::export_range(const bulkmarc::Plan& plan, std::uint64_t number) {
  bulkmarc::Piece piece;
  run_.start([&] { piece = bulkmarc::export_range(plan, number, piece_of_, options_, piece_); });
  run_.wait_for_end();
  return piece;
}
