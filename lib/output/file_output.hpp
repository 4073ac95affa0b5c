#pragma once

#include <cstdint>
#include <memory>
#include <span>
#include <string>
#include <string_view>
#include <utility>

#include "output/atomic_file.hpp"
#include "output/output.hpp"

namespace bulkmarc {

/// Mapped: the whole temporary file is allocated, so that a full disk is an error and not a signal, and mapped.
class MappedFileOutput final : public MappedOutput {
 public:
  explicit MappedFileOutput(std::unique_ptr<AtomicFile> file) : file_(std::move(file)) {}

  /// Why the file, which is empty, can't be mapped; empty where it can. Some network and FUSE file systems allocate no
  /// space in advance or map nothing. Throws Error.
  static std::string obstacle(AtomicFile& file);

  void presize(std::uint64_t size) override;
  std::span<char> slice(std::uint64_t offset, std::uint64_t length) override;
  void prepare() override;
  void commit() override;

 private:
  std::unique_ptr<AtomicFile> file_;
  std::unique_ptr<Mapping> mapping_;  // None while the file is empty.
};

/// Streamed: write(2) of whole batches, in order.
class StreamedFileOutput final : public StreamedOutput {
 public:
  explicit StreamedFileOutput(std::unique_ptr<AtomicFile> file) : file_(std::move(file)) {}

  void expect(std::uint64_t bytes) override { file_->expect(bytes); }
  void append(std::string_view bytes) override { file_->write(bytes); }
  void prepare() override { file_->prepare(); }
  void publish() override { file_->publish(); }
  void commit() override { file_->commit(); }

 private:
  std::unique_ptr<AtomicFile> file_;
};

}  // namespace bulkmarc
