#include <filesystem>
#include <memory>
#include <optional>
#include <stop_token>
#include <string>
#include <string_view>
#include <utility>

#include <nanobind/nanobind.h>
#include <nanobind/stl/filesystem.h>
#include <nanobind/stl/optional.h>
#include <nanobind/stl/string.h>
#include <nanobind/stl/string_view.h>
#include <bulkmarc/bulkmarc.hpp>

#include "bind_count.hpp"
#include "bind_diff.hpp"
#include "bind_plan.hpp"
#include "bind_records.hpp"
#include "errors.hpp"
#include "export_run.hpp"
#include "inputs.hpp"
#include "options.hpp"
#include "process.hpp"
#include "reader.hpp"
#include "rows.hpp"
#include "writer.hpp"

namespace nb = nanobind;
using namespace nb::literals;

namespace {

nb::tuple export_inputs(nb::list inputs, nb::object kind, nb::object target, nb::dict options) {
  Options given(std::move(options));
  Inputs opened(std::move(inputs));
  ExportRun run(given, {std::move(kind), std::move(target)});
  bulkmarc::Source source = opened.source(given.input_options(), run.run().calls());
  given.expect_none_left();
  run.start(std::move(source));
  return run.finish();
}

std::optional<std::string_view> format_from_path(const std::filesystem::path& path) {
  const auto format = bulkmarc::format_from_path(path);
  return format ? std::optional(bulkmarc::format_name(*format)) : std::nullopt;
}

nb::list format_names() {
  nb::list names;
  for (const bulkmarc::Format format : bulkmarc::all_formats()) names.append(bulkmarc::format_name(format));
  return names;
}

const char* phase_name(const bulkmarc::Progress& progress) {
  switch (progress.phase) {
    case bulkmarc::Progress::Phase::kMeasure:
      return "measure";
    case bulkmarc::Progress::Phase::kSerialize:
      return "serialize";
    case bulkmarc::Progress::Phase::kCommit:
      return "commit";
  }
  return "";
}

void bind_progress(nb::module_& module) {
  nb::class_<bulkmarc::Progress>(module, "Progress", "How far a run is.")
      .def_prop_ro("phase", phase_name)
      .def_ro("records", &bulkmarc::Progress::records)
      .def_ro("bytes", &bulkmarc::Progress::bytes)
      .def_ro("bytes_total", &bulkmarc::Progress::bytes_total)
      .def_ro("fraction", &bulkmarc::Progress::fraction)
      .def("__repr__", [](const bulkmarc::Progress& progress) {
        return std::string("Progress(phase='") + phase_name(progress) +
               "', records=" + std::to_string(progress.records) + ", bytes=" + std::to_string(progress.bytes) +
               ", bytes_total=" + std::to_string(progress.bytes_total) +
               ", fraction=" + std::to_string(progress.fraction) + ")";
      });
}

}  // namespace

NB_MODULE(_native, module) {
  module.doc() = "The part of bulkmarc that is C++. Its interface is for the package alone.";
  translate_errors();
  bind_progress(module);
  bind_records(module);
  bind_diff(module);
  bind_count(module);
  bind_plan(module);

  using ReaderHere = OfProcess<Reader>;
  nb::class_<ReaderHere>(module, "Reader")
      .def(
          "__init__",
          [](ReaderHere* self, nb::list inputs, nb::dict options) {
            new (self) ReaderHere(std::make_unique<Reader>(Options(std::move(options)), std::move(inputs)));
          },
          "inputs"_a, "options"_a)
      .def("__iter__", [](nb::handle self) { return nb::borrow(self); })
      .def("__next__", [](ReaderHere& self) { return (*self).next(); })
      .def("report", [](ReaderHere& self) { return (*self).report(); })
      .def("close", [](ReaderHere& self) { (*self).close(); });

  using WriterHere = OfProcess<Writer>;
  nb::class_<WriterHere>(module, "Writer")
      .def(
          "__init__",
          [](WriterHere* self, nb::object kind, nb::object target, nb::dict options) {
            new (self) WriterHere(std::make_unique<Writer>(Options(std::move(options)),
                                                           TargetArguments{std::move(kind), std::move(target)}));
          },
          "kind"_a, "target"_a.none(), "options"_a)
      .def(
          "write", [](WriterHere& self, nb::handle record) { (*self).write(record); }, "record"_a)
      .def(
          "write_all", [](WriterHere& self, nb::handle records) { (*self).write_all(records); }, "records"_a)
      .def("close", [](WriterHere& self) { return (*self).close(); })
      .def("discard", [](WriterHere& self) { (*self).discard(); });

  nb::class_<Rows>(module, "Rows")
      .def(
          "__init__",
          [](Rows* self, nb::list inputs, nb::dict options) {
            new (self) Rows(Options(std::move(options)), std::move(inputs));
          },
          "inputs"_a, "options"_a)
      .def("stream", &Rows::stream)
      .def("schema", &Rows::schema)
      .def("report", &Rows::report);

  nb::class_<std::stop_source>(module, "Stop",
                               "Ends the run that has it as its `stop`: a threading.Event that a run need not ask.")
      .def(nb::init<>())
      .def(
          "set", [](std::stop_source& self) { self.request_stop(); }, nb::call_guard<nb::gil_scoped_release>());

  module.def("export_inputs", &export_inputs, "inputs"_a, "kind"_a, "target"_a.none(), "options"_a);
  module.def("format_from_path", &format_from_path, "path"_a);
  module.def(
      "compression_from_path",
      [](const std::filesystem::path& path) {
        return bulkmarc::compression_name(bulkmarc::compression_from_path(path));
      },
      "path"_a);
  module.def("format_names", &format_names);
  module.attr("__version__") = bulkmarc::version();

  // Runs that are not finished when the process ends, such as those of a reader that was left, leave nothing behind.
  nb::module_::import_("atexit").attr("register")(nb::cpp_function(&Run::cancel_all));
  nb::module_::import_("os").attr("register_at_fork")("after_in_child"_a = nb::cpp_function([] {
                                                        Process::forked();
                                                        Run::forget_all();
                                                      }));
}
