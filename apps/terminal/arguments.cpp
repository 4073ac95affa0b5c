#include "arguments.hpp"

#include <algorithm>
#include <cctype>
#include <charconv>
#include <iterator>

#include <fmt/format.h>
#include <fmt/ranges.h>

namespace {

constexpr std::string_view kSuffixes = "KMGT";
constexpr unsigned kBitsOfSuffix = 10;

std::string in_quotes(std::string_view text) {
  constexpr std::size_t kShown = 24;
  return fmt::format("'{}{}'", text.substr(0, kShown), text.size() > kShown ? "..." : "");
}

/// How far to the left the digits before the suffix are shifted; nothing for an unknown suffix. "KB" and "KiB" are "K".
std::optional<unsigned> shift_of(std::string suffix) {
  std::ranges::transform(suffix, suffix.begin(), [](unsigned char c) { return static_cast<char>(std::toupper(c)); });
  if (suffix.empty() || suffix == "B") return 0;
  const std::size_t power = kSuffixes.find(suffix.front());
  if (power == std::string_view::npos) return std::nullopt;
  suffix.erase(0, 1);
  if (!suffix.empty() && suffix != "B" && suffix != "IB") return std::nullopt;
  return kBitsOfSuffix * (static_cast<unsigned>(power) + 1);
}

/// Puts the number, in plain decimal digits, in the place of `text`. Returns what is wrong with it, or nothing.
std::string normalize(std::string& text, bool suffixes, std::uint64_t least, std::uint64_t most) {
  std::uint64_t number = 0;
  const char* const end = text.data() + text.size();
  const auto [rest, error] = std::from_chars(text.data(), end, number);
  const std::optional<unsigned> shift = shift_of(std::string(rest, end));
  const bool understood = rest != text.data() && shift && (suffixes || rest == end);
  if (!understood) {
    return fmt::format("{} is not a decimal number{}", in_quotes(text),
                       suffixes ? " with an optional K, M, G or T" : "");
  }
  const bool overflows = error != std::errc() || number > (kAnyNumber >> *shift);
  number <<= *shift;
  if (overflows || number > most) return fmt::format("{} is too large: at most {}", in_quotes(text), most);
  if (number < least) return fmt::format("{} is too small: at least {}", in_quotes(text), least);
  text = fmt::format("{}", number);
  return {};
}

CLI::Validator make_validator(bool suffixes, std::uint64_t least, std::uint64_t most) {
  return {[=](std::string& text) { return normalize(text, suffixes, least, most); }, "N"};
}

}  // namespace

CLI::Option* add_inputs(CLI::App& command, CommonArguments& arguments) {
  return command.add_option("INPUT", arguments.inputs, "Read these files and folders; - is standard input")
      ->option_text("...");
}

CLI::Option* add_input_options(CLI::App& command, CommonArguments& arguments) {
  CLI::Option* inputs = add_inputs(command, arguments);
  add_reading_options(command, arguments);
  return inputs;
}

CLI::Option* add_from_option(CLI::App& command, CommonArguments& arguments) {
  return command
      .add_option_function<std::string>(
          "--from",
          [&arguments](const std::string& name) { arguments.input.format = bulkmarc::format_from_name(name); },
          "Read every input as FORMAT (default: detect it by content)")
      ->option_text("FORMAT")
      ->check(one_of(bulkmarc::record_formats()))
      ->group("Records");
}

void add_reading_options(CLI::App& command, CommonArguments& arguments) {
  add_from_option(command, arguments);
  add_charset_option(command, arguments);
  command.add_flag("--keep-going", arguments.input.keep_going, "Skip inputs that can't be read, as rejected records")
      ->group("Records");
  command.add_flag("--strict", arguments.options.run.strict, "Reject records that would otherwise be repaired")
      ->group("Records");
}

void add_charset_option(CLI::App& command, CommonArguments& arguments) {
  command
      .add_option_function<std::string>(
          "--charset",
          [&arguments](const std::string& name) {
            arguments.input.charset = name;
            arguments.options.to_utf8 = true;
          },
          "Convert text in mrc and mrk from the character set NAME")
      ->option_text("NAME")
      ->check(one_of("character set", bulkmarc::charset_names()))
      ->group("Records");
}

