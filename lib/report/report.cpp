#include "report/report.hpp"

#include <array>
#include <chrono>
#include <cstdint>
#include <ctime>
#include <exception>
#include <map>
#include <new>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include <fmt/chrono.h>
#include <fmt/format.h>
#include <fmt/ranges.h>
#include <nlohmann/json.hpp>

#include <bulkmarc/report.hpp>

#include "text/buffer.hpp"
#include "text/utf8.hpp"

namespace bulkmarc {

std::string grouped(std::uint64_t number) {
  std::string text = std::to_string(number);
  for (std::size_t at = text.size(); at > 3;) text.insert(at -= 3, 1, ',');
  return text;
}

namespace {

constexpr std::array<std::string_view, static_cast<std::size_t>(Encoding::kMarc8) + 1> kEncodingNames = {
    "ascii", "utf8", "invalid_utf8", "mislabelled_utf8", "marc8",
};
constexpr std::size_t kTypesShown = 10;
constexpr std::size_t kFieldsShown = 20;
constexpr std::size_t kSubfieldsShown = 8;

/// "a 1,000, b 20, ...", of which tell(item) tells each.
template <class Item, class Tell>
std::string listed(const std::vector<Item>& items, std::size_t most, const Tell& tell) {
  std::vector<std::string> told;
  for (std::size_t i = 0; i < items.size() && i < most; ++i) told.push_back(tell(items[i]));
  if (items.size() > most) told.emplace_back("...");
  return fmt::format("{}", fmt::join(told, ", "));
}

/// A code as it is written about: # is a blank.
char shown(char code) { return code == ' ' ? '#' : code > ' ' && code < '\x7F' ? code : '?'; }

std::string fields_text(const std::vector<Statistics::Field>& fields) {
  std::string text = fmt::format("  tag      records  occurrences  subfields\n");
  for (std::size_t i = 0; i < fields.size() && i < kFieldsShown; ++i) {
    const Statistics::Field& field = fields[i];
    const std::string subfields = listed(field.subfields, kSubfieldsShown, [](const auto& subfield) {
      return fmt::format("{} {}", shown(subfield.code), grouped(subfield.occurrences));
    });
    text += fmt::format("  {} {:>12} {:>12}{}{}\n", printable(field.tag), grouped(field.records),
                        grouped(field.occurrences), subfields.empty() ? "" : "  ", subfields);
  }
  if (fields.size() > kFieldsShown) {
    text += fmt::format("  ... (the JSON report lists all {})\n", grouped(fields.size()));
  }
  return text;
}

/// The character that has the number of a byte, which is then not lost in JSON.
std::string character_of(char byte) {
  Buffer character;
  append_character(static_cast<unsigned char>(byte), character);
  return std::string(character.view());
}

/// Some lines for people. REQUIRES: the report has statistics.
std::string statistics_text(const Report& report) {
  const Statistics& statistics = *report.statistics;
  if (statistics.records == 0) return "";
  const Statistics::Longest& longest = statistics.longest;
  std::string text =
      fmt::format("types     {}\n", listed(statistics.types, kTypesShown, [](const auto& type) {
                    return fmt::format("{}{} {}", shown(type.type), shown(type.level), grouped(type.records));
                  }));
  text += fmt::format("encodings {}\n", listed(statistics.encodings, kEncodingNames.size(), [](const auto& count) {
                        return fmt::format("{} {}", encoding_name(count.encoding), grouped(count.records));
                      }));
  const std::string where = report.inputs.size() > 1 && longest.input < report.inputs.size()
                                ? fmt::format(" of {}", printable(report.inputs[longest.input]))
                                : "";
  text +=
      fmt::format("longest   {} bytes: record {} at {}{} (001: {})\n", grouped(longest.bytes), longest.record,
                  longest.offset, where, longest.control_number.empty() ? "none" : printable(longest.control_number));
  text += fmt::format("fields of {} records:\n", grouped(statistics.records));
  return text + fields_text(statistics.fields);
}

}  // namespace

std::string_view encoding_name(Encoding encoding) {
  const auto index = static_cast<std::size_t>(encoding);
  return index < kEncodingNames.size() ? kEncodingNames[index] : std::string_view();
}

nlohmann::ordered_json statistics_json(const Report& report) {
  using Json = nlohmann::ordered_json;
  if (!report.statistics) return nullptr;
  const Statistics& statistics = *report.statistics;
  Json types = Json::array();
  for (const auto& type : statistics.types) {
    types.push_back(
        {{"type", character_of(type.type)}, {"level", character_of(type.level)}, {"records", type.records}});
  }
  Json encodings = Json::array();
  for (const auto& count : statistics.encodings) {
    encodings.push_back({{"encoding", encoding_name(count.encoding)}, {"records", count.records}});
  }
  Json fields = Json::array();
  for (const auto& field : statistics.fields) {
    Json subfields = Json::array();
    for (const auto& subfield : field.subfields) {
      subfields.push_back({{"code", character_of(subfield.code)},
                           {"records", subfield.records},
                           {"occurrences", subfield.occurrences}});
    }
    std::string tag;
    for (const char byte : field.tag) tag += character_of(byte);
    fields.push_back({{"tag", std::move(tag)},
                      {"records", field.records},
                      {"occurrences", field.occurrences},
                      {"subfields", std::move(subfields)}});
  }
  const Statistics::Longest& longest = statistics.longest;
  return {{"records", statistics.records},
          {"types", std::move(types)},
          {"encodings", std::move(encodings)},
          {"longest",
           {{"bytes", longest.bytes},
            {"record", longest.record},
            {"input", longest.input < report.inputs.size() ? report.inputs[longest.input] : ""},
            {"offset", longest.offset},
            {"control_number", longest.control_number}}},
          {"fields", std::move(fields)},
          {"left_out", statistics.left_out}};
}

namespace {

/// The character that `bytes`, which are valid UTF-8, are.
char32_t decode(std::string_view bytes) {
  if (bytes.size() == 1) return static_cast<unsigned char>(bytes[0]);
  char32_t character = static_cast<unsigned char>(bytes[0]) & (0x7FU >> bytes.size());
  for (const char byte : bytes.substr(1)) character = character << 6 | (static_cast<unsigned char>(byte) & 0x3FU);
  return character;
}

/// Controls (C0, DEL, C1), separators of lines, and what changes the direction of text or hides it.
bool acts_on_terminals(char32_t character) {
  const auto is_in = [character](char32_t first, char32_t last) { return first <= character && character <= last; };
  return is_in(0x00, 0x1F) || is_in(0x7F, 0x9F) || character == 0x061C || is_in(0x200E, 0x200F) ||
         is_in(0x2028, 0x202E) || is_in(0x2066, 0x206F) || is_in(0xFFF9, 0xFFFB);
}

/// JSON with an escape (\u202e) for each character that a terminal would act upon. REQUIRES: valid UTF-8.
/// What JSON's own escapes leave stands only within strings, but for the line breaks between its lines.
std::string escape_controls(std::string_view json) {
  std::string result;
  result.reserve(json.size());
  while (!json.empty()) {
    const std::size_t length = utf8_length(json);
    const char32_t character = length == 0 ? 0 : decode(json.substr(0, length));
    if (length != 0 && character != U'\n' && acts_on_terminals(character)) {
      result += fmt::format("\\u{:04x}", static_cast<std::uint32_t>(character));
    } else {
      result += json.substr(0, length == 0 ? 1 : length);
    }
    json.remove_prefix(length == 0 ? 1 : length);
  }
  return result;
}

}  // namespace

std::string printable(std::string_view text) {
  std::string result;
  result.reserve(text.size());
  while (!text.empty()) {
    const std::size_t length = utf8_length(text);
    if (length == 0 || acts_on_terminals(decode(text.substr(0, length)))) {
      result += '?';
    } else {
      result += text.substr(0, length);
    }
    text.remove_prefix(length == 0 ? 1 : length);
  }
  return result;
}

namespace {

constexpr std::array<std::string_view, static_cast<std::size_t>(Reason::kDuplicate) + 1> kReasonNames = {
    "truncated",     "leader",          "record_length",    "base_address",
    "directory",     "field_bounds",    "field_end",        "unreferenced_data",
    "stray_bytes",   "indicators",      "subfields",        "delimiter_in_data",
    "character",     "schema",          "invalid_utf8",     "mislabelled",
    "marc8",         "record_too_long", "field_too_long",   "syntax",
    "invalid_marc8", "rows_too_long",   "input_unreadable", "control_number",
    "column_type",   "cell_too_long",   "missing",          "repeated",
    "undefined",     "invalid_charset", "duplicate",
};

constexpr std::array<std::string_view, 5> kBackendNames = {"auto", "mapped", "stream", "placed", "direct"};
constexpr std::array<std::string_view, 6> kUsedBackendNames = {"none",   "mapped", "stream",
                                                               "placed", "direct", "memory"};

std::string name_of_input(const Report& report, const Finding& finding) {
  return finding.input < report.inputs.size() ? report.inputs[finding.input] : "";
}

nlohmann::ordered_json to_json_list(const Report& report, const std::vector<Finding>& findings) {
  auto list = nlohmann::ordered_json::array();
  for (const Finding& finding : findings) {
    list.push_back({{"record", finding.record},
                    {"input", name_of_input(report, finding)},
                    {"offset", finding.offset},
                    {"control_number", finding.control_number},
                    {"code", reason_name(finding.code)},
                    {"detail", finding.detail},
                    {"length", finding.length},
                    {"tag", finding.location.tag},
                    {"occurrence", finding.location.occurrence},
                    {"subfield", finding.location.subfield},
                    {"position", finding.location.position},
                    {"snippet", finding.location.snippet}});
  }
  return list;
}

nlohmann::ordered_json to_json_object(const std::map<Reason, std::uint64_t>& by_reason) {
  auto object = nlohmann::ordered_json::object();
  for (const auto& [reason, records] : by_reason) object[std::string(reason_name(reason))] = records;
  return object;
}

nlohmann::ordered_json to_json_error(const std::optional<Failure>& error) {
  if (!error) return nullptr;
  const nlohmann::ordered_json code = error->code ? nlohmann::ordered_json(error_name(*error->code)) : nullptr;
  return {{"code", code}, {"path", error->path}, {"message", error->message}, {"system_error", error->system_error}};
}

/// In UTC, as RFC 3339 has it.
std::string timestamp(std::chrono::system_clock::time_point time) {
  const auto milliseconds = std::chrono::floor<std::chrono::milliseconds>(time.time_since_epoch());
  const auto seconds = std::chrono::floor<std::chrono::seconds>(milliseconds);
  return fmt::format("{:%Y-%m-%dT%H:%M:%S}.{:03}Z", fmt::gmtime(static_cast<std::time_t>(seconds.count())),
                     (milliseconds - seconds).count());
}

/// " (truncated 3, leader 1)", when that says more than the one finding does.
std::string counts(const std::map<Reason, std::uint64_t>& by_reason) {
  std::vector<std::string> told;
  std::uint64_t sum = 0;
  for (const auto& [reason, records] : by_reason) {
    told.push_back(fmt::format("{} {}", reason_name(reason), grouped(records)));
    sum += records;
  }
  return sum < 2 ? "" : fmt::format(" ({})", fmt::join(told, ", "));
}

void append_findings(std::string& text, std::string_view title, const Report& report,
                     const std::vector<Finding>& findings, const std::map<Reason, std::uint64_t>& by_reason) {
  constexpr std::size_t kShown = 10;
  if (findings.empty() && by_reason.empty()) return;
  text += fmt::format("{}{}:\n", title, counts(by_reason));
  for (std::size_t i = 0; i < findings.size() && i < kShown; ++i) {
    const Finding& finding = findings[i];
    const std::string where =
        report.inputs.size() > 1 ? fmt::format(" of {}", printable(name_of_input(report, finding))) : "";
    text += fmt::format("  record {} at {}{} (001: {}): {}: {}\n", finding.record, finding.offset, where,
                        finding.control_number.empty() ? "none" : printable(finding.control_number),
                        reason_name(finding.code), printable(finding.detail));
  }
  if (findings.size() > kShown) text += "  ... (the JSON report lists more)\n";
}

void append_duplicates(std::string& text, std::string_view title, const Report& report) {
  if (report.records_duplicate == 0) return;
  append_findings(text, title, report, report.duplicates, {{Reason::kDuplicate, report.records_duplicate}});
}

/// What became of the records, of which those are `taken` that count as exported.
std::string records_text(const Report& report, std::string_view taken) {
  const std::string selected_out =
      report.records_selected_out == 0 ? "" : fmt::format("{} selected out, ", grouped(report.records_selected_out));
  return fmt::format("{} read, {} {}, {} rejected, {}{} repaired", grouped(report.records_read),
                     grouped(report.records_exported), taken, grouped(report.records_rejected), selected_out,
                     grouped(report.records_repaired));
}

/// The outputs of a diff that there are, with their names.
std::vector<std::pair<std::string_view, const Report*>> outputs_of(const DiffCounts& diff) {
  std::vector<std::pair<std::string_view, const Report*>> outputs = {{"added", diff.added_output.get()},
                                                                     {"changed", diff.changed_output.get()},
                                                                     {"deleted", diff.deleted_output.get()}};
  std::erase_if(outputs, [](const auto& output) { return output.second == nullptr; });
  return outputs;
}

std::string output_text(const Report& report) {
  const std::string format_written =
      report.compression == Compression::kNone
          ? std::string(format_name(report.format))
          : fmt::format("{}.{}", format_name(report.format), compression_name(report.compression));
  const std::string in_parts =
      report.parts == 0 ? "" : fmt::format(" in {} part{}", grouped(report.parts), report.parts == 1 ? "" : "s");
  return fmt::format("output    {} as {}{}, backend {} ({}), {} thread{}\n", printable(report.output), format_written,
                     in_parts, backend_name(report.backend), printable(report.backend_reason), report.threads,
                     report.threads == 1 ? "" : "s");
}

std::string diff_text(const DiffCounts& diff) {
  std::string text = fmt::format("old       {}\n", records_text(*diff.old_records, "compared"));
  text += fmt::format("diff      {} added, {} changed, {} unchanged, {} deleted\n", grouped(diff.added),
                      grouped(diff.changed), grouped(diff.unchanged), grouped(diff.deleted));
  for (const auto& [name, output] : outputs_of(diff)) {
    text += fmt::format("{:<9} {} as {}, {} records, {} rejected, {} bytes\n", name, printable(output->output),
                        format_name(output->format), grouped(output->records_exported),
                        grouped(output->records_rejected), grouped(output->bytes_written));
  }
  return text;
}

nlohmann::ordered_json merge_json(const std::optional<MergeCounts>& merge) {
  if (!merge) return nullptr;
  return {{"added", merge->added},
          {"replaced", merge->replaced},
          {"superseded", merge->superseded},
          {"deleted", merge->deleted}};
}

void append_missing_ids(std::string& text, const Report& report) {
  constexpr std::size_t kShown = 10;
  if (report.ids_not_found == 0) return;
  text += fmt::format("ids not found: {}\n", grouped(report.ids_not_found));
  for (std::size_t i = 0; i < report.missing_ids.size() && i < kShown; ++i) {
    text += fmt::format("  {}\n", printable(report.missing_ids[i]));
  }
  if (report.ids_not_found > kShown) text += "  ... (the JSON report lists more)\n";
}

void append_passed_over(std::string& text, const std::vector<PassedOver>& inputs) {
  constexpr std::size_t kShown = 10;
  if (inputs.empty()) return;
  text += fmt::format("inputs passed over: {}\n", grouped(inputs.size()));
  for (std::size_t i = 0; i < inputs.size() && i < kShown; ++i) {
    text += fmt::format("  {}: {}\n", printable(inputs[i].path), printable(inputs[i].why));
  }
  if (inputs.size() > kShown) text += "  ... (the JSON report lists more)\n";
}

nlohmann::ordered_json to_json_list(const std::vector<PassedOver>& inputs) {
  auto list = nlohmann::ordered_json::array();
  for (const PassedOver& input : inputs) list.push_back({{"input", input.path}, {"why", input.why}});
  return list;
}

}  // namespace

std::string_view reason_name(Reason reason) {
  const auto index = static_cast<std::size_t>(reason);
  return index < kReasonNames.size() ? kReasonNames[index] : std::string_view();
}

std::string_view backend_name(Backend backend) {
  const auto index = static_cast<std::size_t>(backend);
  return index < kBackendNames.size() ? kBackendNames[index] : std::string_view();
}

std::string_view backend_name(UsedBackend backend) {
  const auto index = static_cast<std::size_t>(backend);
  return index < kUsedBackendNames.size() ? kUsedBackendNames[index] : std::string_view();
}

Failure failure_of(const std::exception_ptr& exception) {
  try {
    std::rethrow_exception(exception);
  } catch (const Error& error) {
    return {error.code(), error.path().string(), error.what(), error.os_error()};
  } catch (const std::bad_alloc&) {
    return {std::nullopt, {}, "out of memory", 0};
  } catch (const std::exception& error) {
    return {std::nullopt, {}, error.what(), 0};
  } catch (...) {
    return {std::nullopt, {}, "an exception of the program's own", 0};
  }
}

std::string_view Report::status() const {
  if (error) return "failed";
  const auto has_rejects = [](const Report* report) { return report != nullptr && report->records_rejected != 0; };
  const bool has_any = has_rejects(this) ||
                       (diff && (has_rejects(diff->old_records.get()) || has_rejects(diff->added_output.get()) ||
                                 has_rejects(diff->changed_output.get()) || has_rejects(diff->deleted_output.get())));
  return has_any ? "rejects" : "exported";
}

std::string run_text(const Report& report) {
  std::string text = fmt::format("bulkmarc  {}, started {}, ended {}\n", report.version, timestamp(report.started),
                                 timestamp(report.ended));
  if (!report.command_line.empty()) {
    text += fmt::format("command   {}\n", printable(fmt::format("{}", fmt::join(report.command_line, " "))));
  }
  return text;
}

std::string Report::to_text() const {
  std::string text = error ? fmt::format("failed    {}\n", printable(error->message)) : "";
  text += fmt::format("records   {}\n", records_text(*this, diff ? "compared" : "exported"));
  const std::string compressed =
      compression == Compression::kNone ? "" : fmt::format(" ({} uncompressed)", grouped(bytes_uncompressed));
  text += fmt::format("bytes     {} read, {} written{}{}\n", grouped(bytes_read), grouped(bytes_written), compressed,
                      bytes_skipped == 0 ? "" : fmt::format(", {} skipped", grouped(bytes_skipped)));
  text += fmt::format("seconds   {:.3f} (measure {:.3f}, serialize {:.3f}, commit {:.3f})\n", seconds.total,
                      seconds.measure, seconds.serialize, seconds.commit);
  if (seconds.total > 0 && records_read > 0) {
    text += fmt::format("speed     {} records/s, {:.2f} us/record, {:.0f} MB/s out\n",
                        grouped(static_cast<std::uint64_t>(static_cast<double>(records_read) / seconds.total)),
                        seconds.total * 1e6 / static_cast<double>(records_read),
                        static_cast<double>(bytes_uncompressed) / seconds.total / 1e6);
  }
  text += diff ? diff_text(*diff) : output_text(*this);
  if (merge) {
    text += fmt::format("merge     {} added, {} replaced, {} superseded, {} deleted\n", grouped(merge->added),
                        grouped(merge->replaced), grouped(merge->superseded), grouped(merge->deleted));
  }
  append_findings(text, "rejects", *this, rejects, rejects_by_reason);
  append_findings(text, "repairs", *this, repairs, repairs_by_reason);
  append_duplicates(text, "duplicates", *this);
  if (diff) {
    const Report& old = *diff->old_records;
    append_findings(text, "old rejects", old, old.rejects, old.rejects_by_reason);
    append_findings(text, "old repairs", old, old.repairs, old.repairs_by_reason);
    append_duplicates(text, "old duplicates", old);
  }
  append_missing_ids(text, *this);
  append_passed_over(text, inputs_passed_over);
  if (statistics) text += statistics_text(*this);
  return text;
}

nlohmann::ordered_json diff_json(const std::optional<DiffCounts>& diff) {
  if (!diff) return nullptr;
  nlohmann::ordered_json outputs = nlohmann::ordered_json::object();
  for (const auto& [name, output] : outputs_of(*diff)) outputs[std::string(name)] = report_json(*output);
  return {{"added", diff->added},
          {"changed", diff->changed},
          {"unchanged", diff->unchanged},
          {"deleted", diff->deleted},
          {"old_records", report_json(*diff->old_records)},
          {"outputs", std::move(outputs)}};
}

nlohmann::ordered_json report_json(const Report& report) {
  return {
      {"bulkmarc", report.version},
      {"status", report.status()},
      {"error", to_json_error(report.error)},
      {"command_line", report.command_line},
      {"started", timestamp(report.started)},
      {"ended", timestamp(report.ended)},
      {"records_read", report.records_read},
      {"records_exported", report.records_exported},
      {"records_rejected", report.records_rejected},
      {"records_selected_out", report.records_selected_out},
      {"records_repaired", report.records_repaired},
      {"records_duplicate", report.records_duplicate},
      {"bytes_read", report.bytes_read},
      {"bytes_written", report.bytes_written},
      {"bytes_uncompressed", report.bytes_uncompressed},
      {"bytes_skipped", report.bytes_skipped},
      {"parts", report.parts},
      {"seconds",
       {{"measure", report.seconds.measure},
        {"serialize", report.seconds.serialize},
        {"commit", report.seconds.commit},
        {"total", report.seconds.total}}},
      {"threads", report.threads},
      {"format", format_name(report.format)},
      {"compression", compression_name(report.compression)},
      {"backend", backend_name(report.backend)},
      {"backend_reason", report.backend_reason},
      {"inputs", report.inputs},
      {"inputs_passed_over", to_json_list(report.inputs_passed_over)},
      {"output", report.output},
      {"rejects_by_reason", to_json_object(report.rejects_by_reason)},
      {"repairs_by_reason", to_json_object(report.repairs_by_reason)},
      {"rejects", to_json_list(report, report.rejects)},
      {"repairs", to_json_list(report, report.repairs)},
      {"duplicates", to_json_list(report, report.duplicates)},
      {"merge", merge_json(report.merge)},
      {"diff", diff_json(report.diff)},
      {"ids_not_found", report.ids_not_found},
      {"missing_ids", report.missing_ids},
      {"statistics", statistics_json(report)},
  };
}

std::string json_text(const nlohmann::ordered_json& json) {
  return escape_controls(json.dump(2, ' ', false, nlohmann::ordered_json::error_handler_t::replace)) + "\n";
}

std::string Report::to_json() const { return json_text(report_json(*this)); }

}  // namespace bulkmarc
