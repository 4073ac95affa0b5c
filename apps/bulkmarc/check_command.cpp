#include <memory>

#include <CLI/CLI.hpp>

#include "commands.hpp"
#include "run.hpp"
#include "selection_arguments.hpp"
#include "table_arguments.hpp"

namespace {

constexpr const char* kCheckDetails =
    "The account says how many records and bytes would be exported, what would be repaired, and what\n"
    "would be rejected and why. That depends on the format: ISO 2709 has limits that the others do\n"
    "not have. Without --to the check is for marcxml, or for csv if it is of a table. It also says\n"
    "what the records are made of: types, encodings, the longest record, fields and subfields.\n\n"
    "Examples:\n"
    "  bulkmarc check catalog.mrc\n"
    "  bulkmarc check catalog.mrc --to mrc --strict --report - | jq .rejects\n";

}  // namespace

void add_check_command(CLI::App& app, Action& action, const std::vector<std::string>& command_line) {
  const auto arguments = std::make_shared<RunArguments>();
  arguments->options.run.command_line = command_line;
  CLI::App* command =
      app.add_subcommand("check", "Tell what an export would do, and write nothing")->footer(kCheckDetails);
  add_input_arguments(*command, *arguments);
  add_format_argument(*command, *arguments);
  add_table_arguments(*command, *arguments);
  add_selection_arguments(*command, *arguments);
  add_speed_arguments(*command, *arguments);
  add_report_arguments(*command, *arguments);
  command->callback([arguments, &action] {
    action = [arguments](std::stop_token stop) {
      arguments->options.run.statistics = !arguments->quiet || arguments->report;  // Or nobody would see them.
      const bool is_table = arguments->table || arguments->columns;
      arguments->options.format =
          arguments->to.value_or(is_table ? bulkmarc::Format::kCsv : bulkmarc::Format::kMarcXml);
      choose_table(*arguments);
      read_selection(*arguments, stop);
      return run(open_source(*arguments), bulkmarc::Target::none(), *arguments, std::move(stop));
    };
  });
}
