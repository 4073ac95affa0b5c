#pragma once

#include <filesystem>

#include "output/output.hpp"
#include "platform/platform.hpp"

namespace bulkmarc {

/// A pipe, a device or a terminal: written to as the bytes come. There is nothing to rename and nothing to discard.
class DirectOutput final : public AppendedOutput {
 public:
  /// Opens a pipe or device. Throws Error (kTargetUnusable).
  explicit DirectOutput(const std::filesystem::path& target);
  /// Writes to a descriptor that stays open and is not owned.
  DirectOutput(int descriptor, std::filesystem::path name);

  void append(std::string_view bytes) override;
  void commit() override {}

 private:
  std::filesystem::path name_;
  Descriptor owned_;
  int descriptor_;
};

}  // namespace bulkmarc
