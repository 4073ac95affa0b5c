#include "bind_diff.hpp"

#include <array>
#include <map>
#include <memory>
#include <string>
#include <utility>

#include <bulkmarc/bulkmarc.hpp>

#include "inputs.hpp"
#include "options.hpp"
#include "run.hpp"
#include "told.hpp"

namespace nb = nanobind;
using namespace nb::literals;

namespace {

/// The reports that a diff has in its own, by their names.
std::map<std::string, Told> accounts(const bulkmarc::DiffCounts& diff) {
  std::map<std::string, Told> all = {{"old_records", Told(*diff.old_records)}};
  if (diff.added_output) all["added"] = Told(*diff.added_output);
  if (diff.changed_output) all["changed"] = Told(*diff.changed_output);
  if (diff.deleted_output) all["deleted"] = Told(*diff.deleted_output);
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
  Told told;
  std::map<std::string, Told> told_within;
  Run run(given.object("stop"), given.object("progress"));
  given.expect_none_left();
  run.watch(options.run);
  auto sides = std::make_shared<std::array<bulkmarc::Source, 2>>(std::array<bulkmarc::Source, 2>{
      old_side.source(input_options, run.calls()), new_side.source(input_options, run.calls())});
  run.start([&, sides] {
    const bulkmarc::Report report =
        bulkmarc::diff_records(std::move((*sides)[0]), std::move((*sides)[1]), std::move(targets), options);
    told = Told(report);
    told_within = accounts(*report.diff);
  });
  run.wait_for_end();
  nb::dict within;
  for (const auto& [name, one] : told_within) within[name.c_str()] = one.as_tuple();
  return nb::make_tuple(decode(told.json), decode(told.text), within);
}

}  // namespace

void bind_diff(nb::module_& module) {
  module.def("diff_inputs", &diff_inputs, "old_inputs"_a, "new_inputs"_a, "options"_a);
}
