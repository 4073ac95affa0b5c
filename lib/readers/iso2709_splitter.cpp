#include "readers/iso2709_splitter.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <bulkmarc/error.hpp>
#include <cstring>
#include <optional>
#include <string>
#include <string_view>
#include <utility>

#include "record/iso2709.hpp"
#include "text/byte_set.hpp"

namespace bulkmarc {
namespace {

/// What transfers and concatenation leave between records: line ends, NUL, blanks, the Control-Z of old systems.
constexpr ByteSet kPadding(std::string_view("\0\t\n\r\x1A ", 6));

class Splitter {
 public:
  Splitter(Batch& batch, const ReadMore& read_more) : batch_(batch), read_more_(read_more) {}

  /// Takes one record, or what must pass for one, with the padding before it. Returns where the next one
  /// starts, or `position` at the end of the input.
  std::size_t take(std::size_t position) {
    if (const std::size_t end = take_well_formed(position); end != position) return end;
    const std::size_t start = skip_padding(position);
    if (start != position) {
      batch_.add_skipped(start - position);
      if (const std::size_t end = take_well_formed(start); end != start) return end;
    }
    return available(start, 1) ? take_damaged(start) : start;
  }

 private:
  /// The record at `position`, if its length leads to a terminator and all of its structure agrees.
  std::size_t take_well_formed(std::size_t position) {
    if (!available(position, kShortestRecord)) return position;
    const auto length = declared_length(rest(position));
    if (!length || *length < kShortestRecord || !available(position, *length)) return position;
    const std::string_view record = rest(position).substr(0, *length);
    if (record.back() != kRecordTerminator) return position;
    const std::size_t first_entry = batch_.directory().size();
    if (decode_iso2709(record, batch_.directory())) return position;
    batch_.add_decoded(position, *length, first_entry);
    return position + *length;
  }

  /// Everything up to the next record terminator.
  std::size_t take_damaged(std::size_t position) {
    std::size_t searched = 0;
    while (true) {
      const std::size_t found = rest(position).substr(0, kLongestPiece).find(kRecordTerminator, searched);
      if (found != std::string_view::npos) return reject(position, found + 1);
      searched = std::min(rest(position).size(), kLongestPiece);
      if (searched == kLongestPiece) return reject_endless(position, searched);
      if (!read_more_(batch_)) return reject_truncated(position, searched);
    }
  }

  std::size_t reject(std::size_t position, std::size_t length) {
    const std::size_t entries = batch_.directory().size();
    auto flaw = decode_iso2709(rest(position).substr(0, length), batch_.directory());
    batch_.directory().resize(entries);
    batch_.add_rejected(position, length, flaw.value_or(Problem{Reason::kRecordLength, ""}));
    return position + length;
  }
  std::size_t reject_endless(std::size_t position, std::size_t length) {
    batch_.add_rejected(position, length,
                        {Reason::kRecordLength, fmt::format("no record terminator within {} bytes", length)});
    return position + length;
  }
  std::size_t reject_truncated(std::size_t position, std::size_t length) {
    batch_.add_rejected(position, length,
                        {Reason::kTruncated, fmt::format("the input ends {} bytes into the record", length)});
    return position + length;
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

void require_marc(std::string_view first_bytes, const std::filesystem::path& path) {
  const auto* data = std::ranges::find_if_not(first_bytes, [](char byte) { return kPadding.contains(byte); });
  first_bytes.remove_prefix(static_cast<std::size_t>(data - first_bytes.begin()));
  if (first_bytes.empty() || holds_leader(first_bytes)) return;
  std::string begin;
  for (const char byte : first_bytes.substr(0, 16)) {
    begin +=
        byte >= 0x20 && byte < 0x7F ? std::string(1, byte) : fmt::format("\\x{:02X}", static_cast<unsigned char>(byte));
  }
  throw Error(ErrorCode::kNotMarc, path,
              fmt::format("holds no MARC 21 records in ISO 2709; it begins with \"{}\"", begin));
}

}  // namespace bulkmarc
