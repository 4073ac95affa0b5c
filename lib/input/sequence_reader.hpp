#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <string>
#include <vector>

#include "input/reader.hpp"

namespace bulkmarc {

/// Several inputs of bytes, one after the other.
class SequenceReader final : public Reader {
 public:
  explicit SequenceReader(std::vector<std::unique_ptr<Reader>> readers) : readers_(std::move(readers)) {}

  [[nodiscard]] std::vector<std::string> inputs() const override;
  [[nodiscard]] bool counts_bytes() const override { return true; }
  [[nodiscard]] std::uint64_t total() const override;
  [[nodiscard]] bool rereadable() const override;
  bool next(Batch& batch) override;
  void load(Batch& batch) override { readers_[batch.input]->load(batch); }

 private:
  std::vector<std::unique_ptr<Reader>> readers_;
  std::size_t current_ = 0;
};

}  // namespace bulkmarc
