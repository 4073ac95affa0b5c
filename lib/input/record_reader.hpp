#pragma once

#include <cstdint>
#include <functional>
#include <span>
#include <string>
#include <vector>

#include <bulkmarc/record.hpp>

#include "input/reader.hpp"

namespace bulkmarc {

/// Records in memory; ranges count records.
class SpanReader final : public Reader {
 public:
  SpanReader(std::span<const Record> records, std::size_t batch_bytes);

  [[nodiscard]] std::vector<std::string> inputs() const override { return {"records in memory"}; }
  [[nodiscard]] bool counts_bytes() const override { return false; }
  [[nodiscard]] std::uint64_t total() const override { return records_.size(); }
  [[nodiscard]] bool rereadable() const override { return true; }
  bool next(Batch& batch) override;
  void load(Batch& batch) override;

 private:
  std::span<const Record> records_;
  std::uint64_t batch_records_;
  std::uint64_t dealt_ = 0;
};

/// Records made on demand by their index; ranges count records.
class IndexedReader final : public Reader {
 public:
  using Make = std::function<void(std::uint64_t index, Record& record)>;
  IndexedReader(std::uint64_t count, Make make, std::size_t batch_bytes);

  [[nodiscard]] std::vector<std::string> inputs() const override { return {"records made on demand"}; }
  [[nodiscard]] bool counts_bytes() const override { return false; }
  [[nodiscard]] std::uint64_t total() const override { return count_; }
  [[nodiscard]] bool rereadable() const override { return true; }
  bool next(Batch& batch) override;
  void load(Batch& batch) override;

 private:
  std::uint64_t count_;
  Make make_;
  std::uint64_t batch_records_;
  std::uint64_t dealt_ = 0;
};

/// Records that come one by one and only once.
class PulledReader final : public Reader {
 public:
  using Next = std::function<bool(Record& record)>;
  PulledReader(Next next, std::size_t batch_bytes);

  [[nodiscard]] std::vector<std::string> inputs() const override { return {"records one by one"}; }
  [[nodiscard]] bool counts_bytes() const override { return false; }
  [[nodiscard]] std::uint64_t total() const override { return 0; }
  [[nodiscard]] bool rereadable() const override { return false; }
  bool next(Batch& batch) override;
  void load(Batch&) override {}

 private:
  Next next_;
  std::size_t batch_bytes_;
  std::uint64_t dealt_ = 0;
  bool ended_ = false;
};

}  // namespace bulkmarc
