#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include <bulkmarc/error.hpp>

#include "input/byte_stream.hpp"
#include "input/reader.hpp"

namespace bulkmarc {

/// What an error tells, for a place that names its input anyway.
[[nodiscard]] std::string message_without_path(const Error& error);

/// The base of readers of what can be read only once: to deal a batch is to read its bytes and to split them. Where
/// the input ends in damage, that is a reject after all that could be read before it.
class StreamReader : public Reader {
 public:
  StreamReader(std::unique_ptr<ByteStream> stream, std::size_t batch_bytes)
      : stream_(std::move(stream)), name_(stream_->path().string()), batch_bytes_(batch_bytes) {}

  /// What ends the input before its end, but a request to stop, is a reject (kInputUnreadable) from now on, after all
  /// that could be read before it.
  void keep_going() { keep_going_ = true; }

  [[nodiscard]] std::vector<std::string> inputs() const final { return {name_}; }
  [[nodiscard]] bool counts_bytes() const final { return true; }
  [[nodiscard]] std::uint64_t total() const final { return 0; }
  [[nodiscard]] bool rereadable() const final { return false; }
  void run_on(TaskRunner* runner) final {
    if (stream_) stream_->run_on(runner);
  }
  bool next(Batch& batch) final;

 protected:
  /// Reads bytes into the batch, which has none, and adds the records that start before `limit`. Returns where the next
  /// one starts.
  virtual std::size_t split(Batch& batch, std::size_t limit) = 0;
  /// What is wrong with the end of the input, now that all of it was split, if something is.
  virtual std::optional<Problem> finish() { return std::nullopt; }

  /// Appends some of the input to batch.bytes, at most `length` bytes. Returns false at the end.
  bool read_more(Batch& batch, std::size_t length);
  /// Of the first byte of the batch that is split, in the input.
  [[nodiscard]] std::uint64_t offset() const { return offset_; }
  /// Notes that all before `position` is split, for the case that what follows is refused.
  void set_split(std::size_t position) { split_ = position; }
  /// True when nothing follows what was read.
  [[nodiscard]] bool ended() const { return ended_ && taken_ == rest_.size(); }

 private:
  /// Keeps what was read beyond a batch's records, to be read again. Copies nothing of it that was kept before, so that
  /// looking far ahead costs no more for small batches.
  void keep(std::string_view bytes);
  /// Splits what is there. Sets `split_`, and returns true when the input ends in damage.
  bool deal(Batch& batch);
  /// Adds what is wrong with the end of the input. Returns true when it ends in damage.
  bool add_end(Batch& batch, std::size_t position);
  /// Throws the error that is being handled, unless the run is to go on after it.
  void require_going_on(const Error& error) const;

  std::unique_ptr<ByteStream> stream_;  // Until all of it was read, so that no more memory is held than is needed.
  std::string name_;
  std::size_t batch_bytes_;
  Buffer rest_;            // What was read beyond a batch's records.
  std::size_t taken_ = 0;  // How much of it was read again.
  bool is_fresh_ = false;  // The batch holds bytes that were not kept before.
  std::uint64_t offset_ = 0;
  std::size_t split_ = 0;  // How much of the batch.
  std::string failure_;    // Why nothing more could be read.
  bool keep_going_ = false;
  bool any_record_ = false;
  bool ended_ = false;
  bool finished_ = false;
};

}  // namespace bulkmarc
