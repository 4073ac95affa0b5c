#include "formats/iso2709/reader.hpp"

#include <algorithm>
#include <cstdint>
#include <cstring>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <variant>

#include <fmt/format.h>

#include <bulkmarc/error.hpp>

#include "formats/detection.hpp"
#include "formats/iso2709/repair.hpp"
#include "formats/iso2709/syntax.hpp"
#include "input/reader.hpp"

namespace bulkmarc {

namespace {

/// A record without the line ends that a program wrote into it at a fixed width, or nothing where that is
/// not how it looks. Records may begin in mid-line.
std::optional<std::string> without_line_ends(std::string_view record) {
  const std::size_t first = record.find('\n');
  if (first == std::string_view::npos || first == 0) return std::nullopt;
  const std::string_view line_end = record[first - 1] == '\r' ? "\r\n" : "\n";
  std::string joined;
  std::size_t columns = 0;
  while (true) {
    const std::size_t length = record.find(line_end);
    if (length == std::string_view::npos) break;
    if (columns != 0 && length != columns && joined.size() != columns) return std::nullopt;
    if (columns > length) return std::nullopt;
    columns = length;
    joined += record.substr(0, length);
    record.remove_prefix(length + line_end.size());
  }
  joined += record;
  return joined;
}

class Splitter {
 public:
  Splitter(Batch& batch, std::size_t limit, std::size_t end, const ReadMore& read_more)
      : batch_(batch), limit_(limit), end_(end), read_more_(read_more) {}

  /// Takes one record, or what must pass for one, with the padding before it; or padding that reaches beyond the limit.
  /// Returns where the next one starts, or `position` at the end of the input.
  std::size_t take(std::size_t position) {
    if (const std::size_t end = take_well_formed(position); end != position) return end;
    const std::size_t start = skip_padding(position);
    if (start != position) {
      // A record may reach beyond the end where the input has changed.
      const std::size_t skipped_to = std::max(position, std::min(start, end_));
      batch_.add_skipped(position, skipped_to - position);
      if (start >= limit_) return skipped_to;
      if (const std::size_t end = take_well_formed(start); end != start) return end;
    }
    return available(start, 1) ? take_damaged(start) : start;
  }

 private:
  /// Where the bytes at a position can't go on as one record.
  struct End {
    enum Kind { kTerminator, kLeader, kInput, kTooFar } kind;
    std::size_t length;
  };

  /// The record at `position`, if its length leads to a terminator and all of its structure agrees.
  std::size_t take_well_formed(std::size_t position) {
    if (!available(position, kShortestRecord)) return position;
    const auto length = declared_length(rest(position));
    if (!length || *length < kShortestRecord || !available(position, *length)) return position;
    const std::string_view record = rest(position).substr(0, *length);
    if (record.back() != kRecordTerminator) return position;
    const std::size_t first_entry = batch_.directory().size();
    if (!decode_well_formed(record, batch_.directory())) return position;
    batch_.add_decoded(position, *length, first_entry);
    return position + *length;
  }

  /// What stands at `position`, where no well-formed record does.
  std::size_t take_damaged(std::size_t position) {
    if (const std::size_t end = take_by_directory(position); end != position) return end;
    const End found = find_end(position);
    const std::string_view piece = rest(position).substr(0, found.length);
    const std::size_t end = position + found.length;
    if (found.kind == End::kTerminator && found.length == 1) {
      batch_.add_skipped(position, 1);
      return end;
    }
    if (!is_leader(piece)) {
      if (const auto other = find_text_format(piece)) return take_other_format(position, piece, *other);
      if (found.kind == End::kLeader) return take_text(position, piece);
    }
    if (found.kind == End::kTooFar) {
      batch_.add_rejected(position, piece.size(),
                          {Reason::kRecordLength, fmt::format("no record terminator within {} bytes", piece.size())});
      return end;
    }
    if (found.kind == End::kInput) return take_last(position, piece);
    return take_piece(position, found);
  }

  /// The record at `position`, if its length is wrong but its directory leads to a record terminator.
  std::size_t take_by_directory(std::size_t position) {
    if (!available(position, kLeaderSignLength) || !begins_with_leader(rest(position))) return position;
    available(position, kLongestRecord);
    // No more than that, so that nothing depends on how much was read ahead.
    const auto length = length_by_directory(rest(position).substr(0, kLongestRecord));
    if (!length || !available(position, *length)) return position;
    const std::string_view record = rest(position).substr(0, *length);
    if (record.back() != kRecordTerminator) return position;
    auto repaired = repair_leader(record);
    if (!repaired) return position;
    batch_.add_repaired(position, record.size(), std::move(*repaired));
    return position + *length;
  }

