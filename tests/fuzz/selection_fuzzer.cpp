#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include <bulkmarc/bulkmarc.hpp>

#include "fuzz/fuzzing.hpp"
#include "fuzz/given_record.hpp"
#include "select/field_filter.hpp"
#include "select/parser.hpp"
#include "support/exports.hpp"

// Arbitrary expressions, and an arbitrary record that they are asked of. The first line is a condition, the second a
// spec or a list of columns, the third and the fourth are lists of fields to keep and to drop, the rest is a
// given_record.

namespace {

using namespace bulkmarc;

/// What `parse` makes of the text, or nothing where it is invalid.
template <class Parse>
auto parsed(Parse parse, std::string_view text) -> std::optional<decltype(parse(text))> {
  try {
    return parse(text);
  } catch (const SpecError& error) {
    require(error.position() >= 1 && error.position() <= text.size() + 1, "an error stands outside of the expression");
    return std::nullopt;
  }
}

std::string_view take_line(std::string_view& input) {
  const std::string_view line = input.substr(0, input.find('\n'));
  input.remove_prefix(std::min(input.size(), line.size() + 1));
  return line;
}

/// True when `value` borrows from the record, or is the blank that stands for an indicator.
bool is_of(const RecordView& record, std::string_view value) {
  const std::string_view bytes = record.bytes();
  const bool within = value.data() >= bytes.data() && value.data() + value.size() <= bytes.data() + bytes.size();
  return value.empty() || value == " " || within;
}

void require_values_of(const FieldSpec& spec, const RecordView& record) {
  std::size_t count = 0;
  const bool all = spec.each(record, [&](std::string_view value) {
    require(is_of(record, value), "a value is not of the record");
    ++count;
    return true;
  });
  require(all, "the walk of the values stopped by itself");
  std::size_t taken = 0;
  const bool first = spec.each(record, [&taken](std::string_view) { return ++taken == 0; });
  require(first == (count == 0) && taken == std::min<std::size_t>(count, 1), "the walk of the values can't be stopped");
}

void require_filtered(const FieldFilter& filter, const RecordView& record) {
  FieldFilter::Memory memory;
  RecordView left = record;
  const bool changed = filter.apply(left, memory);
  require(left.directory().size() <= record.directory().size(), "a filter adds fields");
  require(changed || left.bytes().data() == record.bytes().data(), "a filter that leaves all changes the record");
  require(left.leader() == record.leader(), "a filter changes the leader");
  auto of_record = record.fields().begin();
  for (const FieldView field : left.fields()) {
    while (of_record != record.fields().end() && (*of_record).tag() != field.tag()) ++of_record;
    require(of_record != record.fields().end(), "a filter changes the order of the fields");
    ++of_record;
  }
  FieldFilter::Memory other;
  require(!filter.apply(left, other), "a filter finds more to leave out the second time");
}

/// Exports the record as a row, in two formats; the account must add up.
void require_rows(const std::string& columns, const Record& record) {
  for (const Format format : {Format::kCsv, Format::kNdjson}) {
    ExportOptions options;
    options.format = format;
    options.table = Table::of_columns(columns, {.record_number = false});
    options.run.threads = 1;
    const Exported exported = export_to_memory(Source::records(std::span(&record, 1)), options);
    require(exported.report.records_exported + exported.report.records_rejected == 1, "the account does not add up");
  }
}

/// An empty list names nothing, and is none.
std::optional<std::vector<FieldItem>> parsed_list(std::string_view text) {
  if (text.empty()) return std::vector<FieldItem>{};
  return parsed(parse_field_list, text);
}

/// Exports the record as it is, in its encoding; the account must add up.
Report export_selected(const Record& record, const Selection& selection) {
  ExportOptions options;
  options.format = Format::kIso2709;
  options.run.threads = 1;
  options.run.selection = selection;
  const Report report = export_to_memory(Source::records(std::span(&record, 1)), options).report;
  require(report.records_read == 1, "the record was not read");
  require(report.records_read == report.records_exported + report.records_rejected + report.records_selected_out,
          "the account does not add up");
  return report;
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  std::string_view input = bytes_of(data, size);
  const std::string_view where = take_line(input);
  const std::string_view spec_text = take_line(input);
  const std::string_view kept = take_line(input);
  const std::string_view dropped = take_line(input);
  const Record record = record_of(input);

  const auto condition = parsed(parse_condition, where);
  if (condition) {
    const Report report = export_selected(record, {.where = std::string(where)});
    require(report.records_selected_out == (condition->hold(record.view()) ? 0 : 1),
            "the export selects something else than the condition");
  }
  if (const auto spec = parsed(parse_field_spec, spec_text)) require_values_of(*spec, record.view());
  if (parsed([](std::string_view text) { return parse_columns(text, ""); }, spec_text)) {
    require_rows(std::string(spec_text), record);
  }
  const auto keep = parsed_list(kept);
  const auto drop = parsed_list(dropped);
  if (keep && drop) {
    require_filtered({*keep, *drop}, record.view());
    export_selected(record, {.fields = std::string(kept), .drop_fields = std::string(dropped)});
  }
  return 0;
}
