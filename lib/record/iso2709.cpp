#include "record/iso2709.hpp"

#include <algorithm>
#include <bit>
#include <cstdint>
#include <cstring>
#include <span>

#include <fmt/format.h>

namespace bulkmarc {
namespace {

static_assert(std::endian::native == std::endian::little, "digits are parsed eight bytes at a time");

constexpr std::uint64_t kEach = 0x0101010101010101;

std::uint64_t load8(const char* bytes) {
  std::uint64_t word;
  std::memcpy(&word, bytes, sizeof word);
  return word;
}

bool all_digits(std::uint64_t eight) {
  return (eight & (0xF0 * kEach)) == 0x30 * kEach && ((eight + 0x06 * kEach) & (0xF0 * kEach)) == 0x30 * kEach;
}

bool is_digit(char byte) { return byte >= '0' && byte <= '9'; }

/// The numbers in the first and in the last four of eight digits.
struct TwoNumbers {
  std::uint32_t first;
  std::uint32_t last;
};
TwoNumbers parse_4_4(std::uint64_t eight) {
  eight -= 0x30 * kEach;
  eight = eight * 10 + (eight >> 8);
  eight &= 0x00FF00FF00FF00FF;
  eight = eight * 100 + (eight >> 16);
  return {static_cast<std::uint32_t>(eight & 0xFFFF), static_cast<std::uint32_t>(eight >> 32 & 0xFFFF)};
}

/// Five digits as a number.
std::optional<std::size_t> parse_5(const char* digits) {
  std::size_t number = 0;
  for (int i = 0; i < 5; ++i) {
    if (!is_digit(digits[i])) return std::nullopt;
    number = number * 10 + static_cast<std::size_t>(digits[i] - '0');
  }
  return number;
}

/// True when all eight bytes are from 0x20 to 0x7E.
bool all_printable(std::uint64_t eight) {
  const std::uint64_t high = eight & (0x80 * kEach);
  const std::uint64_t below_space = (eight - 0x20 * kEach) & ~eight & (0x80 * kEach);
  const std::uint64_t is_delete = eight ^ (0x7F * kEach);
  const std::uint64_t any_delete = (is_delete - kEach) & ~is_delete & (0x80 * kEach);
  return (high | below_space | any_delete) == 0;
}

/// True when fields that are stored out of order nevertheless cover the data exactly.
bool covers(std::span<const DirectoryEntry> entries, std::size_t base, std::size_t end) {
  std::vector<DirectoryEntry> stored(entries.begin(), entries.end());
  std::ranges::sort(stored, {}, &DirectoryEntry::offset);
  std::size_t expected = base;
  for (const DirectoryEntry& entry : stored) {
    if (entry.offset != expected) return false;
    expected += entry.length + 1;
  }
  return expected == end;
}

/// Decodes one directory entry, of the field that starts at base + `start`. Returns false when it has a flaw.
bool decode_entry(std::string_view record, std::size_t base, const char* entry, DirectoryEntry& decoded) {
  const std::uint64_t numbers = load8(entry + kTagLength);
  const char last_digit = entry[kDirectoryEntryLength - 1];
  if (!all_digits(numbers) || !is_digit(last_digit)) return false;
  // The tag and five of the digits: nearly every tag is a number too.
  const std::uint64_t tag_and_digits = load8(entry);
  if (!all_digits(tag_and_digits) && !all_printable(tag_and_digits)) return false;
  const auto [length, start_of_four] = parse_4_4(numbers);
  const std::size_t start = base + start_of_four * 10 + static_cast<std::size_t>(last_digit - '0');
  if (length == 0 || start + length >= record.size()) return false;
  if (record[start + length - 1] != kFieldTerminator || record[start - 1] != kFieldTerminator) return false;
  decoded = {{entry[0], entry[1], entry[2]}, static_cast<std::uint32_t>(start), length - 1};
  return true;
}

/// What is wrong with the entry that decode_entry() refused.
Problem explain_entry(std::string_view record, std::size_t base, std::size_t index) {
  const std::string_view entry = record.substr(kLeaderLength + index * kDirectoryEntryLength, kDirectoryEntryLength);
  if (!std::ranges::all_of(entry.substr(kTagLength), is_digit)) {
    return {Reason::kDirectory, fmt::format("directory entry {} is not made of digits", index + 1)};
  }
  const std::string_view tag = entry.substr(0, kTagLength);
  if (!all_printable(load8(entry.data()))) {
    return {Reason::kDirectory, fmt::format("the tag of directory entry {} is not printable ASCII", index + 1)};
  }
  const auto [length, start_of_four] = parse_4_4(load8(entry.data() + kTagLength));
  const std::size_t start = start_of_four * 10 + static_cast<std::size_t>(entry.back() - '0');
  const std::size_t data_length = record.size() - 1 - base;
  if (length == 0 || start + length > data_length) {
    return {Reason::kFieldBounds,
            fmt::format("field {} is said to take {} octets at {}, of {}", tag, length, start, data_length)};
  }
  return {Reason::kFieldEnd, fmt::format("field {} does not stand between field terminators", tag)};
}

std::optional<Problem> decode_directory(std::string_view record, std::size_t base,
                                        std::vector<DirectoryEntry>& directory) {
  const std::size_t data_end = record.size() - 1;
  const std::size_t count = (base - kLeaderLength - 1) / kDirectoryEntryLength;
  const std::size_t first_entry = directory.size();
  directory.resize(first_entry + count);
  const std::span<DirectoryEntry> entries = std::span(directory).subspan(first_entry);
  std::size_t expected = base;
  bool in_order = true;
  for (std::size_t i = 0; i < count; ++i) {
    DirectoryEntry& entry = entries[i];
    if (!decode_entry(record, base, record.data() + kLeaderLength + i * kDirectoryEntryLength, entry)) {
      return explain_entry(record, base, i);
    }
    in_order &= entry.offset == expected;
    expected = entry.offset + entry.length + 1;
  }
  if (in_order ? expected != data_end : !covers(entries, base, data_end)) {
    return Problem{Reason::kUnreferencedData, "the directory's entries leave out or share some of the data"};
  }
  return std::nullopt;
}

}  // namespace

std::optional<std::size_t> declared_length(std::string_view bytes) { return parse_5(bytes.data()); }

std::optional<Problem> decode_iso2709(std::string_view record, std::vector<DirectoryEntry>& directory) {
  if (record.size() < kShortestRecord) {
    return Problem{Reason::kRecordLength, fmt::format("{} octets are too few for a record", record.size())};
  }
  const auto length = declared_length(record);
  if (length != record.size()) {
    return Problem{Reason::kRecordLength,
                   fmt::format("the leader says \"{}\" octets, the record terminator follows after {}",
                               record.substr(0, 5), record.size())};
  }
  const char* leader = record.data();
  if (!all_printable(load8(leader)) || !all_printable(load8(leader + 8)) || !all_printable(load8(leader + 16))) {
    return Problem{Reason::kLeader, "the leader is not printable ASCII"};
  }
  const auto base = parse_5(leader + 12);
  if (!base || *base < kLeaderLength + 1 || *base >= record.size() || record[*base - 1] != kFieldTerminator) {
    return Problem{Reason::kBaseAddress,
                   fmt::format("no field terminator before the base address \"{}\"", record.substr(12, 5))};
  }
  if ((*base - kLeaderLength - 1) % kDirectoryEntryLength != 0) {
    return Problem{Reason::kDirectory,
                   fmt::format("{} octets of directory are not a multiple of 12", *base - kLeaderLength - 1)};
  }
  const std::size_t entries_before = directory.size();
  auto flaw = decode_directory(record, *base, directory);
  if (flaw) directory.resize(entries_before);
  return flaw;
}

bool holds_leader(std::string_view bytes) {
  for (; bytes.size() >= kLeaderLength; bytes.remove_prefix(1)) {
    const int marks = static_cast<int>(parse_5(bytes.data()).has_value()) +
                      static_cast<int>(parse_5(bytes.data() + 12).has_value()) +
                      static_cast<int>(bytes.substr(20, 4) == "4500");
    if (marks >= 2) return true;
  }
  return false;
}

std::string_view salvage_control_number(std::string_view record) {
  if (record.size() < kShortestRecord || record.substr(kLeaderLength, kTagLength) != "001") return {};
  const std::size_t directory_end = record.find(kFieldTerminator, kLeaderLength);
  if (directory_end == std::string_view::npos) return {};
  const std::string_view data = record.substr(directory_end + 1, 64);
  return data.substr(0, data.find_first_of("\x1D\x1E\x1F"));
}

}  // namespace bulkmarc
