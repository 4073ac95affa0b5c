#pragma once

#include <cstddef>
#include <filesystem>
#include <memory>
#include <span>
#include <string>

#include "input/byte_stream.hpp"
#include "text/buffer.hpp"

namespace bulkmarc {

/// A stream of text in UTF-8, whatever the encoding of its original. What can't be converted becomes a byte that is not
/// UTF-8, so that it is found, and reported, where its record is read.
class Transcoder final : public ByteStream {
 public:
  /// Throws Error (kInputEncoding) for an encoding that iconv does not know.
  Transcoder(std::unique_ptr<ByteStream> original, const std::string& encoding);
  ~Transcoder() override;

  [[nodiscard]] const std::filesystem::path& path() const override { return original_->path(); }
  std::size_t read(std::span<char> bytes) override;
  [[nodiscard]] std::string damage() const override { return original_->damage(); }
  void run_on(TaskRunner* runner) override { original_->run_on(runner); }

 private:
  /// Converts another chunk. Returns false at the end.
  bool convert();

  std::unique_ptr<ByteStream> original_;
  void* converter_;
  std::size_t unit_;  // The bytes of the encoding's smallest unit.
  Buffer input_;
  Buffer output_;
  std::size_t handed_out_ = 0;
};

}  // namespace bulkmarc
