#pragma once

#include <cstdint>
#include <string>

#include "output/output.hpp"

namespace bulkmarc {

/// The caller's string, replaced on commit. Serves both ways.
class MemoryOutput final : public MappedOutput, public StreamedOutput {
 public:
  explicit MemoryOutput(std::string& target) : target_(target) {}

  void presize(std::uint64_t size) override { bytes_.resize(size); }
  std::span<char> slice(std::uint64_t offset, std::uint64_t length) override {
    return std::span(bytes_).subspan(offset, length);
  }
  void append(std::string_view bytes) override { bytes_ += bytes; }
  void commit() override { target_.swap(bytes_); }

 private:
  std::string& target_;
  std::string bytes_;
};

}  // namespace bulkmarc
