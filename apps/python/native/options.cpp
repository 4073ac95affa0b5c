#include "options.hpp"

#include <array>
#include <cstdint>
#include <filesystem>
#include <string_view>
#include <vector>

#include <nanobind/stl/filesystem.h>
#include <nanobind/stl/string.h>
#include <nanobind/stl/vector.h>

#include "errors.hpp"

namespace {

using bulkmarc::Backend;
using bulkmarc::Compression;

constexpr std::array kBackends = {Backend::kAuto, Backend::kMapped, Backend::kStreamed, Backend::kPlaced,
                                  Backend::kDirect};
constexpr std::array kCompressions = {Compression::kNone, Compression::kGzip, Compression::kZstd};

std::string_view name_of(Backend backend) { return bulkmarc::backend_name(backend); }
std::string_view name_of(Compression compression) { return bulkmarc::compression_name(compression); }
std::string_view name_of(bulkmarc::Format format) { return bulkmarc::format_name(format); }

template <class Names>
[[noreturn]] void fail_unknown(const char* argument, const std::string& name, const Names& all) {
  std::string known;
  for (const auto value : all) known.append(known.empty() ? "" : ", ").append(name_of(value));
  throw option_error(std::string(argument) + ": unknown name '" + name + "': expected one of " + known);
}

}  // namespace

template <class T>
bool Options::take(const char* name, T& value) const {
  if (!given_.contains(name)) return false;
  const nb::object given = given_[name];
  if (given.is_none()) return false;
  if (!nb::try_cast(given, value)) {
    const auto type = nb::cast<std::string>(given.type().attr("__name__"));
    throw nb::type_error(
        (std::string(name) + ": unexpected " + type + " " + nb::cast<std::string>(nb::repr(given))).c_str());
  }
  return true;
}

template <class T>
void Options::take(const char* name, std::optional<T>& value) const {
  T taken{};
  if (take(name, taken)) value = std::move(taken);
}

template <class T, class Names>
void Options::take_named(const char* name, T& value, const Names& all) const {
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

bulkmarc::ExportOptions Options::export_options() const {
  bulkmarc::ExportOptions options;
  std::string format;
  if (take("format", format)) {
    const auto known = bulkmarc::format_from_name(format);
    if (!known) fail_unknown("format", format, bulkmarc::all_formats());
    options.format = *known;
  }
  options.table = table();
  if (options.table && !bulkmarc::takes_table(options.format)) {
    throw option_error("table: " + std::string(bulkmarc::format_name(options.format)) +
                       " holds whole records; choose csv, tsv, pgcopy or ndjson for a table");
  }
  if (!options.table && bulkmarc::needs_table(options.format)) options.table = bulkmarc::Table::records();
  take_named("compression", options.compression, kCompressions);
  take("level", options.compression_level);
  take("to_utf8", options.to_utf8);
  take_named("backend", options.backend, kBackends);
  options.run = run_options();
  return options;
}

bulkmarc::RunOptions Options::run_options() const {
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

bulkmarc::Selection Options::selection() const {
  bulkmarc::Selection selection;
  take("skip", selection.skip);
  take("limit", selection.limit);
  std::uint64_t records = 0;
  if (take("sample", records)) {
    selection.sample.emplace().records = records;
    take("seed", selection.sample->seed);
  }
  take("ids", selection.ids);
  take("where", selection.where);
  take("fields", selection.fields);
  take("drop_fields", selection.drop_fields);
  return selection;
}

bulkmarc::RecordOptions Options::record_options() const {
  bulkmarc::RecordOptions options;
  take("to_utf8", options.to_utf8);
  return options;
}

bulkmarc::InputOptions Options::input_options() const {
  bulkmarc::InputOptions options;
  std::string format;
  if (take("from_", format)) {
    options.format = bulkmarc::format_from_name(format);
    if (!options.format) fail_unknown("from_", format, bulkmarc::record_formats());
  }
  take("keep_going", options.keep_going);
  take("also_read", options.also_read);
  return options;
}

bulkmarc::FileOptions Options::file_options() const {
  bulkmarc::FileOptions options;
  take("sync", options.sync);
  take("keep_cached", options.keep_cached);
  take("no_clobber", options.no_clobber);
  return options;
}

bulkmarc::PartOptions Options::part_options() const {
  bulkmarc::PartOptions options;
  take("split_records", options.records);
  take("split_size", options.bytes);
  take("resume", options.resume);
  if (options.resume && options.records == 0 && options.bytes == 0) {
    throw option_error("resume: needs split_records or split_size");
  }
  return options;
}

std::optional<bulkmarc::Table> Options::table() const {
  std::string name;
  std::string columns;
  const bool has_name = take("table", name);
  if (take("columns", columns)) {
    if (has_name) throw option_error("columns: excludes table");
    bulkmarc::ColumnOptions options;
    take("separator", options.separator);
    take("subfield_separator", options.subfield_separator);
    take("record_number", options.record_number);
    return bulkmarc::Table::of_columns(columns, options);
  }
  if (!has_name) return std::nullopt;
  if (name == "records") return bulkmarc::Table::records();
  if (name == "subfields") return bulkmarc::Table::subfields();
  throw option_error("table: unknown name '" + name + "': expected one of subfields, records");
}
