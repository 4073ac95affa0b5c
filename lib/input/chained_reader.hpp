#pragma once

#include <cstddef>
#include <cstdint>
#include <functional>
#include <memory>
#include <mutex>
#include <string>
#include <utility>
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
  void run_on(TaskRunner* runner) override;
  bool next(Batch& batch) override;
  void load(Batch& batch) override { readers_[batch.input]->load(batch); }

 private:
  std::vector<std::unique_ptr<Reader>> readers_;
  std::size_t current_ = 0;
};

/// An input of which nothing is read: a run over a range of a catalogue numbers and names all inputs.
class UnreadInput final : public Reader {
 public:
  explicit UnreadInput(std::string name) : name_(std::move(name)) {}

  [[nodiscard]] std::vector<std::string> inputs() const override { return {name_}; }
  [[nodiscard]] bool counts_bytes() const override { return true; }
  [[nodiscard]] std::uint64_t total() const override { return 0; }
  [[nodiscard]] bool rereadable() const override { return true; }
  bool next(Batch&) override { return false; }
  void load(Batch&) override {}

 private:
  std::string name_;
};

/// A reader that is opened when its turn comes and closed when its last batch is loaded, so that a run may have any
/// number of inputs. Read once. One that can't be opened may be a reject (kInputUnreadable) instead of an error.
class LazyReader final : public Reader {
 public:
  enum class WhenUnreadable { kThrow, kReject };

  /// `open` gives a reader of bytes that can be read once.
  LazyReader(std::string name, std::function<std::unique_ptr<Reader>()> open,
             WhenUnreadable when_unreadable = WhenUnreadable::kThrow)
      : name_(std::move(name)), open_(std::move(open)), when_unreadable_(when_unreadable) {}

  [[nodiscard]] std::vector<std::string> inputs() const override { return {name_}; }
  [[nodiscard]] bool counts_bytes() const override { return true; }
  [[nodiscard]] std::uint64_t total() const override { return 0; }
  [[nodiscard]] bool rereadable() const override { return false; }
  void run_on(TaskRunner* runner) override;
  bool next(Batch& batch) override;
  void load(Batch& batch) override;

 private:
  /// Opens the reader. Returns false where it can't be, and that is dealt as a reject.
  bool open(Batch& batch);

  std::string name_;
  std::function<std::unique_ptr<Reader>()> open_;
  WhenUnreadable when_unreadable_;
  TaskRunner* runner_ = nullptr;
  std::unique_ptr<Reader> reader_;
  std::mutex mutex_;          // For all below, and the end of the reader.
  std::size_t unloaded_ = 0;  // Batches that were dealt and not yet loaded.
  bool ended_ = false;
};

}  // namespace bulkmarc
