#include "formats/iso2709/syntax.hpp"

#include <algorithm>
#include <bit>
#include <cstddef>
#include <cstdint>
#include <cstring>
#include <span>

#include "formats/iso2709/directory.hpp"
#include "text/scan_kernels.hpp"

namespace bulkmarc {
namespace {

static_assert(std::endian::native == std::endian::little, "digits are parsed eight bytes at a time");

std::uint64_t load8(const char* bytes) {
  std::uint64_t word;
  std::memcpy(&word, bytes, sizeof word);
  return word;
}

/// Where a byte of `eight` is not a digit, a bit of the upper half of that byte is set.
std::uint64_t not_digits(std::uint64_t eight) {
  const std::uint64_t values = eight ^ 0x30 * kEach;
  return (values | (values + 0x06 * kEach)) & 0xF0 * kEach;
}

/// The numbers in the first and in the last four of eight digits.
struct TwoNumbers {
  std::uint32_t first;
  std::uint32_t last;
};
TwoNumbers parse_4_4(std::uint64_t eight) {
  eight &= 0x0F * kEach;
  eight = eight * 10 + (eight >> 8);
  eight &= 0x00FF00FF00FF00FF;
  eight = eight * 100 + (eight >> 16);
  return {static_cast<std::uint32_t>(eight & 0xFFFF), static_cast<std::uint32_t>(eight >> 32 & 0xFFFF)};
}

/// Five digits as a number. REQUIRES: eight bytes can be read.
std::optional<std::size_t> parse_5(const char* digits) {
  const std::uint64_t last_five = load8(digits) << 24;  // Three zeroes before them.
  if (not_digits(last_five | 0x303030) != 0) return std::nullopt;
  const auto [first, last] = parse_4_4(last_five);
  return std::size_t{first} * 10'000 + last;
}

/// True when all eight bytes are from 0x20 to 0x7E.
bool all_printable(std::uint64_t eight) {
  const std::uint64_t high = eight & (0x80 * kEach);
  const std::uint64_t below_space = (eight - 0x20 * kEach) & ~eight & (0x80 * kEach);
  const std::uint64_t is_delete = eight ^ (0x7F * kEach);
  const std::uint64_t any_delete = (is_delete - kEach) & ~is_delete & (0x80 * kEach);
  return (high | below_space | any_delete) == 0;
}

/// True when blanks, and then digits, are all of it.
bool is_number_or_blank(std::string_view number) {
  return all_in(number.substr(std::min(number.find_first_not_of(' '), number.size())), kDigits);
}

/// The data of a control field that begins at a position, as much of it as is listed; nothing if it has subfields.
std::string_view control_number_at(std::string_view record, std::size_t begin) {
  const std::string_view data = record.substr(begin, kLongestControlNumber);
  const std::size_t end = std::min(data.find_first_of("\x1D\x1E\x1F"), data.size());
  return end < data.size() && data[end] == kSubfieldDelimiter ? std::string_view() : data.substr(0, end);
}

/// True when fields that are stored out of order nevertheless cover the data exactly.
bool covers(std::span<const DirectoryEntry> entries, std::size_t base, std::size_t end) {
  std::size_t covered = 0;
  for (const DirectoryEntry& entry : entries) covered += entry.length + 1;
  if (covered != end - base) return false;
  std::vector<DirectoryEntry> stored(entries.begin(), entries.end());
  std::ranges::sort(stored, {}, &DirectoryEntry::offset);
  std::size_t expected = base;
  for (const DirectoryEntry& entry : stored) {
    if (entry.offset != expected) return false;
    expected += entry.length + 1;
  }
  return expected == end;
}

/// Returns false when the directory has a flaw. REQUIRES: it ends at `base`, which is within the record; and the
/// record's length has five digits, so that it has no byte where a field of length 0 would end.
bool decode_directory(std::string_view record, std::size_t base, std::span<DirectoryEntry> entries) {
  const std::size_t data_end = record.size() - 1;
  // An entry stands for one byte at least. So there are as many bytes after the directory as the kernel may read.
  if (entries.size() > data_end - base) return false;
  std::size_t expected = base;
  std::size_t disorder = 0;
  // A portion at a time, so that what begins like a huge directory and is none costs no more than that.
  constexpr std::size_t kPortion = 256;
  for (std::size_t first = 0; first < entries.size(); first += kPortion) {
    const auto portion = entries.subspan(first, std::min(kPortion, entries.size() - first));
    const char* directory = record.data() + kLeaderLength + first * kDirectoryEntryLength;
    if (!scan_kernel().parse_entries(directory, portion.size(), static_cast<std::uint32_t>(base), portion.data())) {
      return false;
    }
    for (const DirectoryEntry& entry : portion) {
      const std::size_t end = std::size_t{entry.offset} + entry.length;
      if (end >= data_end || record[end] != kFieldTerminator) return false;
      disorder |= entry.offset ^ expected;
      expected = end + 1;
    }
  }
  if (disorder == 0) return expected == data_end;
  // When each field begins where another ends, a terminator stands before each.
  return covers(entries, base, data_end);
}

}  // namespace

std::optional<std::size_t> declared_length(std::string_view bytes) { return parse_5(bytes.data()); }

bool decode_well_formed(std::string_view record, Array<DirectoryEntry>& directory) {
  if (record.size() < kShortestRecord || declared_length(record) != record.size()) return false;
  const char* leader = record.data();
  if (!all_printable(load8(leader)) || !all_printable(load8(leader + 8)) || !all_printable(load8(leader + 16))) {
    return false;
  }
  const std::size_t base = parse_5(leader + kBaseAddressAt).value_or(0);
  if (base <= kLeaderLength || base >= record.size() || record[base - 1] != kFieldTerminator) return false;
  const std::size_t directory_length = base - kLeaderLength - 1;
  if (directory_length % kDirectoryEntryLength != 0) return false;
  const std::size_t count = directory_length / kDirectoryEntryLength;
  if (!decode_directory(record, base, directory.room(count))) return false;
  directory.set_size(directory.size() + count);
  return true;
}

bool is_leader(std::string_view bytes) {
  const std::string_view leader = bytes.substr(0, kLeaderLength);
  if (leader.size() < kLeaderLength) return false;
  if (holds_leader(leader)) return true;
  return is_number_or_blank(leader.substr(0, 5)) && is_number_or_blank(leader.substr(kBaseAddressAt, 5)) &&
         leader.substr(10, 2) == "22" && leader.substr(20) == "4500" && all_in(leader, kPrintable);
}

std::size_t start_behind_padding(std::string_view bytes, std::size_t padding) {
  constexpr std::size_t kLengthDigits = 5;
  for (std::size_t start = padding - std::min(padding, kLengthDigits); start < padding; ++start) {
    if (is_leader(bytes.substr(start))) return start;
  }
  return padding;
}

bool holds_leader(std::string_view bytes) {
  for (; bytes.size() >= kLeaderLength; bytes.remove_prefix(1)) {
    const int marks = static_cast<int>(parse_5(bytes.data()).has_value()) +
                      static_cast<int>(parse_5(bytes.data() + kBaseAddressAt).has_value()) +
                      static_cast<int>(bytes.substr(20, 4) == "4500");
    if (marks >= 2) return true;
  }
  return false;
}

std::string_view salvage_control_number(std::string_view record) {
  if (record.size() < kShortestRecord) return {};
  const std::size_t directory_end = record.find(kFieldTerminator, kLeaderLength);
  if (directory_end == std::string_view::npos) return {};
  for (std::size_t at = kLeaderLength; at + kDirectoryEntryLength <= directory_end; at += kDirectoryEntryLength) {
    if (record.substr(at, kTagLength) != "001") continue;
    const RawEntry entry = parse_entry(record.substr(at, kDirectoryEntryLength), 4);
    const std::size_t begin = directory_end + 1 + entry.start;
    if (entry.has_numbers && begin < record.size() && record[begin - 1] == kFieldTerminator) {
      return control_number_at(record, begin);
    }
    break;
  }
  // Of a damaged directory the first tag may be right, and nothing else.
  return record.substr(kLeaderLength, kTagLength) == "001" ? control_number_at(record, directory_end + 1)
                                                           : std::string_view();
}

}  // namespace bulkmarc