  /// Bytes that belong to no record, before the leader of one.
  std::size_t take_text(std::size_t position, std::string_view piece) {
    if (!holds_delimiters(piece)) {
      batch_.add_skipped(position, piece.size());
    } else {
      batch_.add_rejected(position, piece.size(), {Reason::kLeader, "no leader before the next record"});
    }
    return position + piece.size();
  }

  /// Records of another format, after some text perhaps.
  std::size_t take_other_format(std::size_t position, std::string_view piece, const FoundTextFormat& other) {
    if (other.begin != 0 && !holds_delimiters(piece.substr(0, other.begin))) {
      batch_.add_skipped(position, other.begin);
      return position + other.begin;
    }
    batch_.add_rejected(position, piece.size(),
                        {Reason::kSyntax, fmt::format("another format begins here: {}", other.name)});
    return position + piece.size();
  }

  /// The piece of input up to a terminator or another leader: repaired; or joined to the next piece, when
  /// the terminator turns out to stand within data; or rejected.
  std::size_t take_piece(std::size_t position, const End& found) {
    if (add_unwrapped(position, found.length)) return position + found.length;
    auto problem = add_repaired(position, found.length);
    if (!problem) return position + found.length;
    if (found.kind == End::kTerminator && is_leader(rest(position))) {
      const std::size_t rest_of_it = position + found.length;
      if (available(rest_of_it, kLeaderLength) && !is_leader(rest(rest_of_it))) {
        const End next = find_end(rest_of_it);
        const std::size_t joined = found.length + next.length;
        if (next.kind == End::kTerminator && !add_repaired(position, joined)) return position + joined;
      }
    }
    if (!is_leader(rest(position))) problem = {Reason::kLeader, "the bytes do not begin with a leader"};
    batch_.add_rejected(position, found.length, std::move(*problem));
    return position + found.length;
  }

  /// Adds the record that the bytes are, or returns why they are none.
  std::optional<Problem> add_repaired(std::size_t position, std::size_t length) {
    auto repaired = repair_iso2709(rest(position).substr(0, length));
    if (auto* problem = std::get_if<Problem>(&repaired)) return std::move(*problem);
    batch_.add_repaired(position, length, std::get<RepairedRecord>(std::move(repaired)));
    return std::nullopt;
  }

  /// Adds the record that the bytes are, if they are a sound one but for line ends. Returns false otherwise.
  bool add_unwrapped(std::size_t position, std::size_t length) {
    const auto joined = without_line_ends(rest(position).substr(0, length));
    if (!joined || !is_leader(*joined)) return false;
    auto repaired = repair_leader(*joined);
    if (!repaired) return false;
    note(repaired->repairs, Reason::kStrayBytes, "line ends within the record were taken out");
    batch_.add_repaired(position, length, std::move(*repaired));
    return true;
  }

  /// The last bytes of the input: a record that lacks its terminator alone, or one that was cut off.
  std::size_t take_last(std::size_t position, std::string_view piece) {
    if (add_repaired(position, piece.size())) {
      batch_.add_rejected(position, piece.size(),
                          {Reason::kTruncated, fmt::format("the input ends {} bytes into the record", piece.size())});
    }
    return position + piece.size();
  }

  static bool holds_delimiters(std::string_view text) {
    return text.find_first_of("\x1E\x1F") != std::string_view::npos;
  }

  /// The first record terminator, or the leader of another record before it; else the end of the input.
  End find_end(std::size_t position) {
    constexpr std::size_t kStep = 16 * 1024;
    for (std::size_t searched = 0; searched < kLongestPiece; searched += kStep) {
      // A leader at the end of the step is seen whole.
      const bool more = available(position, searched + kStep + kLeaderSignLength);
      const std::string_view piece = rest(position);
      const std::size_t until = std::min(searched + kStep, piece.size());
      const std::size_t terminator = piece.substr(0, until).find(kRecordTerminator, searched);
      const bool found = terminator != std::string_view::npos;
      const std::size_t leader = find_leader(piece, searched, found ? terminator : until);
      if (leader != std::string_view::npos) return {End::kLeader, leader};
      if (found) return {End::kTerminator, terminator + 1};
      if (!more && until == piece.size()) return {End::kInput, piece.size()};
    }
    return {End::kTooFar, kLongestPiece};
  }

  /// Where the padding at `position` ends. Of padding that reaches beyond the limit the rest is left to the next batch,
  /// with as much before it as may turn out to be part of a leader.
  std::size_t skip_padding(std::size_t position) {
    constexpr std::size_t kLeftOver = 5;
    std::size_t end = position;
    while (available(end, 1)) {
      const std::string_view bytes = rest(end);
      const std::size_t length = length_of_padding(bytes);
      end += length;
      if (end >= limit_ + kLeftOver && end - position > kLeftOver) return end - kLeftOver;
      if (length != bytes.size()) break;
    }
    const std::size_t start = std::max(position, end - std::min(end, kLeftOver));
    available(start, kLeaderLength + kLeftOver);
    return start + start_behind_padding(rest(start), end - start);
  }

