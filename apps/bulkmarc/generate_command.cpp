#include <cstdint>
#include <memory>

#include <fmt/format.h>
#include <CLI/CLI.hpp>

#include "commands.hpp"
#include "generator/catalogue.hpp"
#include "run.hpp"
#include "terminal/numbers.hpp"

namespace {

constexpr const char* kGenerateDetails =
    "The same seed gives the same records on every machine, and a longer catalogue begins with the\n"
    "records of a shorter one.\n\n"
    "Examples:\n"
    "  bulkmarc generate --records 1000000 -o million.mrc\n"
    "  bulkmarc generate --records 10 --seed 7 -o - --to mrk\n";

struct GenerateArguments : RunArguments {
  std::uint64_t records = 0;
  std::uint64_t seed = 1;
};

ExitStatus generate_catalogue(GenerateArguments& arguments, std::stop_token stop) {
  arguments.parts.source = fmt::format("seed {}", arguments.seed);
  bulkmarc::Target target = open_target(arguments);
  const Catalogue catalogue(arguments.seed);
  auto make = [&catalogue](std::uint64_t index, bulkmarc::Record& record) { catalogue.make(index, record); };
  return run(bulkmarc::Source::indexed(arguments.records, make), std::move(target), arguments, std::move(stop));
}

}  // namespace

void add_generate_command(CLI::App& app, Action& action, const std::vector<std::string>& command_line) {
  const auto arguments = std::make_shared<GenerateArguments>();
  arguments->options.run.command_line = command_line;
  CLI::App* command =
      app.add_subcommand("generate", "Make a realistic catalogue of any size, for tests and measurements")
          ->footer(kGenerateDetails);
  command->add_option("--records", arguments->records, "How many records to make")
      ->option_text("N (required)")
      ->transform(number_with_suffix())
      ->required()
      ->group("Catalogue");
  command->add_option("--seed", arguments->seed, "Another number gives another catalogue (default: 1)")
      ->option_text("S")
      ->transform(whole_number(0, kAnyNumber))
      ->group("Catalogue");
  add_output_arguments(*command, *arguments);
  add_speed_arguments(*command, *arguments);
  add_report_arguments(*command, *arguments);
  command->callback([arguments, &action] {
    action = [arguments](std::stop_token stop) { return generate_catalogue(*arguments, std::move(stop)); };
  });
}
