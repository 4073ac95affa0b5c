#pragma once

#include <filesystem>
#include <memory>

#include "output/atomic_file.hpp"
#include "output/output.hpp"

namespace bulkmarc {

/// Presized: the whole temporary file is allocated, so that a full disk is an error and not a signal, and mapped.
class MappedFileOutput final : public PresizedOutput {
 public:
  MappedFileOutput(const std::filesystem::path& target, FileOptions options) : file_(target, options) {}

  void presize(std::uint64_t size) override;
  std::span<char> slice(std::uint64_t offset, std::uint64_t length) override;
  void commit() override;

 private:
  AtomicFile file_;
  std::unique_ptr<Mapping> mapping_;  // None while the file is empty.
};

/// Appended: write(2) of whole batches, in order.
class StreamedFileOutput final : public AppendedOutput {
 public:
  StreamedFileOutput(const std::filesystem::path& target, FileOptions options) : file_(target, options) {}

  void append(std::string_view bytes) override { file_.write(bytes); }
  void commit() override { file_.commit(); }

 private:
  AtomicFile file_;
};

}  // namespace bulkmarc
