// Prints what is made from the options of a program: its completions, the lists of options in its manual page, and the
// tables of options in the documents.
//
//     PROGRAM-print-reference bash|zsh|fish FILE
//     PROGRAM-print-reference man FILE TEMPLATE
//     PROGRAM-print-reference markdown FILE [DOCUMENT]
//
// A line `.\" options: GROUP` of the template is replaced by the group's options. The lines between
// `<!-- options: GROUP -->` and `<!-- end of options -->` of the document are replaced by the group's table; without a
// DOCUMENT those of FILE itself. Every group must have its place.

#include <algorithm>
#include <exception>
#include <fstream>
#include <iostream>
#include <iterator>
#include <regex>
#include <sstream>
#include <stdexcept>
#include <string>
#include <string_view>
#include <vector>

#include <fmt/format.h>
#include <fmt/ranges.h>
#include <CLI/CLI.hpp>

#include "terminal/arguments.hpp"
#include "terminal/program.hpp"

namespace {

using Texts = std::vector<std::string>;

struct OptionEntry {
  std::string group;
  Texts names;  ///< With their hyphens.
  std::string value;
  Texts choices;
  std::string description;
  bool is_required = false;
  Texts commands;  ///< The subcommands that have it, and "" for the program itself.

  [[nodiscard]] std::string all_names(std::string_view between) const {
    return fmt::format("{}", fmt::join(names, between));
  }
  [[nodiscard]] bool takes_file() const { return value == "FILE" || value == "OUTPUT"; }
  [[nodiscard]] bool is_of(const std::string& command) const {
    return std::ranges::find(commands, command) != commands.end();
  }
};

struct Command {
  std::string name;  ///< Empty for the program itself.
  std::string description;
  bool takes_files = false;
};

/// All that can be asked of the program.
struct Reference {
  std::string program;
  std::vector<Command> commands;  ///< The program itself, and its subcommands.
  std::vector<OptionEntry> options;

