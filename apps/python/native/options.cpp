#include "options.hpp"

#include <array>
#include <cstdint>
#include <filesystem>
#include <string_view>
#include <utility>
#include <vector>

#include <nanobind/stl/filesystem.h>
#include <nanobind/stl/string.h>
#include <nanobind/stl/vector.h>

#include "errors.hpp"
#include "text.hpp"

namespace {

using bulkmarc::Backend;
using bulkmarc::Compression;

constexpr std::array kBackends = {Backend::kAuto, Backend::kMapped, Backend::kStreamed, Backend::kPlaced,
                                  Backend::kDirect};
constexpr std::array kCompressions = {Compression::kNone, Compression::kGzip, Compression::kZstd};
constexpr std::array<std::string_view, 2> kUniqueNames = {"first", "last"};

std::string_view name_of(Backend backend) { return bulkmarc::backend_name(backend); }
std::string_view name_of(Compression compression) { return bulkmarc::compression_name(compression); }
std::string_view name_of(std::string_view name) { return name; }
std::string_view name_of(bulkmarc::Format format) { return bulkmarc::format_name(format); }

template <class Names>
[[noreturn]] void fail_unknown(const char* argument, const std::string& name, const Names& all) {
  std::string known;
  for (const auto value : all) known.append(known.empty() ? "" : ", ").append(name_of(value));
  throw option_error(std::string(argument) + ": unknown name '" + name + "': expected one of " + known);
}

}  // namespace

nb::object Options::object(const char* name) {
  if (!given_.contains(name)) return nb::none();
  nb::object value = given_[name];
  nb::del(given_[name]);
  return value;
}

void Options::expect_none_left() const {
  for (const auto [name, value] : given_) {
    throw nb::type_error(("unexpected keyword argument '" + nb::cast<std::string>(name) + "'").c_str());
  }
}

template <class T>
bool Options::take(const char* name, T& value) {
  const nb::object given = object(name);
  if (given.is_none()) return false;
  if (!nb::try_cast(given, value)) {
    const auto type = nb::cast<std::string>(given.type().attr("__name__"));
    throw nb::type_error(
        (std::string(name) + ": unexpected " + type + " " + nb::cast<std::string>(nb::repr(given))).c_str());
  }
  return true;
}

template <class T>
void Options::take(const char* name, std::optional<T>& value) {
  T taken{};
  if (take(name, taken)) value = std::move(taken);
}

template <class T, class Names>
void Options::take_named(const char* name, T& value, const Names& all) {
  std::string given;
  if (!take(name, given)) return;
  for (const auto one : all) {
    if (name_of(one) == given) {
      value = one;
      return;
    }
  }
  fail_unknown(name, given, all);
}

template <class Formats>
std::optional<bulkmarc::Format> Options::format(const char* name, const Formats& all) {
  std::string given;
  if (!take(name, given)) return std::nullopt;
  const auto known = bulkmarc::format_from_name(given);
  if (!known) fail_unknown(name, given, all);
  return known;
}

bulkmarc::ExportOptions Options::export_options() {
  bulkmarc::ExportOptions options;
  options.format = format("format", bulkmarc::all_formats()).value_or(options.format);
  options.table = table(bulkmarc::needs_table(options.format));
  if (options.table && !bulkmarc::takes_table(options.format)) {
    throw option_error("table: " + std::string(bulkmarc::format_name(options.format)) +
                       " holds whole records; choose a format of tables, such as csv");
  }
  std::string reader;
  options.for_excel = take("for_", reader);
  if (options.for_excel && reader != "excel") {
    throw option_error("for_: unknown name '" + reader + "': expected excel");
  }
  take_to_utf8(options.to_utf8);
  options.run = run_options();
  return options;
}

void Options::take_output(bulkmarc::ExportOptions& options) {
  take_named("compression", options.compression, kCompressions);
  take("level", options.compression_level);
  take_named("backend", options.backend, kBackends);
}

bulkmarc::RunOptions Options::run_options() {
  bulkmarc::RunOptions options;
  options.selection = selection();
  take("strict", options.strict);
  take("nfc", options.nfc);
  take("max_findings", options.max_findings);
  take("statistics", options.statistics);
  take("rejects", options.rejects);
  take("report", options.report);
  take("threads", options.threads);
  take("batch_size", options.batch_bytes);
  return options;
}

bulkmarc::Selection Options::selection() {
  bulkmarc::Selection selection;
  take("skip", selection.skip);
  take("limit", selection.limit);
  bulkmarc::Sample sample;
  take("seed", sample.seed);
  if (take("sample", sample.records)) selection.sample = sample;
  take_unique(selection.unique);
  take("ids", selection.ids);
  take("where", selection.where);
  take("fields", selection.fields);
  take("drop_fields", selection.drop_fields);
  return selection;
}

void Options::take_unique(std::optional<bulkmarc::Unique>& value) {
  std::string_view name;
  take_named("unique", name, kUniqueNames);
  if (name.empty()) return;
  value = name == kUniqueNames.front() ? bulkmarc::Unique::kFirst : bulkmarc::Unique::kLast;
}

