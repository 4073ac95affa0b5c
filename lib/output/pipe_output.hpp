#pragma once

#include <cstddef>
#include <filesystem>
#include <stop_token>

#include "output/output.hpp"
#include "platform/platform.hpp"

namespace bulkmarc {

/// A pipe, a device or a terminal: written to as the bytes come. There is nothing to rename and nothing to discard.
/// Whatever it waits for, a reader or room in a pipe, it stops waiting with Error (kCancelled) when a stop is
/// requested.
class PipeOutput final : public StreamedOutput {
 public:
  /// Opens a pipe, once somebody reads it, or a device. Throws Error (kTargetUnusable).
  explicit PipeOutput(std::filesystem::path target, std::stop_token stop = {});
  /// Writes to a descriptor that stays open and is not owned.
  PipeOutput(int descriptor, std::filesystem::path name, std::stop_token stop = {});

  void append(std::string_view bytes) override;
  void commit() override {}

 private:
  void open_when_somebody_reads();
  void avoid_blocking();
  void wait_for_room() const;

  std::filesystem::path name_;
  std::stop_token stop_;
  Descriptor owned_;
  int descriptor_;
  bool may_block_ = true;     // The descriptor; so it is written to only when it has room.
  std::size_t most_at_once_;  // Bytes that can be written without blocking when it has room.
};

}  // namespace bulkmarc
