#include "pipeline/value_maker.hpp"

#include <optional>
#include <string_view>

namespace bulkmarc {
namespace {

/// As many of the first characters of a text in UTF-8 as have room.
std::string_view first_characters(std::string_view text) {
  if (text.size() <= ValueMaker::kLongestValue) return text;
  std::size_t length = ValueMaker::kLongestValue;
  while (length > 0 && (static_cast<unsigned char>(text[length]) & 0xC0) == 0x80) --length;
  return text.substr(0, length);
}

}  // namespace

void ValueMaker::add(const RecordView& record, std::uint64_t number, Workspace& workspace, ValueBatch& values) const {
  RowMemory& memory = workspace.writer.rows;
  memory.fields.set_record(record);
  for (std::uint32_t spec = 0; spec < columns_.size(); ++spec) {
    columns_[spec].each(record.leader(), memory, [&](std::string_view value) {
      value = first_characters(value);
      values.values.push_back({hash_of(value), spec, values.text.size(), value.size(), number});
      values.text.append(value);
      return true;
    });
  }
}

std::size_t ValueMaker::make(const Batch& batch, std::size_t from, Workspace& workspace, Room room, ValueBatch& values,
                             BatchResult& result) const {
  values.values.clear();
  values.text.clear();
  BatchGate gate(policy_, true, BatchGate::Mode::kAppend, batch, from, workspace, result);
  const auto items = batch.items();
  std::size_t index = from;
  for (; index < items.size(); ++index) {
    const AdmittedRecord* admitted = gate.admit(index, workspace.writer);
    if (admitted == nullptr) [[unlikely]]
      continue;
    const std::size_t values_before = values.values.size();
    const std::size_t text_before = values.text.size();
    add(admitted->view, batch.first_number + index, workspace, values);
    const bool may_be_long = room.for_any_record && values_before == 0;
    const bool has_room = may_be_long || values.bytes() <= room.most_bytes;
    if (!has_room || !gate.settle(std::nullopt, workspace.writer)) [[unlikely]] {
      values.values.set_size(values_before);
      values.text.set_size(text_before);
      if (has_room) continue;
      gate.postpone();
      break;
    }
    gate.note_end(values.text.size());
  }
  gate.finish(index);
  return index;
}

}  // namespace bulkmarc
