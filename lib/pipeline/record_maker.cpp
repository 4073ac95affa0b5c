#include "pipeline/record_maker.hpp"

#include <optional>

#include "record/internals.hpp"
#include "record/record_batch.hpp"

namespace bulkmarc {
namespace {

bool has_room(const Room& room, const RecordBatch::Impl& made, const RecordView& record) {
  if (room.for_any_record && made.records.size() == 0) return true;
  return made.size_with(record) <= room.most_bytes;
}

}  // namespace

std::size_t RecordMaker::make(const Batch& batch, std::size_t from, Workspace& workspace, Room room,
                              RecordBatch& records, BatchResult& result) const {
  RecordBatch::Impl& made = *Internals::of(records);
  made.begin(batch.input, policy_.to_utf8);
  BatchGate gate(policy_, policy_.to_utf8, BatchGate::Mode::kMeasure, batch, from, workspace, result);
  std::size_t index = from;
  for (; index < batch.items().size(); ++index) {
    const AdmittedRecord* admitted = gate.admit(index, workspace.writer);
    if (admitted == nullptr) [[unlikely]]
      continue;
    if (!has_room(room, made, admitted->view)) [[unlikely]] {
      gate.postpone();
      break;
    }
    if (!gate.settle(std::nullopt, workspace.writer)) [[unlikely]]
      continue;
    made.add(admitted->view, workspace.writer.origin.number, batch.items()[index].offset);
    gate.note_end(made.bytes.size());
  }
  gate.finish(index);
  return index;
}

}  // namespace bulkmarc
