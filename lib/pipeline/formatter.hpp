#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <optional>
#include <span>
#include <string_view>

#include <bulkmarc/format.hpp>
#include <bulkmarc/table.hpp>

#include "formats/batch_writer.hpp"
#include "pipeline/batch_gate.hpp"
#include "pipeline/batch_result.hpp"
#include "record/batch.hpp"
#include "text/buffer.hpp"

namespace bulkmarc {

/// Writes what a policy lets through, in one format, batch by batch, and tells what became of each record. A file is
/// prologue, records with separators between them, epilogue. Immutable, and may be used from any thread.
class Formatter {
 public:
  Formatter(std::unique_ptr<BatchWriter> writer, const Policy& policy);

  [[nodiscard]] std::string_view prologue() const { return writer_->prologue(); }
  [[nodiscard]] std::string_view separator() const { return writer_->separator(); }
  [[nodiscard]] std::string_view epilogue() const { return writer_->epilogue(); }

  /// As BatchWriter does; sets `result`.
  std::uint64_t measure(const Batch& batch, Workspace& workspace, BatchResult& result) const;
  bool write(const Batch& batch, Workspace& workspace, std::span<char> slice, bool first) const;
  std::size_t append(const Batch& batch, std::size_t from, Workspace& workspace, Room room, Buffer& output,
                     BatchResult& result) const;
  /// Appends all of them.
  void append(const Batch& batch, Workspace& workspace, Buffer& output, BatchResult& result) const {
    append(batch, 0, workspace, Room{}, output, result);
  }

 private:
  std::unique_ptr<BatchWriter> writer_;
  Policy policy_;
};

/// The formatter of a format. REQUIRES: as make_batch_writer() does.
[[nodiscard]] std::unique_ptr<Formatter> make_formatter(Format format, const Policy& policy,
                                                        const std::optional<Table>& table = std::nullopt);

}  // namespace bulkmarc
