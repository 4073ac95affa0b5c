#include "pipeline/digest_maker.hpp"

#include <cstdint>
#include <string_view>

#include "text/blanks.hpp"

namespace bulkmarc {
namespace {

void add(DigestBatch& digests, RecordDigest digest, std::string_view control_number) {
  const std::string_view id = without_blanks(control_number);
  digest.key = key_of(id);
  digest.id_begin = digests.ids.size();
  digest.id_length = id.size();
  digests.ids.append(id);
  digests.records.push_back(digest);
}

}  // namespace

Hash DigestMaker::content(RecordView record, Workspace& workspace) const {
  if (ignored_) ignored_->apply(record, workspace.compared);
  return content_of(record, workspace.digest);
}

std::size_t DigestMaker::make(const Batch& batch, std::size_t from, Workspace& workspace, Room /*room*/,
                              DigestBatch& digests, BatchResult& result) const {
  digests.begin(batch.input);
  BatchGate gate(policy_, true, BatchGate::Mode::kMeasure, batch, from, workspace, result);
  const auto items = batch.items();
  for (std::size_t index = from; index < items.size(); ++index) {
    const RecordDigest digest{.number = batch.first_number + index, .offset = items[index].offset};
    const std::uint64_t selected_out = result.selected_out;
    const AdmittedRecord* admitted = gate.admit(index, workspace.writer);
    if (admitted == nullptr) [[unlikely]] {
      const bool is_rejected = result.selected_out == selected_out;
      const std::string_view id = control_number_of(items[index]);
      if (is_rejected && !without_blanks(id).empty()) add(digests, digest, id);
      continue;
    }
    const std::string_view id = admitted->view.control_number();
    if (without_blanks(id).empty()) [[unlikely]] {
      gate.settle(Problem{Reason::kControlNumber, "there is none"}, workspace.writer);
      continue;
    }
    const bool is_taken = gate.settle(std::nullopt, workspace.writer);
    add(digests, digest, id);
    digests.records.back().is_repaired = !workspace.writer.repairs.empty();
    if (is_taken) [[likely]]
      digests.records.back().content = content(admitted->view, workspace);
  }
  gate.finish(items.size());
  return items.size();
}

}  // namespace bulkmarc
