#pragma once

#include <cstddef>
#include <cstdint>
#include <limits>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include <bulkmarc/record.hpp>
#include <bulkmarc/record_view.hpp>

#include "record/field_location.hpp"
#include "text/buffer.hpp"
#include "text/charset.hpp"

namespace bulkmarc {

/// A stretch of an input, in bytes or in records, whichever the reader counts. It stands for the records that
/// start in [begin, end).
struct Range {
  static constexpr std::uint64_t kNowhere = std::numeric_limits<std::uint64_t>::max();
  std::uint64_t begin = 0;
  std::uint64_t end = 0;
  /// A record is known to start at `begin`. Otherwise the reader has to look for the first start after it.
  bool exact = true;
};

/// One record of a batch. Everything is borrowed from the batch, or from the records in memory behind it.
struct BatchRecord {
  RecordView view;           ///< Of a rejected record what could be decoded, or empty.
  std::string_view raw;      ///< Its bytes in the input, 0x1D included; empty for a record from memory.
  std::uint64_t offset = 0;  ///< Of its first byte in its input; for a record from memory its index.
  bool well_formed = false;  ///< `raw` is ISO 2709 without a flaw, and can be copied as it stands.
  bool rejected = false;     ///< It could not be decoded; the batch has the Problem.
  bool repaired = false;     ///< `view` is a rebuilt copy; the batch has the Problems.
};

/// The bytes of a batch that belong to no record.
struct Skipped {
  std::uint64_t bytes = 0;
  std::uint64_t offset = 0;  ///< Of the first of them in the input.
  std::size_t before = 0;    ///< The index of the record that follows the first of them, among those that were loaded.
};

/// A record that was rebuilt: sound like one in memory (leader, and fields that each end with 0x1E), and what was wrong
/// with the original.
struct RepairedRecord {
  std::string bytes;
  std::vector<DirectoryEntry> directory;
  std::vector<Problem> repairs;

  [[nodiscard]] RecordView view() const { return {bytes, directory}; }
};

/// Some records handled by one task, and the memory that they stand in, which is used again for the next ones.
class Batch {
 public:
  std::size_t input = 0;  ///< The index of the input that `range` belongs to.
  Range range;            ///< What was dealt.
  /// Where the records of the batch really begin and end once they are loaded: the end is where the next
  /// batch's first record starts. kNowhere where no record starts in the range.
  std::uint64_t start = Range::kNowhere;
  std::uint64_t stop = Range::kNowhere;
  /// Loading may give up when it would take more than this many bytes.
  static constexpr std::size_t kAnyBytes = std::numeric_limits<std::size_t>::max();
  std::size_t most_bytes = kAnyBytes;
  bool gave_up = false;  ///< It did, and there are no records.
  /// The number of items()[0] in the whole run, from 1; 0 until the batches before it are loaded.
  std::uint64_t first_number = 0;

  /// What the text of its records is in; null where each says so itself, or is in UTF-8.
  const Charset* charset = nullptr;

  Buffer bytes;                 ///< For readers of bytes.
  std::vector<Record> records;  ///< For readers that make records; only the first size() are in use.

  /// Forgets the loaded records; keeps the memory and the range.
  void clear();

  /// Adds a record that borrows nothing from `bytes`.
  void add(const BatchRecord& record) { items_.push_back(record); }
  /// Adds a well-formed record at bytes[position, position + length), whose entries are directory()[first_entry, end).
  void add_decoded(std::size_t position, std::size_t length, std::size_t first_entry);
  /// Adds a record that can't be decoded.
  void add_rejected(std::size_t position, std::size_t length, Problem problem);
  /// Adds a record that was rebuilt.
  void add_repaired(std::size_t position, std::size_t length, RepairedRecord record);
  /// Adds the bytes of a record whose view is set when they are parsed.
  void add_unparsed(std::size_t position, std::size_t length);
  /// Notes that bytes[position, position + length), before the record that is added next, belong to none.
  void add_skipped(std::size_t position, std::size_t length);
  /// Makes views of what was added, now that `bytes` will not move any more. `offset` is that of bytes[0].
  void seal(std::uint64_t offset);

  /// Gives items()[index], which was added unparsed, its record, borrowed, and takes what was repaired in it.
  void set_parsed(std::size_t index, const RecordView& view, std::vector<Problem>& repairs);
  /// Rejects items()[index], which was added unparsed; `view` is what could be parsed of it, borrowed.
  void set_rejected(std::size_t index, const RecordView& view, Problem problem);

  /// Leaves out the first `count` records of a sealed batch, which then starts and is numbered as the next one. Bytes
  /// that belong to no record are skipped ones as before. REQUIRES, as keep_first() does: it has that many.
  void drop_first(std::size_t count);
  /// Leaves out everything after the first `count` records, so that the batch stops where the last of them ends.
  void keep_first(std::size_t count);

  [[nodiscard]] Array<DirectoryEntry>& directory() { return directory_; }
  [[nodiscard]] std::span<const BatchRecord> items() const { return std::span(items_).subspan(first_); }
  [[nodiscard]] const Skipped& skipped() const { return skipped_; }
  /// How many bytes that belong to no record stand before items()[from, to), or behind them where they are the last.
  [[nodiscard]] std::uint64_t skipped_bytes(std::size_t from, std::size_t to) const;
  /// The number in the run of the record that follows the first bytes that belong to none.
  [[nodiscard]] std::uint64_t number_after_skipped() const { return first_number - first_ + skipped_.before; }
  /// Why items()[index] was rejected, or what was repaired in it. REQUIRES: it was.
  [[nodiscard]] const std::vector<Problem>& problems(std::size_t index) const;

 private:
  struct Placed {
    std::size_t position;
    std::size_t length;
    std::size_t first_entry;
    std::size_t entries;
  };
  struct Damaged {
    std::size_t index;
    bool rejected;
    RepairedRecord record;  // Of a rejected one only the problems.
  };

  void set_damaged(Damaged damaged);

  /// Bytes that belong to no record, and the index in items_ of the record that follows them.
  struct Gap {
    std::size_t before;
    std::size_t bytes;
  };

  std::vector<BatchRecord> items_;
  std::size_t first_ = 0;  // Of items(), in items_.
  std::vector<Placed> placed_;
  Array<DirectoryEntry> directory_;
  std::vector<Damaged> damaged_;
  std::vector<Gap> gaps_;
  Skipped skipped_;
};

}  // namespace bulkmarc
