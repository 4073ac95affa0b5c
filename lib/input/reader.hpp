#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <vector>

#include "record/batch.hpp"
#include "tasks/ordered_tasks.hpp"

namespace bulkmarc {

/// A record without an end is given up, and rejected in pieces, after this many bytes.
inline constexpr std::size_t kLongestPiece = std::size_t{64} << 20;

/// Splits inputs into batches of decoded records. What fails throws Error.
class Reader {
 public:
  virtual ~Reader() = default;

  /// A name for each input, for the report.
  [[nodiscard]] virtual std::vector<std::string> inputs() const = 0;
  /// What ranges count: bytes, or else records.
  [[nodiscard]] virtual bool counts_bytes() const = 0;
  /// How much there is to read, in the unit of ranges, or 0 where it can't be known.
  [[nodiscard]] virtual std::uint64_t total() const = 0;
  /// True when any range may be loaded any number of times, from any thread.
  [[nodiscard]] virtual bool rereadable() const = 0;

  /// As ByteStream::run_on(), for what next() reads. Not while it does.
  virtual void run_on(TaskRunner* /*runner*/) {}

  /// Deals the next batch: sets its input and range, and, when the input can be read only once, its bytes. Returns
  /// false at the end. Serial: called by one thread at a time.
  virtual bool next(Batch& batch) = 0;

  /// Fills the dealt batch with its records. May run for several batches at once. A range that is not
  /// exact is loaded on the guess that a record ends where its terminator stands; `start` and `stop` tell what
  /// was found, so that the engine can check the guess against the batch before. Batches that can be loaded again may
  /// give up for now, as batch.most_bytes says.
  virtual void load(Batch& batch) = 0;
};

}  // namespace bulkmarc
