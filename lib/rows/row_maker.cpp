#include "rows/row_maker.hpp"

#include <algorithm>
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
    RecordNotes notes(view, workspace.repairs);
    table.impl().emit_rows(notes, workspace.number, workspace.rows, sink);
    if (sink.has_room()) [[likely]]
      return std::nullopt;
    return Problem{Reason::kRowsTooLong, "its rows have more than 134,217,728 octets or items in one column"};
  }
};

}  // namespace

std::size_t RowMaker::make(const Batch& batch, std::size_t from, Workspace& workspace, Room room, RowBatch& rows,
                           Outcome& outcome) const {
  room.most_bytes = std::min(room.most_bytes, kMostInColumn);
  rows.impl()->begin(table_.columns(), room.most_bytes);
  RowDestination destination(*rows.impl(), room);
  const std::size_t end =
      BatchEmitter<RowEmitter>({table_}, policy_).emit(batch, from, workspace, destination, true, outcome);
  destination.take_back();
  rows.impl()->end();
  return end;
}

}  // namespace bulkmarc
