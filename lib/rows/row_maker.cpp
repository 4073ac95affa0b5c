#include "rows/row_maker.hpp"

#include <optional>

#include "formats/emit_batch.hpp"
#include "rows/row_sink.hpp"
#include "tables/table_impl.hpp"

namespace bulkmarc {
namespace {

struct RowEmitter {
  static constexpr std::string_view kSeparator = "";
  static constexpr bool kUtf8 = true;

  Table table;

  std::optional<Problem> emit(const RecordView& view, const BatchRecord&, Workspace& workspace, RowSink& sink) const {
    do {
      table.impl().emit_rows(view, workspace.number, workspace.rows, workspace.repairs, sink);
      if (sink.has_room()) return std::nullopt;
    } while (sink.start_anew());
    return Problem{Reason::kRowsTooLong, "its rows have more than 134,217,728 octets or items in one column"};
  }
};

}  // namespace

void RowMaker::make(const Batch& batch, Workspace& workspace, RowBatches& rows, Outcome& outcome) const {
  rows.begin(table_.columns());
  RowDestination destination(rows);
  BatchEmitter<RowEmitter>({table_}, policy_).emit(batch, workspace, destination, true, outcome);
  destination.take_back();
  rows.end();
}

}  // namespace bulkmarc
