#include "pipeline/row_maker.hpp"

#include <algorithm>
#include <optional>
#include <string>
#include <utility>

#include <fmt/format.h>

#include <bulkmarc/error.hpp>

#include "formats/rows/row_source.hpp"
#include "pipeline/batch_gate.hpp"
#include "record/internals.hpp"
#include "select/parser.hpp"
#include "tables/cell_rows.hpp"
#include "tables/row_sink.hpp"

namespace bulkmarc {
namespace {

std::size_t find_key(const Table& table, const std::string& name) {
  const std::span<const Column> columns = table.columns();
  const auto found = std::ranges::find(columns, name, &Column::name);
  if (found == columns.end() || found->type != ColumnType::kText) {
    throw Error(ErrorCode::kInvalidOptions, {}, fmt::format("the table has no column '{}' of texts", name));
  }
  return static_cast<std::size_t>(found - columns.begin());
}

Condition compile(const std::string& mark) try { return parse_condition(mark); } catch (const SpecError& error) {
  throw Error(ErrorCode::kInvalidOptions, {}, fmt::format("mark '{}': {}", mark, error.what()));
}

RowRules compile(const Table& table, const RowOptions& options) {
  RowRules rules;
  if (!options.key.empty()) rules.key = find_key(table, options.key);
  rules.longest_key = options.longest_key;
  rules.key_required = options.key_required;
  if (!options.mark.empty()) rules.mark = compile(options.mark);
  return rules;
}

/// What is wrong with the value of the key, or nothing.
std::optional<Problem> judge_key(std::optional<std::string_view> value, const RowRules& rules) {
  if (value && value->size() > rules.longest_key) {
    return Problem{Reason::kControlNumber,
                   fmt::format("it has {} octets; a key can't have more than {}", value->size(), rules.longest_key)};
  }
  if (!rules.key_required || (value && value->find_first_not_of(' ') != std::string_view::npos)) return std::nullopt;
  return Problem{Reason::kControlNumber, "there is none"};
}

/// Puts rows into columns.
struct RowEmitter {
  static constexpr std::string_view kSeparator = "";
  static constexpr bool kUtf8 = true;

  const RowSource& source;
  const RowRules& rules;

  std::optional<Problem> emit(const RecordView& view, const BatchRecord& record, WriterMemory& memory,
                              RowSink& sink) const {
    RecordNotes notes(view, memory.repairs);
    auto problem = emit_rows(notes, record, memory, sink);
    sink.end_rows();
    if (problem) return problem;
    if (sink.has_room()) [[likely]]
      return judge(view, sink);
    return Problem{Reason::kRowsTooLong, "its rows have more than 134,217,728 octets or items in one column"};
  }

  std::optional<Problem> emit_rows(RecordNotes& notes, const BatchRecord& record, WriterMemory& memory,
                                   RowSink& sink) const {
    if (!source.is_of_cells()) return source.emit(notes, record, memory, sink);
    CellRows cells(sink, notes, memory.rows);
    auto problem = source.emit(notes, record, memory, cells);
    sink = cells.out();
    return problem;
  }

  std::optional<Problem> judge(const RecordView& view, RowSink& sink) const {
    if (rules.key) {
      if (auto problem = judge_key(sink.first_text(*rules.key), rules)) [[unlikely]]
        return problem;
    }
    if (rules.mark && rules.mark->hold(view)) sink.mark();
    return std::nullopt;
  }
};

}  // namespace

RowMaker::RowMaker(Table table, const Policy& policy, const RowOptions& options)
    : table_(std::move(table)), source_(table_), policy_(policy), rules_(compile(table_, options)) {}

std::size_t RowMaker::make(const Batch& batch, std::size_t from, Workspace& workspace, Room room, RowBatch& rows,
                           BatchResult& result) const {
  room.most_bytes = std::min(room.most_bytes, kMostInColumn);
  Internals::of(rows)->begin(table_.columns(), room.most_bytes);
  RowDestination destination(*Internals::of(rows), room);
  BatchGate gate(policy_, RowEmitter::kUtf8, BatchGate::Mode::kAppend, batch, from, workspace, result);
  const RowEmitter emitter{source_, rules_};
  const std::size_t end = BatchWriting(emitter, workspace.writer, destination, gate).run(batch, from, true);
  gate.finish(end);
  destination.take_back();
  Internals::of(rows)->end();
  return end;
}

}  // namespace bulkmarc
