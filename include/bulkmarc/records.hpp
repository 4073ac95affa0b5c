#pragma once

#include <cstddef>
#include <cstdint>
#include <iterator>
#include <memory>
#include <string>
#include <vector>

#include <bulkmarc/export_macro.hpp>
#include <bulkmarc/record_view.hpp>
#include <bulkmarc/report.hpp>
#include <bulkmarc/run_options.hpp>
#include <bulkmarc/source.hpp>

namespace bulkmarc {

/// How a RecordStream hands records over.
struct RecordOptions {
  /// Convert text to UTF-8; leader/09 says so then. Without it every record keeps its encoding, and RunOptions::nfc is
  /// an error.
  bool to_utf8 = true;
};

/// Some records, one after the other; none in a new one, and in one that was moved from. Owns their memory; movable.
/// Like a standard container, it may be read by many threads at once, or filled by one.
class BULKMARC_API RecordBatch {
 public:
  RecordBatch();
  ~RecordBatch();
  RecordBatch(RecordBatch&& other) noexcept;
  RecordBatch& operator=(RecordBatch&& other) noexcept;

  [[nodiscard]] std::size_t size() const;

  // All of these REQUIRE that `index` is less than size().

  /// The record, borrowed until the batch is filled again or destroyed; it may be moved meanwhile.
  [[nodiscard]] RecordView operator[](std::size_t index) const;
  /// The record's number in the whole run, from 1. Those that are not handed over count, too.
  [[nodiscard]] std::uint64_t number(std::size_t index) const;
  /// Where its first byte is in its input, decompressed; for a record from memory, its index.
  [[nodiscard]] std::uint64_t offset(std::size_t index) const;
  /// The index of its input in RecordStream::inputs().
  [[nodiscard]] std::size_t input(std::size_t index) const;

  struct Impl;

 private:
  friend struct Internals;
  std::unique_ptr<Impl> impl_;
};

/// The records of a source, one by one in their order: parsed by threads of the stream's own, some batches ahead of
/// whoever takes them, and not more. Movable.
///
///     RecordStream stream(Source::file("catalogue.mrc"));
///     for (const RecordView record : stream) use(record);
///     use(stream.report());
class BULKMARC_API RecordStream {
 public:
  class iterator;

  /// Starts to read as soon as there are the first bytes. `progress` is called by the stream's threads. Throws Error
  /// where the options or the inputs can't be used.
  explicit RecordStream(Source source, RunOptions options = {}, const RecordOptions& record_options = {});
  /// Cancels what is left, and waits for that: for a function of the caller that is running, too. A file for the
  /// rejects is then not written.
  ~RecordStream();
  RecordStream(RecordStream&& other) noexcept;
  RecordStream& operator=(RecordStream&& other) noexcept;

  /// Replaces `batch` by the next records, one at least, or returns false after the last. Waits for them. Thread-safe:
  /// one thread gets all batches in the order of the source, and several get each batch once, in this order. The
  /// memory of `batch` is used again. Throws, to each thread that asks, what ended the run early: Error, or what a
  /// function of the caller threw.
  bool next(RecordBatch& batch);

  /// The records that next() would give, as an input range, which waits and throws as next() does. A view is valid
  /// until the iterator is moved on or destroyed. A loop that is left early has taken the rest of its batch. Each of
  /// several threads may have a loop, and gets whole batches. The stream must not be moved while there are iterators.
  [[nodiscard]] iterator begin();
  [[nodiscard]] static std::default_sentinel_t end() { return {}; }

  /// The account of the whole run. REQUIRES: next() has returned false, or a loop has come to its end.
  [[nodiscard]] const Report& report() const;

  /// A name for each input, as in the report; at any time. Valid as long as the stream, which may be moved.
  [[nodiscard]] const std::vector<std::string>& inputs() const;

 private:
  struct Impl;
  [[nodiscard]] Impl& impl() const;

  std::unique_ptr<Impl> impl_;
};

/// Owns the batch that its record is in. Movable; an input iterator, whose end is std::default_sentinel.
class RecordStream::iterator {
 public:
  using value_type = RecordView;
  using difference_type = std::ptrdiff_t;
  using iterator_concept = std::input_iterator_tag;

  explicit iterator(RecordStream& stream) : stream_(&stream) { take_batch(); }
  RecordView operator*() const { return batch_[at_]; }
  iterator& operator++() {
    if (++at_ == batch_.size()) take_batch();
    return *this;
  }
  void operator++(int) { ++*this; }
  friend bool operator==(const iterator& at, std::default_sentinel_t) { return at.stream_ == nullptr; }

 private:
  void take_batch() {
    at_ = 0;
    if (!stream_->next(batch_)) stream_ = nullptr;
  }

  RecordStream* stream_;  // Null at the end.
  RecordBatch batch_;
  std::size_t at_ = 0;
};

inline RecordStream::iterator RecordStream::begin() { return iterator(*this); }

}  // namespace bulkmarc