bulkmarc::RecordOptions Options::record_options() {
  bulkmarc::RecordOptions options;
  take_to_utf8(options.to_utf8);
  return options;
}

void Options::take_to_utf8(bool& value) {
  if (given_.contains("charset") && !nb::object(given_["charset"]).is_none()) value = true;
  take("to_utf8", value);
}

std::optional<bulkmarc::Rules> Options::rules() {
  std::optional<bulkmarc::Rules> rules;
  bool basic = false;
  if (take("rules", basic); basic) rules.emplace();
  const nb::object schema = object("avram");
  if (schema.is_none()) return rules;
  try {
    return bulkmarc::Rules::with_avram_schema(bytes_of(schema));
  } catch (const bulkmarc::Error& error) {
    throw option_error(std::string("avram: ") + error.what());
  }
}

bulkmarc::InputOptions Options::input_options() {
  bulkmarc::InputOptions options;
  options.format = format("from_", bulkmarc::record_formats());
  take("charset", options.charset);
  take("keep_going", options.keep_going);
  take("also_read", options.also_read);
  return options;
}

bulkmarc::CountOptions Options::count_options() {
  bulkmarc::CountOptions options;
  take("specs", options.specs);
  take("top", options.top);
  take("distinct_limit", options.distinct_limit);
  options.run = run_options();
  return options;
}

bulkmarc::DiffOptions Options::diff_options() {
  bulkmarc::DiffOptions options;
  take("ignore_fields", options.ignore_fields);
  options.run = run_options();
  return options;
}

bulkmarc::DiffTargets Options::diff_targets() {
  const bulkmarc::FileOptions file = file_options();
  return {diff_output("added", file), diff_output("changed", file), diff_output("deleted", file)};
}

std::optional<bulkmarc::DiffOutput> Options::diff_output(const char* name, const bulkmarc::FileOptions& file) {
  std::filesystem::path path;
  if (!take(name, path)) return std::nullopt;
  const bulkmarc::Compression compression = bulkmarc::compression_from_path(path);
  const auto format = bulkmarc::format_from_path(path);
  const std::filesystem::path plain = compression == Compression::kNone ? path : path.stem();
  if (!format && plain.extension() != ".txt") {
    throw option_error(std::string(name) + ": " + path.string() +
                       ": the extension is neither that of a format of records nor .txt");
  }
  return bulkmarc::DiffOutput{bulkmarc::Target::file(path, file), format, compression};
}

bulkmarc::PlanOptions Options::plan_options() {
  bulkmarc::PlanOptions options;
  options.format = format("from_", bulkmarc::record_formats());
  take("charset", options.charset);
  take("range_size", options.range_bytes);
  take("threads", options.threads);
  take("batch_size", options.batch_bytes);
  return options;
}

bulkmarc::PieceOptions Options::piece_options() {
  bulkmarc::PieceOptions options;
  take("attempt", options.attempt);
  take("result", options.result);
  options.file = file_options();
  return options;
}

bulkmarc::CommitOptions Options::commit_options() {
  bulkmarc::CommitOptions options;
  take("join", options.join);
  options.file = file_options();
  return options;
}

bulkmarc::FileOptions Options::file_options() {
  bulkmarc::FileOptions options;
  take("sync", options.sync);
  take("keep_cached", options.keep_cached);
  take("no_clobber", options.no_clobber);
  return options;
}

bulkmarc::PartOptions Options::part_options() {
  bulkmarc::PartOptions options;
  take("split_records", options.records);
  take("split_size", options.bytes);
  take("resume", options.resume);
  if (options.resume && options.records == 0 && options.bytes == 0) {
    throw option_error("resume: needs split_records or split_size");
  }
  return options;
}

std::optional<bulkmarc::Table> Options::table(bool is_needed) {
  bool provenance = false;
  std::string load_id;
  take("provenance", provenance);
  const bool has_load_id = take("load_id", load_id);
  std::optional<bulkmarc::Table> table = named_table();
  if (!table && is_needed) table = bulkmarc::Table::records();
  if (!table && (provenance || has_load_id)) {
    throw option_error(std::string(provenance ? "provenance" : "load_id") + ": needs table or columns");
  }
  if (provenance) table = table->with_provenance();
  if (has_load_id) table = table->with_load_id(load_id);
  return table;
}

std::optional<bulkmarc::Table> Options::named_table() {
  std::string name;
  std::string columns;
  bulkmarc::ColumnOptions options;
  const bool has_name = take("table", name);
  take("separator", options.separator);
  take("subfield_separator", options.subfield_separator);
  take("record_number", options.record_number);
  if (take("columns", columns)) {
    if (has_name) throw option_error("columns: excludes table");
    return bulkmarc::Table::of_columns(columns, options);
  }
  if (!has_name) return std::nullopt;
  auto table = bulkmarc::table_from_name(name);
  if (!table) fail_unknown("table", name, bulkmarc::table_names());
  return table;
}
