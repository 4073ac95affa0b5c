#include "selection_arguments.hpp"

#include <algorithm>
#include <cstdint>
#include <string>
#include <utility>

#include <CLI/CLI.hpp>

#include "terminal/control_numbers.hpp"
#include "terminal/numbers.hpp"
#include "terminal/program.hpp"
#include "terminal/usage_error.hpp"

namespace {

constexpr const char* kSelectionGroup = "Selection";

void add_expression(CLI::App& command, const char* name, std::string& expression, const char* what_it_does,
                    const char* example) {
  command.add_option(name, expression, what_it_does)
      ->option_text(example)
      ->check([](const std::string& text) { return text.empty() ? "is empty" : std::string(); })
      ->group(kSelectionGroup);
}

template <class Number>
CLI::Option* add_number(CLI::App& command, const char* name, Number& number, const char* what_it_does) {
  return command.add_option(name, number, what_it_does)
      ->option_text("N")
      ->transform(number_with_suffix())
      ->group(kSelectionGroup);
}

}  // namespace

void add_selection_arguments(CLI::App& command, RunArguments& arguments) {
  bulkmarc::Selection& selection = arguments.options.run.selection;
  add_expression(
      command, "--where", selection.where,
      "Only records of which this holds, in MARCspec:\n'008/35-37=\\eng', '{LDR/6=\\a}{!856|650$a~\\Whales}'", "EXPR");
  command.add_option("--ids", arguments.ids, "Only records whose control numbers are the lines of FILE")
      ->option_text("FILE")
      ->group(kSelectionGroup);
  add_number(command, "--skip", selection.skip, "Leave out the first N records of the inputs");
  CLI::Option* limit = add_number(command, "--limit", selection.limit, "Stop when N records are exported");
  CLI::Option* sample = command
                            .add_option_function<std::uint64_t>(
                                "--sample", [&selection](std::uint64_t n) { selection.sample.emplace().records = n; },
                                "Only N records, drawn at random from all that are left")
                            ->option_text("N")
                            ->transform(number_with_suffix())
                            ->excludes(limit)
                            ->group(kSelectionGroup);
  command
      .add_option_function<std::uint64_t>(
          "--seed",
          [&selection](std::uint64_t seed) {
            if (selection.sample) selection.sample->seed = seed;
          },
          "Another number draws another sample (default: 1)")
      ->option_text("S")
      ->transform(whole_number(0, kAnyNumber))
      ->needs(sample)
      ->group(kSelectionGroup);
  add_expression(command, "--fields", selection.fields, "Only these fields and subfields: 001,245$a$b,6..", "LIST");
  add_expression(command, "--drop-fields", selection.drop_fields, "None of these fields and subfields", "LIST");
}

void read_selection(RunArguments& arguments, std::stop_token stop) {
  if (!arguments.ids) return;
  if (*arguments.ids == kStandardStream && std::ranges::count(arguments.inputs, kStandardStream) != 0) {
    throw UsageError("the data and the ids can't both come from standard input");
  }
  arguments.options.run.selection.ids = read_control_numbers(*arguments.ids, std::move(stop));
  arguments.input.also_read.push_back(*arguments.ids);
}
