#include "pipeline/formatter.hpp"

#include <cstdint>
#include <utility>

#include "formats/registry.hpp"

namespace bulkmarc {

Formatter::Formatter(std::unique_ptr<BatchWriter> writer, const Policy& policy)
    : writer_(std::move(writer)), policy_(policy) {}

std::uint64_t Formatter::measure(const Batch& batch, Workspace& workspace, BatchResult& result) const {
  BatchGate gate(policy_, writer_->is_utf8(), BatchGate::Mode::kMeasure, batch, 0, workspace, result);
  const std::uint64_t length = writer_->measure(batch, workspace.writer, gate);
  gate.finish(batch.items().size());
  return length;
}

bool Formatter::write(const Batch& batch, Workspace& workspace, std::span<char> slice, bool first) const {
  BatchResult known;
  BatchGate gate(policy_, writer_->is_utf8(), BatchGate::Mode::kRewrite, batch, 0, workspace, known);
  return writer_->write(batch, workspace.writer, slice, first, gate);
}

std::size_t Formatter::append(const Batch& batch, std::size_t from, Workspace& workspace, Room room, Buffer& output,
                              BatchResult& result) const {
  BatchGate gate(policy_, writer_->is_utf8(), BatchGate::Mode::kAppend, batch, from, workspace, result);
  const std::size_t end = writer_->append(batch, from, workspace.writer, room, output, gate);
  gate.finish(end);
  return end;
}

std::unique_ptr<Formatter> make_formatter(Format format, const Policy& policy, const std::optional<Table>& table) {
  return std::make_unique<Formatter>(make_batch_writer(format, policy.to_utf8, table), policy);
}

}  // namespace bulkmarc
