#include "bind_diff.hpp"

#include <array>
#include <filesystem>
#include <memory>
#include <optional>
#include <string>
#include <utility>

#include <bulkmarc/bulkmarc.hpp>

#include "inputs.hpp"
#include "options.hpp"
#include "run.hpp"
#include "text.hpp"

namespace nb = nanobind;
using namespace nb::literals;

namespace {

/// The report as JSON and as text.
nb::tuple told(const bulkmarc::Report& report) {
  return nb::make_tuple(decode(report.to_json()), decode(report.to_text()));
}

nb::dict accounts(const bulkmarc::DiffCounts& diff) {
  nb::dict all;
  all["old_records"] = told(*diff.old_records);
  if (diff.added_output) all["added"] = told(*diff.added_output);
  if (diff.changed_output) all["changed"] = told(*diff.changed_output);
  if (diff.deleted_output) all["deleted"] = told(*diff.deleted_output);
  return all;
}

/// The report as JSON and as text, and by their names the reports that it holds.
nb::tuple diff_inputs(nb::list old_inputs, nb::list new_inputs, nb::dict arguments) {
  Options given(std::move(arguments));
  bulkmarc::DiffTargets targets = given.diff_targets();
  bulkmarc::DiffOptions options = given.diff_options();
  const bulkmarc::InputOptions input_options = given.input_options();
  Inputs old_side(std::move(old_inputs));
  Inputs new_side(std::move(new_inputs));
  bulkmarc::Report report;
  Run run(given.object("stop"), given.object("progress"));
  given.expect_none_left();
  run.watch(options.run);
  auto sides = std::make_shared<std::array<bulkmarc::Source, 2>>(std::array<bulkmarc::Source, 2>{
      old_side.source(input_options, run.calls()), new_side.source(input_options, run.calls())});
  run.start([&, sides] {
    report = bulkmarc::diff_records(std::move((*sides)[0]), std::move((*sides)[1]), std::move(targets), options);
  });
  run.wait_for_end();
  return nb::make_tuple(decode(report.to_json()), decode(report.to_text()), accounts(*report.diff));
}

}  // namespace

void bind_diff(nb::module_& module) {
  module.def("diff_inputs", &diff_inputs, "old_inputs"_a, "new_inputs"_a, "options"_a);
}
