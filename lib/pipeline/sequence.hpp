#pragma once

#include <cstddef>
#include <cstdint>

#include "record/batch.hpp"

namespace bulkmarc {

/// Puts batches, which are loaded in any order, into the sequence of the run. Called in input order. Not thread-safe.
class Sequence {
 public:
  /// The first record of the run starts at `position` of an input, and has this number.
  Sequence(std::size_t input, std::uint64_t position, std::uint64_t first_number)
      : input_(input), position_(position), next_number_(first_number) {}
  Sequence() : Sequence(0, 0, 1) {}

  /// Whether a loaded batch begins where the one before it ended; then its records are numbered. If not, its guess was
  /// wrong: when records of the batch before reach beyond its range it is emptied, and otherwise its range is corrected
  /// and it must be loaded again, after which it continues.
  enum class Continuity { kContinues, kSwallowed, kMustReload };
  Continuity place(Batch& batch);

 private:
  std::size_t input_;
  std::uint64_t position_;     // Where the next record of the input starts.
  std::uint64_t next_number_;  // Of that record, in the run.
};

}  // namespace bulkmarc