void add_rejects_option(CLI::App& command, CommonArguments& arguments) {
  command.add_option("--rejects", arguments.options.run.rejects, "Keep the bytes of rejected records in FILE")
      ->option_text("FILE")
      ->group("Records");
}

void add_where_option(CLI::App& command, CommonArguments& arguments) {
  command
      .add_option("--where", arguments.options.run.selection.where,
                  "Take only records that match EXPR, in MARCspec: '008/35-37=\\eng'")
      ->option_text("EXPR")
      ->check(not_empty())
      ->group("Selection");
}

CLI::Option* add_limit_option(CLI::App& command, CommonArguments& arguments) {
  return command.add_option("--limit", arguments.options.run.selection.limit, "Take at most N records")
      ->option_text("N")
      ->transform(number_with_suffix())
      ->group("Selection");
}

CLI::Option* add_columns_options(CLI::App& command, CommonArguments& arguments, CLI::Option* table,
                                 const std::string& group) {
  bulkmarc::ColumnOptions& options = arguments.column_options;
  CLI::Option* columns =
      command
          .add_option("--columns", arguments.columns, "Make one row per record, with columns: 'id=001,title=245$a$b'")
          ->option_text("LIST")
          ->excludes(table)
          ->group(group);
  command
      .add_option("--separator", options.separator,
                  fmt::format("Put TEXT between several values of a column (default: '{}')", options.separator))
      ->option_text("TEXT")
      ->needs(columns)
      ->group(group);
  command
      .add_option(
          "--subfield-separator", options.subfield_separator,
          fmt::format("Put TEXT between joined subfields: '650($a$x)' (default: '{}')", options.subfield_separator))
      ->option_text("TEXT")
      ->needs(columns)
      ->group(group);
  return columns;
}

void add_report_options(CLI::App& command, CommonArguments& arguments) {
  command.add_option("--report", arguments.report, "Write a report to FILE: text if it ends with .txt, else JSON")
      ->option_text("FILE")
      ->group("Report");
  add_quiet_option(command, arguments);
}

void add_quiet_option(CLI::App& command, CommonArguments& arguments) {
  command.add_flag("-q,--quiet", arguments.quiet, "Print only errors, and one line if records were rejected")
      ->group("Report");
}

CLI::Validator one_of(std::string_view what, const std::vector<std::string>& names) {
  const auto check = [what = std::string(what), names](const std::string& name) {
    if (std::ranges::find(names, name) != names.end()) return std::string();
    return fmt::format("unknown {} '{}', expected one of {}", what, name, fmt::join(names, ", "));
  };
  return {check, fmt::format("{}", fmt::join(names, "|")), kChoices};
}

CLI::Validator one_of(std::span<const bulkmarc::Format> formats) {
  std::vector<std::string> names;
  for (const bulkmarc::Format format : formats) names.emplace_back(bulkmarc::format_name(format));
  CLI::Validator validator = one_of("format", names);
  return validator.operation([is_name = validator](std::string& name) {
    const auto format = bulkmarc::format_from_name(name);
    return is_name(format ? std::string(bulkmarc::format_name(*format)) : name);
  });
}

CLI::Option* accept_only(CLI::Option* option, std::string_view what, const std::vector<std::string>& names) {
  return option->option_text(fmt::format("{}", fmt::join(names, "|")))->check(one_of(what, names));
}

std::string names_of(std::span<const bulkmarc::Format> formats) {
  std::vector<std::string_view> names;
  std::ranges::transform(formats, std::back_inserter(names), bulkmarc::format_name);
  return fmt::format("{}", fmt::join(names, ", "));
}

CLI::Validator not_empty() {
  return {[](const std::string& text) { return text.empty() ? "is empty" : std::string(); }, ""};
}

CLI::Validator whole_number(std::uint64_t least, std::uint64_t most) { return make_validator(false, least, most); }

CLI::Validator number_with_suffix(std::uint64_t least, std::uint64_t most) { return make_validator(true, least, most); }
