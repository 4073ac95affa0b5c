#include "bind_count.hpp"

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

/// The report as JSON and as text; the counts as JSON, as text and as CSV.
nb::tuple count_inputs(nb::list inputs, nb::dict arguments) {
  Options given(std::move(arguments));
  bulkmarc::CountOptions options = given.count_options();
  const bulkmarc::InputOptions input_options = given.input_options();
  Inputs opened(std::move(inputs));
  Told report;
  std::string json;
  std::string text;
  std::string csv;
  Run run(given.object("stop"), given.object("progress"));
  given.expect_none_left();
  run.watch(options.run);
  run.start([&, source = std::make_shared<bulkmarc::Source>(opened.source(input_options, run.calls()))] {
    const bulkmarc::ValueReport counted = bulkmarc::count_values(std::move(*source), options);
    report = Told(counted.report);
    json = counted.to_json();
    text = counted.to_text();
    csv = counted.to_csv();
  });
  run.wait_for_end();
  return nb::make_tuple(decode(report.json), decode(report.text), decode(json), decode(text), decode(csv));
}

}  // namespace

void bind_count(nb::module_& module) { module.def("count_inputs", &count_inputs, "inputs"_a, "options"_a); }