  [[nodiscard]] Texts subcommands() const {
    Texts names;
    for (const Command& command : commands) {
      if (!command.name.empty()) names.push_back(command.name);
    }
    return names;
  }
  /// The name as a part of the names of shell functions.
  [[nodiscard]] std::string function() const { return "_" + std::regex_replace(program, std::regex("-"), "_"); }
};

Texts choices_of(CLI::Option& option) try {
  std::istringstream names(option.get_validator(kChoices)->get_description());
  Texts choices;
  for (std::string name; std::getline(names, name, '|');) choices.push_back(name);
  return choices;
} catch (const CLI::OptionNotFound&) {
  return {};
}

OptionEntry entry_of(CLI::Option& option) {
  OptionEntry entry{.group = option.get_group(),
                    .names = {},
                    .value = option.get_option_text(),
                    .choices = choices_of(option),
                    .description = option.get_description(),
                    .is_required = option.get_required(),
                    .commands = {}};
  entry.value = entry.value.substr(0, entry.value.find(' '));
  for (const std::string& name : option.get_snames()) entry.names.push_back("-" + name);
  for (const std::string& name : option.get_lnames()) entry.names.push_back("--" + name);
  return entry;
}

void add_command(Reference& reference, CLI::App& app, const std::string& name) {
  Command command{name, app.get_description()};
  for (CLI::Option* option : app.get_options()) {
    if (!option->nonpositional()) command.takes_files = true;
    if (!option->nonpositional()) continue;
    const OptionEntry entry = entry_of(*option);
    const auto is_same = [&entry](const OptionEntry& other) {
      return other.names == entry.names && other.group == entry.group && other.description == entry.description;
    };
    auto known = std::ranges::find_if(reference.options, is_same);
    if (known == reference.options.end()) known = reference.options.insert(known, entry);
    known->commands.push_back(name);
  }
  reference.commands.push_back(command);
}

Reference make_reference() {
  CLI::App app;
  Action action;
  define_program(app, action, {});
  Reference reference;
  reference.program = app.get_name();
  add_command(reference, app, "");
  for (CLI::App* command : app.get_subcommands({})) add_command(reference, *command, command->get_name());
  return reference;
}

std::string replace_all(std::string text, std::string_view old, std::string_view by) {
  for (std::size_t at = 0; (at = text.find(old, at)) != std::string::npos; at += by.size()) {
    text.replace(at, old.size(), by);
  }
  return text;
}

// ---- completions

/// The names of the options that `choose` holds for, with `between` between them.
template <class Choose>
std::string names_where(const Reference& reference, std::string_view between, const Choose& choose) {
  Texts names;
  for (const OptionEntry& option : reference.options) {
    if (!choose(option)) continue;
    for (const std::string& name : option.names) {
      if (std::ranges::find(names, name) == names.end()) names.push_back(name);
    }
  }
  return fmt::format("{}", fmt::join(names, between));
}

std::string bash_words(const Reference& reference, const Command& command) {
  const std::string options =
      names_where(reference, " ", [&](const OptionEntry& option) { return option.is_of(command.name); });
  if (command.name.empty() && reference.commands.size() > 1) {
    return fmt::format("words=\"{} help {}\"", fmt::join(reference.subcommands(), " "), options);
  }
  return fmt::format("if [[ $current == -* ]]; then words=\"{}\"{}; fi", options,
                     command.takes_files ? "; else files=yes" : "");
}

std::string bash_completion(const Reference& reference) {
  std::string text = fmt::format(
      "# Completion of {} for bash.\n\n{}() {{\n"
      "  local current=${{COMP_WORDS[COMP_CWORD]}} previous=${{COMP_WORDS[COMP_CWORD - 1]}} words='' files=''\n"
      "  case $previous in\n",
      reference.program, reference.function());
  for (const OptionEntry& option : reference.options) {
    if (option.choices.empty()) continue;
    const std::string line =
        fmt::format("    {}) words=\"{}\" ;;\n", option.all_names(" | "), fmt::join(option.choices, " "));
    if (text.find(line) == std::string::npos) text += line;
  }
  const auto takes_file = [](const OptionEntry& option) { return option.takes_file(); };
  const auto takes_other = [](const OptionEntry& option) {
    return !option.value.empty() && !option.takes_file() && option.choices.empty();
  };
  text += fmt::format("    {}) files=yes ;;\n", names_where(reference, " | ", takes_file));
  text += fmt::format("    {}) return ;;\n    *)\n", names_where(reference, " | ", takes_other));
  if (reference.commands.size() == 1) {
    text += fmt::format("      {}\n", bash_words(reference, reference.commands.front()));
  } else {
    text += "      case $((COMP_CWORD > 1)),${COMP_WORDS[1]} in\n";
    for (const Command& command : reference.commands) {
      text += fmt::format("        {}) {} ;;\n", command.name.empty() ? "0,*" : "1," + command.name,
                          bash_words(reference, command));
    }
    text += fmt::format("        1,help) words=\"{}\" ;;\n      esac\n", fmt::join(reference.subcommands(), " "));
  }
  return text + fmt::format(
                    "      ;;\n  esac\n  [[ -z $files ]] || compopt -o default\n"
                    "  mapfile -t COMPREPLY < <(compgen -W \"$words\" -- \"$current\")\n}}\n\ncomplete -F {} {}\n",
                    reference.function(), reference.program);
}

std::string zsh_quoted(const std::string& text) { return "'" + replace_all(text, "'", R"('\'')") + "'"; }

std::string zsh_spec(const OptionEntry& option) {
  std::string action;
  if (option.takes_file()) action = fmt::format(":{}:_files", option.value);
  if (!option.value.empty() && action.empty()) {
    action = fmt::format(":{}:", replace_all(replace_all(option.value, "|", " or "), ":", "\\:"));
  }
  if (!option.choices.empty()) action += fmt::format("({})", fmt::join(option.choices, " "));
  const std::string description = replace_all(replace_all(option.description, "[", "\\["), "]", "\\]");
  const std::string rest = zsh_quoted(fmt::format("[{}]{}", description, action));
  if (option.names.size() == 1) return option.names.front() + rest;
  return fmt::format("'({})'{{{}}}{}", option.all_names(" "), option.all_names(","), rest);
}

std::string zsh_arguments(const Reference& reference, const Command& command, const std::string& indent) {
  Texts specs;
  for (const OptionEntry& option : reference.options) {
    if (option.is_of(command.name)) specs.push_back(zsh_spec(option));
  }
  if (command.takes_files) specs.emplace_back("'*:INPUT:_files'");
  const std::string between = " \\\n" + indent + "  ";
  return indent + "_arguments" + between + fmt::format("{}", fmt::join(specs, between)) + "\n";
}

std::string zsh_completion(const Reference& reference) {
  std::string text = fmt::format("#compdef {}\n\n", reference.program);
  if (reference.commands.size() == 1) return text + zsh_arguments(reference, reference.commands.front(), "");
  text += reference.function() + "() {\n  local -a subcommands\n  subcommands=(\n";
  for (const Command& command : reference.commands) {
    if (!command.name.empty()) text += "    " + zsh_quoted(command.name + ":" + command.description) + "\n";
  }
  text += "    'help:Show the help of a subcommand'\n  )\n  if ((CURRENT == 2)); then\n";
  text += "    _describe subcommand subcommands\n" + zsh_arguments(reference, reference.commands.front(), "    ");
  text += "    return\n  fi\n  case $words[2] in\n";
  for (const Command& command : reference.commands) {
    if (command.name.empty()) continue;
    text += fmt::format("    {})\n{}      ;;\n", command.name, zsh_arguments(reference, command, "      "));
  }
  text += "    help) _describe subcommand subcommands ;;\n  esac\n}\n\n";
  return text + reference.function() + " \"$@\"\n";
}

std::string fish_quoted(const std::string& text) {
  return "'" + replace_all(replace_all(text, "\\", "\\\\"), "'", "\\'") + "'";
}

std::string fish_condition(const Reference& reference, const OptionEntry& option) {
  if (option.commands.size() == reference.commands.size()) return "";
  if (option.is_of("")) {
    return fmt::format(" -n 'not __fish_seen_subcommand_from {}'", fmt::join(reference.subcommands(), " "));
  }
  return fmt::format(" -n '__fish_seen_subcommand_from {}'", fmt::join(option.commands, " "));
}

std::string fish_completion(const Reference& reference) {
  std::string text = fmt::format("# Completion of {} for fish.\n\n", reference.program);
  for (const Command& command : reference.commands) {
    if (command.name.empty()) continue;
    text += fmt::format("complete -c {} -n 'not __fish_seen_subcommand_from {}' -f -a {} -d {}\n", reference.program,
                        fmt::join(reference.subcommands(), " "), command.name, fish_quoted(command.description));
  }
  for (const OptionEntry& option : reference.options) {
    text += fmt::format("complete -c {}{}", reference.program, fish_condition(reference, option));
    for (const std::string& name : option.names) {
      text += name.starts_with("--") ? " -l " + name.substr(2) : " -s " + name.substr(1);
    }
    if (option.takes_file()) {
      text += " -r -F";
    } else if (!option.choices.empty()) {
      text += fmt::format(" -x -a '{}'", fmt::join(option.choices, " "));
    } else if (!option.value.empty()) {
      text += " -x";
    }
    text += " -d " + fish_quoted(option.description) + "\n";
  }
  return text;
}

// ---- documents

/// The subcommands that have the option.
std::string commands_of(const Reference& reference, const OptionEntry& option) {
  Texts names;
  std::ranges::copy_if(option.commands, std::back_inserter(names), [](const auto& name) { return !name.empty(); });
  return names == reference.subcommands() ? "all" : fmt::format("{}", fmt::join(names, ", "));
}

std::string man_text(std::string text) {
  text = replace_all(replace_all(std::move(text), "\\", "\\e"), "-", "\\-");
  return replace_all(std::move(text), "'", "\\(aq");
}

/// The names of the options and their descriptions. If all of them belong to the same subcommands, these come first.
std::string man_options(const Reference& reference, const std::string& group) {
  std::string text;
  Texts all_commands;
  for (const OptionEntry& option : reference.options) {
    if (option.group == group) all_commands.push_back(commands_of(reference, option));
  }
  const bool is_uniform = std::ranges::count(all_commands, all_commands.front()) == std::ssize(all_commands);
  const auto is_everywhere = [](const std::string& commands) { return commands.empty() || commands == "all"; };
  if (is_uniform && !is_everywhere(all_commands.front())) text += fmt::format("For {}.\n", all_commands.front());
  for (const OptionEntry& option : reference.options) {
    if (option.group != group) continue;
    text += fmt::format(".TP\n\\fB{}\\fR", replace_all(man_text(option.all_names(", ")), ", ", "\\fR, \\fB"));
    if (!option.value.empty()) text += fmt::format(" \\fI{}\\fR", man_text(option.value));
    const std::string commands = commands_of(reference, option);
    const bool is_told = is_uniform || is_everywhere(commands);
    text += fmt::format("\n{}{}.{}\n", man_text(option.description), is_told ? "" : " (" + commands + ")",
                        option.is_required ? "\nRequired." : "");
  }
  return text;
}

/// Options and examples become code.
std::string markdown_text(const std::string& text) {
  static const std::regex kCode(R"((^|[ (])('[^']+'|--?[a-z][a-z0-9-]*))");
  return replace_all(std::regex_replace(text, kCode, "$1`$2`"), "|", "\\|");
}

std::string markdown_options(const Reference& reference, const std::string& group) {
  const bool has_subcommands = reference.commands.size() > 1;
  std::string text = has_subcommands ? "| option | subcommands | what it does |\n| --- | --- | --- |\n"
                                     : "| option | what it does |\n| --- | --- |\n";
  for (const OptionEntry& option : reference.options) {
    if (option.group != group) continue;
    text += fmt::format("| `{}`", option.all_names("`, `"));
    if (!option.value.empty()) text += " " + replace_all(option.value, "|", "\\|");
    if (has_subcommands) text += " | " + commands_of(reference, option);
    text += fmt::format(" | {}.{} |\n", markdown_text(option.description), option.is_required ? " Required." : "");
  }
  return "\n" + text + "\n";
}

Texts groups_of(const Reference& reference) {
  Texts groups;
  for (const OptionEntry& option : reference.options) {
    if (std::ranges::find(groups, option.group) == groups.end()) groups.push_back(option.group);
  }
  return groups;
}

/// The text with the options of each group behind the line `begin GROUP end`, up to the line `last` if there is one.
template <class Print>
std::string fill(const std::string& text, const Reference& reference, const std::string& begin, const std::string& end,
                 const std::string& last, const Print& print) {
  std::string filled = text;
  for (const std::string& group : groups_of(reference)) {
    const std::string mark = fmt::format("{}{}{}\n", begin, group, end);
    const std::size_t at = filled.find(mark);
    if (at == std::string::npos) throw std::runtime_error("no place for the options '" + group + "'");
    const std::size_t first = last.empty() ? at : at + mark.size();
    const std::size_t rest = last.empty() ? at + mark.size() : filled.find(last, first);
    if (rest == std::string::npos) throw std::runtime_error("no end of the options '" + group + "'");
    filled.replace(first, rest - first, print(reference, group));
  }
  return filled;
}

std::string read(const std::string& path) {
  std::ifstream file(path, std::ios::binary);
  std::string text{std::istreambuf_iterator<char>(file), {}};
  if (!file) throw std::runtime_error(path + ": can't be read");
  return text;
}

std::string make(const Reference& reference, const std::string& kind, const std::string& source) {
  if (kind == "bash") return bash_completion(reference);
  if (kind == "zsh") return zsh_completion(reference);
  if (kind == "fish") return fish_completion(reference);
  if (kind == "man") return fill(read(source), reference, ".\\\" options: ", "", "", man_options);
  if (kind == "markdown") {
    return fill(read(source), reference, "<!-- options: ", " -->", "<!-- end of options -->", markdown_options);
  }
  throw std::runtime_error(kind + ": expected bash, zsh, fish, man or markdown");
}

}  // namespace

int main(int argc, char** argv) try {
  if (argc < 3) throw std::runtime_error("expected the kind and the file");
  const std::string text = make(make_reference(), argv[1], argv[argc - 1]);
  std::ofstream file(argv[2], std::ios::binary);
  file << text;
  file.close();
  if (!file) throw std::runtime_error(std::string(argv[2]) + ": can't be written");
  return 0;
} catch (const std::exception& error) {
  std::cerr << error.what() << '\n';
  return 1;
}
