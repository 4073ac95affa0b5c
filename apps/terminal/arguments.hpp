#pragma once

#include <cstdint>
#include <filesystem>
#include <limits>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include <CLI/CLI.hpp>

#include <bulkmarc/bulkmarc.hpp>

/// What the options that the programs have in common ask for.
struct CommonArguments {
  std::vector<std::filesystem::path> inputs;
  bulkmarc::InputOptions input;
  bulkmarc::ExportOptions options;
  std::optional<std::string> columns;
  bulkmarc::ColumnOptions column_options;
  std::optional<std::filesystem::path> report;
  bool quiet = false;
};

// Each adds options to `command`; `arguments` must outlive the parsing. Options that take a file have the text FILE or
// OUTPUT in the help, and options with a few values have a validator of one_of(): from these the completions know what
// to offer.

/// INPUT alone, and --from alone. Return the option.
CLI::Option* add_inputs(CLI::App& command, CommonArguments& arguments);
CLI::Option* add_from_option(CLI::App& command, CommonArguments& arguments);
/// INPUT, and add_reading_options(). Returns INPUT.
CLI::Option* add_input_options(CLI::App& command, CommonArguments& arguments);
/// --from, --charset, --keep-going and --strict.
void add_reading_options(CLI::App& command, CommonArguments& arguments);
void add_charset_option(CLI::App& command, CommonArguments& arguments);
void add_rejects_option(CLI::App& command, CommonArguments& arguments);
void add_where_option(CLI::App& command, CommonArguments& arguments);
CLI::Option* add_limit_option(CLI::App& command, CommonArguments& arguments);
/// --columns, which excludes `table`, --separator and --subfield-separator. Returns --columns.
CLI::Option* add_columns_options(CLI::App& command, CommonArguments& arguments, CLI::Option* table,
                                 const std::string& group);
/// --report and --quiet.
void add_report_options(CLI::App& command, CommonArguments& arguments);
void add_quiet_option(CLI::App& command, CommonArguments& arguments);

inline constexpr const char* kChoices = "choices";

/// One of `names`. The validator is called kChoices, and its description is the names with `|` between them.
CLI::Validator one_of(std::string_view what, const std::vector<std::string>& names);
/// The same for the names of `formats`, in any case, and what else format_from_name() takes for one of them.
CLI::Validator one_of(std::span<const bulkmarc::Format> formats);
/// Lets `option` take one of `names`, and shows them in the help.
CLI::Option* accept_only(CLI::Option* option, std::string_view what, const std::vector<std::string>& names);
/// The names with commas between them.
std::string names_of(std::span<const bulkmarc::Format> formats);

/// Anything but an empty text.
CLI::Validator not_empty();

// Numbers are decimal, whatever zeros they begin with: what CLI11 itself takes for octal or hexadecimal, or cuts at the
// largest number, is an error or a decimal number here.
inline constexpr std::uint64_t kAnyNumber = std::numeric_limits<std::uint64_t>::max();

/// Digits only.
CLI::Validator whole_number(std::uint64_t least, std::uint64_t most);
/// Digits and an optional suffix, in any case: K, M, G or T stands for 1024, 1024 times 1024, and so on, as for head(1)
/// and split(1).
CLI::Validator number_with_suffix(std::uint64_t least = 0, std::uint64_t most = kAnyNumber);
