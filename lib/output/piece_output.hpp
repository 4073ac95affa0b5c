#pragma once

#include <memory>
#include <string>
#include <string_view>
#include <utility>

#include "output/atomic_file.hpp"
#include "output/output.hpp"
#include "output/sha256.hpp"

namespace bulkmarc {

/// What is known of a file once it is written.
struct WrittenPiece {
  FileContent content;
  std::string sha256;
};

/// A file that is told apart by its SHA-256.
class PieceOutput final : public StreamedOutput {
 public:
  /// Sets `written`, which it borrows, when the file is complete.
  PieceOutput(std::unique_ptr<AtomicFile> file, WrittenPiece& written) : file_(std::move(file)), written_(written) {}

  void expect(std::uint64_t bytes) override { file_->expect(bytes); }
  void append(std::string_view bytes) override {
    file_->write(bytes);
    hash_.add(bytes);
  }
  void end_file(const FileContent& content) override { written_.content = content; }
  void prepare() override {
    if (written_.sha256.empty()) written_.sha256 = hash_.digest();
    file_->prepare();
  }
  void publish() override { file_->publish(); }
  void commit() override {
    prepare();
    file_->commit();
  }

 private:
  std::unique_ptr<AtomicFile> file_;
  WrittenPiece& written_;
  Sha256 hash_;
};

}  // namespace bulkmarc
