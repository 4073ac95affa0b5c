#include "bind_plan.hpp"

#include <cstdint>
#include <filesystem>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include <nanobind/stl/filesystem.h>
#include <nanobind/stl/string.h>
#include <nanobind/stl/string_view.h>
#include <nanobind/stl/vector.h>
#include <bulkmarc/bulkmarc.hpp>

#include "export_run.hpp"
#include "options.hpp"
#include "run.hpp"
#include "told.hpp"

namespace nb = nanobind;
using namespace nb::literals;

namespace {

bulkmarc::Plan make_plan(const std::vector<std::filesystem::path>& inputs, nb::dict arguments) {
  Options given(std::move(arguments));
  bulkmarc::PlanOptions options = given.plan_options();
  bulkmarc::Plan plan;
  Run run(given.object("stop"), given.object("progress"));
  given.expect_none_left();
  run.watch(options);
  run.start([&] { plan = bulkmarc::make_plan(inputs, options); });
  run.wait_for_end();
  return plan;
}

bulkmarc::Piece export_range(const bulkmarc::Plan& plan, std::uint64_t number, nb::object output, nb::dict arguments) {
  Options given(std::move(arguments));
  ExportRun run(given, {nb::str("piece"), std::move(output)});
  given.expect_none_left();
  return run.export_range(plan, number);
}

nb::tuple commit_pieces(const bulkmarc::Plan& plan, const std::vector<bulkmarc::Piece>& pieces, nb::dict arguments) {
  Options given(std::move(arguments));
  bulkmarc::CommitOptions options = given.commit_options();
  Told told;
  Run run(given.object("stop"), nb::none());
  given.expect_none_left();
  options.stop = run.token();
  run.start([&] { told = Told(bulkmarc::commit_pieces(plan, pieces, options)); });
  run.wait_for_end();
  return told.as_tuple();
}

/// First record, records and bytes of each.
nb::list ranges(const bulkmarc::Plan& plan) {
  nb::list all;
  for (const bulkmarc::PlannedRange& range : plan.ranges) {
    all.append(nb::make_tuple(range.first_record, range.records, range.bytes));
  }
  return all;
}

nb::list inputs(const bulkmarc::Plan& plan) {
  nb::list names;
  for (const bulkmarc::PlannedInput& input : plan.inputs) names.append(decode(input.path));
  return names;
}

}  // namespace

void bind_plan(nb::module_& module) {
  nb::class_<bulkmarc::Plan>(module, "Plan")
      .def("to_json", [](const bulkmarc::Plan& plan) { return decode(plan.to_json()); })
      .def("id", [](const bulkmarc::Plan& plan) { return decode(plan.id()); })
      .def("charset", [](const bulkmarc::Plan& plan) { return decode(plan.charset); })
      .def("inputs", &inputs)
      .def("ranges", &ranges);
  nb::class_<bulkmarc::Piece>(module, "Piece")
      .def("to_json", [](const bulkmarc::Piece& piece) { return decode(piece.to_json()); })
      .def("plan", [](const bulkmarc::Piece& piece) { return decode(piece.plan); })
      .def("range", [](const bulkmarc::Piece& piece) { return piece.range; })
      .def("attempt", [](const bulkmarc::Piece& piece) { return decode(piece.attempt); })
      .def("output", [](const bulkmarc::Piece& piece) { return piece.output; })
      .def("pending", &bulkmarc::Piece::pending)
      .def("report", [](const bulkmarc::Piece& piece) { return Told(piece.report).as_tuple(); });
  module.def(
      "plan_from_json", [](std::string_view json) { return bulkmarc::Plan::from_json(json); }, "json"_a);
  module.def(
      "piece_from_json", [](std::string_view json) { return bulkmarc::Piece::from_json(json); }, "json"_a);
  module.def("read_piece", &bulkmarc::Piece::read, "path"_a, nb::call_guard<nb::gil_scoped_release>());
  module.def("make_plan", &make_plan, "inputs"_a, "options"_a);
  module.def("export_range", &export_range, "plan"_a, "number"_a, "output"_a, "options"_a);
  module.def("commit_pieces", &commit_pieces, "plan"_a, "pieces"_a, "options"_a);
  module.def("abort_pieces", &bulkmarc::abort_pieces, "output"_a, nb::call_guard<nb::gil_scoped_release>());
}
