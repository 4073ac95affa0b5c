#include "readers/iso2709_splitter.hpp"

#include <algorithm>
#include <cstring>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <variant>

#include <fmt/format.h>

#include <bulkmarc/error.hpp>

#include "readers/reader.hpp"
#include "record/iso2709.hpp"
#include "record/repair.hpp"

namespace bulkmarc {
namespace {

class Splitter {
 public:
  Splitter(Batch& batch, const ReadMore& read_more) : batch_(batch), read_more_(read_more) {}

  /// Takes one record, or what must pass for one, with the padding before it. Returns where the next one
  /// starts, or `position` at the end of the input.
  std::size_t take(std::size_t position) {
    if (const std::size_t end = take_well_formed(position); end != position) return end;
    // A leader may begin with blanks itself, in place of a length.
    const std::size_t start = is_leader(rest(position)) ? position : skip_padding(position);
    if (start != position) {
      batch_.add_skipped(position, start - position);
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
    if (found.kind == End::kLeader && !is_leader(piece)) {
      if (piece.find_first_of("\x1E\x1F") == std::string_view::npos) {
        batch_.add_skipped(position, piece.size());
      } else {
        batch_.add_rejected(position, piece.size(), {Reason::kLeader, "no leader before the next record"});
      }
      return end;
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
    const auto length = length_by_directory(rest(position));
    if (!length || !available(position, *length)) return position;
    const std::string_view record = rest(position).substr(0, *length);
    if (record.back() != kRecordTerminator) return position;
    auto repaired = repair_iso2709(record, Loss::kNone);
    if (!std::holds_alternative<RepairedRecord>(repaired)) return position;
    batch_.add_repaired(position, record.size(), std::get<RepairedRecord>(std::move(repaired)));
    return position + *length;
  }

  /// The piece of input up to a terminator or another leader: repaired; or joined to the next piece, when
  /// the terminator turns out to stand within data; or repaired with a loss that is reported; or rejected.
  std::size_t take_piece(std::size_t position, const End& found) {
    if (add_repaired(position, found.length, Loss::kNone)) return position + found.length;
    if (found.kind == End::kTerminator && is_leader(rest(position))) {
      const std::size_t rest_of_it = position + found.length;
      if (available(rest_of_it, kLeaderLength) && !is_leader(rest(rest_of_it))) {
        const End next = find_end(rest_of_it);
        const std::size_t joined = found.length + next.length;
        if (next.kind == End::kTerminator && add_repaired(position, joined, Loss::kNone)) return position + joined;
      }
    }
    const std::string_view piece = rest(position).substr(0, found.length);
    if (!is_leader(piece)) {
      batch_.add_rejected(position, piece.size(), {Reason::kLeader, "the bytes do not begin with a leader"});
    } else if (!add_repaired(position, piece.size(), Loss::kReported)) {
      batch_.add_rejected(position, piece.size(),
                          std::get<Problem>(repair_iso2709(rest(position).substr(0, found.length), Loss::kReported)));
    }
    return position + found.length;
  }

  bool add_repaired(std::size_t position, std::size_t length, Loss loss) {
    auto repaired = repair_iso2709(rest(position).substr(0, length), loss);
    auto* record = std::get_if<RepairedRecord>(&repaired);
    if (record == nullptr) return false;
    batch_.add_repaired(position, length, std::move(*record));
    return true;
  }

  /// The last bytes of the input: a record that lacks its terminator alone, or one that was cut off.
  std::size_t take_last(std::size_t position, std::string_view piece) {
    auto repaired = repair_iso2709(piece, Loss::kNone);
    auto* record = std::get_if<RepairedRecord>(&repaired);
    if (record != nullptr) {
      batch_.add_repaired(position, piece.size(), std::move(*record));
    } else {
      batch_.add_rejected(position, piece.size(),
                          {Reason::kTruncated, fmt::format("the input ends {} bytes into the record", piece.size())});
    }
    return position + piece.size();
  }

  static bool is_leader(std::string_view piece) { return holds_leader(piece.substr(0, kLeaderLength)); }

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

  /// The first leader that begins within [from, to), but not at 0. What follows it is checked too, so that text which
  /// looks like one has no chance.
  static std::size_t find_leader(std::string_view piece, std::size_t from, std::size_t to) {
    constexpr std::size_t kEntryMapAt = 20;
    const std::string_view searched = piece.substr(0, to + kLeaderLength - 1);
    std::size_t map = std::max<std::size_t>(from, 1) + kEntryMapAt;
    while ((map = searched.find("4500", map)) != std::string_view::npos) {
      if (begins_with_leader(piece.substr(map - kEntryMapAt))) return map - kEntryMapAt;
      ++map;
    }
    return std::string_view::npos;
  }

  std::size_t skip_padding(std::size_t position) {
    while (available(position, 1) && kPadding.contains(batch_.bytes.data()[position])) ++position;
    return position;
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
  const ReadMore& read_more_;
};

}  // namespace

std::size_t split_records(Batch& batch, std::size_t position, std::size_t limit, const ReadMore& read_more) {
  Splitter splitter(batch, read_more);
  while (position < limit) {
    const std::size_t next = splitter.take(position);
    if (next == position) break;
    position = next;
  }
  return position;
}

}  // namespace bulkmarc