  static std::size_t length_of_padding(std::string_view bytes) {
    constexpr std::size_t kStep = 512;
    std::size_t length = 0;
    for (; length < bytes.size() && kPadding.contains(bytes[length]); ++length) {
      // Long runs are mostly of one byte.
      while (bytes.size() - length > kStep && std::memcmp(&bytes[length], &bytes[length + 1], kStep) == 0) {
        length += kStep;
      }
    }
    return length;
  }

  [[nodiscard]] std::string_view rest(std::size_t position) const { return batch_.bytes.view().substr(position); }

  /// True when `length` bytes from `position` on could be had.
  bool available(std::size_t position, std::size_t length) {
    while (batch_.bytes.size() - position < length) {
      if (!read_more_(batch_)) return false;
    }
    return true;
  }

  Batch& batch_;
  std::size_t limit_;
  std::size_t end_;
  const ReadMore& read_more_;
};

}  // namespace

std::size_t split_records(Batch& batch, std::size_t position, std::size_t limit, const ReadMore& read_more,
                          std::size_t end) {
  Splitter splitter(batch, limit, end, read_more);
  while (position < limit) {
    const std::size_t next = splitter.take(position);
    if (next == position) break;
    position = next;
  }
  return position;
}

namespace {

// What is read beyond a range at first, and then at a time, to get the rest of its last record.
constexpr std::uint64_t kReadAhead = 4096;
constexpr std::uint64_t kReadMore = 64 * 1024;

}  // namespace

Iso2709RangeReader::Iso2709RangeReader(std::unique_ptr<ByteStream> stream, std::size_t batch_bytes,
                                       const Charset* charset)
    : stream_(std::move(stream)),
      bytes_(*stream_->random_access()),
      batch_bytes_(batch_bytes),
      charset_(charset),
      begin_(0),
      end_(bytes_.size()),
      dealt_(0) {}

Iso2709RangeReader::Iso2709RangeReader(std::unique_ptr<ByteStream> stream, std::size_t batch_bytes, std::uint64_t begin,
                                       std::uint64_t end, const Charset* charset)
    : stream_(std::move(stream)),
      bytes_(*stream_->random_access()),
      batch_bytes_(batch_bytes),
      charset_(charset),
      begin_(begin),
      end_(end),
      dealt_(begin) {}

bool Iso2709RangeReader::next(Batch& batch) {
  if (dealt_ >= end_) return false;
  const std::uint64_t end = std::min(dealt_ + batch_bytes_, end_);
  batch.range = {dealt_, end, dealt_ == begin_};
  dealt_ = end;
  return true;
}

void Iso2709RangeReader::load(Batch& batch) {
  batch.clear();
  batch.charset = charset_;
  batch.bytes.clear();
  const Range& range = batch.range;
  // A record starts at the beginning of an inexact range when a terminator stands before it.
  const std::uint64_t first = range.exact ? range.begin : range.begin - 1;
  read(batch, first, std::min(range.end + kReadAhead, bytes_.size()));

  std::size_t position = 0;
  const auto limit = static_cast<std::size_t>(range.end - first);
  if (!range.exact) {
    position = batch.bytes.view().substr(0, limit - 1).find(kRecordTerminator) + 1;
    if (position == 0) return;
  }
  const auto read_more = [this, first](Batch& more) {
    const std::uint64_t end = first + more.bytes.size();
    if (end >= bytes_.size()) return false;
    more.gave_up |= more.bytes.size() > more.most_bytes;
    if (more.gave_up) return false;
    read(more, end, std::min(end + kReadMore, bytes_.size()));
    return true;
  };
  batch.start = first + position;
  batch.stop = first + split_records(batch, position, limit, read_more, static_cast<std::size_t>(end_ - first));
  if (batch.gave_up) {
    batch.clear();
    batch.gave_up = true;
    return;
  }
  batch.seal(first);
}

void Iso2709RangeReader::read(Batch& batch, std::uint64_t from, std::uint64_t to) const {
  const std::size_t size = batch.bytes.size();
  const auto length = static_cast<std::size_t>(to - from);
  bytes_.read_at(from, batch.bytes.room(length));
  batch.bytes.set_size(size + length);
}

std::size_t Iso2709StreamReader::split(Batch& batch, std::size_t limit) {
  batch.charset = charset_;
  return split_records(batch, 0, limit, [this, limit](Batch& more) { return read_more(more, limit); });
}

}  // namespace bulkmarc
