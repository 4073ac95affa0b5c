#include <memory>

#include <CLI/CLI.hpp>

#include "commands.hpp"
#include "run.hpp"
#include "selection_arguments.hpp"
#include "table_arguments.hpp"
#include "terminal/program.hpp"
#include "terminal/usage_error.hpp"

namespace {

constexpr const char* kExportDetails =
    "A record that can't be exported is rejected and does not stop the run: the report says which,\n"
    "where and why. Damage that can be repaired is repaired, and reported too. OUTPUT appears, or is\n"
    "replaced, when all else has succeeded. It does not depend on threads, batch size or backend.\n\n"
    "Examples:\n"
    "  bulkmarc export catalog.mrc -o catalog.xml\n"
    "  bulkmarc export catalog.mrc -o texts.mrc --where '{LDR/6=\\a}{008/35-37=\\eng}'\n"
    "  bulkmarc export a.mrc b.mrc -o all.ndjson --rejects rejected.mrc --report report.json\n"
    "  bulkmarc export catalog.mrc -o titles.csv --columns 'id=001,title=245$a$b,subjects[]=650$a'\n"
    "  zcat catalog.mrc.gz | bulkmarc export - -o catalog.ndjson.gz\n";

ExitStatus export_catalogue(RunArguments& arguments, std::stop_token stop) {
  if (arguments.options.run.rejects == kStandardStream) throw UsageError("--rejects: needs a file");
  read_selection(arguments, stop);
  bulkmarc::Target target = open_target(arguments);
  return run(open_source(arguments), std::move(target), arguments, std::move(stop));
}

}  // namespace

void add_export_command(CLI::App& app, Action& action, const std::vector<std::string>& command_line) {
  const auto arguments = std::make_shared<RunArguments>();
  arguments->options.run.command_line = command_line;
  CLI::App* command =
      app.add_subcommand("export", "Export every record of the inputs to one file")->footer(kExportDetails);
  add_input_arguments(*command, *arguments);
  add_output_arguments(*command, *arguments);
  add_table_arguments(*command, *arguments);
  command->add_option("--rejects", arguments->options.run.rejects, "Keep the bytes of rejected records in FILE")
      ->option_text("FILE")
      ->group("Records");
  add_selection_arguments(*command, *arguments);
  add_speed_arguments(*command, *arguments);
  add_report_arguments(*command, *arguments);
  command->callback([arguments, &action] {
    action = [arguments](std::stop_token stop) { return export_catalogue(*arguments, std::move(stop)); };
  });
}
