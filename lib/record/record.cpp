#include <bulkmarc/record.hpp>

#include <algorithm>
#include <cstdint>
#include <limits>
#include <span>
#include <stdexcept>
#include <string>
#include <utility>

namespace bulkmarc {
namespace {

void require(bool condition, const char* message) {
  if (!condition) throw std::invalid_argument(message);
}

bool is_printable(std::string_view bytes) {
  return std::ranges::all_of(bytes, [](char byte) { return byte >= 0x20 && byte < 0x7F; });
}

// One fast search for each delimiter beats a search for all of them that goes byte by byte.
bool holds_any(std::string_view bytes, std::string_view delimiters) {
  return std::ranges::any_of(delimiters, [bytes](char delimiter) { return bytes.find(delimiter) != bytes.npos; });
}

void require_data(std::string_view data) {
  require(!holds_any(data, "\x1D\x1E\x1F"), "data holds none of the delimiters 0x1D, 0x1E, 0x1F");
}

void require_field(std::string_view bytes) { require(!holds_any(bytes, "\x1D\x1E"), "a field holds no terminator"); }

void require_tag(std::string_view tag) {
  require(tag.size() == kTagLength && is_printable(tag), "a tag has three bytes of printable ASCII");
}

void require_data_field(std::string_view indicators, std::span<const SubfieldView> subfields) {
  require(indicators.size() == kIndicatorCount && is_printable(indicators),
          "a data field has two printable indicators");
  for (const SubfieldView& subfield : subfields) {
    require(subfield.code != ' ' && is_printable({&subfield.code, 1}), "a subfield code is printable ASCII");
    require_data(subfield.value);
  }
}

void require_room(std::size_t length, std::size_t added) {
  require(added < std::numeric_limits<std::uint32_t>::max() - length, "a record holds less than 4 GiB");
}

std::size_t length_of(std::string_view indicators, std::span<const SubfieldView> subfields) {
  std::size_t length = indicators.size();
  for (const SubfieldView& subfield : subfields) length += 2 + subfield.value.size();
  return length;
}

void append_data_field(std::string& bytes, std::string_view indicators, std::span<const SubfieldView> subfields) {
  bytes += indicators;
  for (const SubfieldView& subfield : subfields) {
    bytes += kSubfieldDelimiter;
    bytes += subfield.code;
    bytes += subfield.value;
  }
}

}  // namespace

std::string data_field_bytes(std::string_view indicators, std::span<const SubfieldView> subfields) {
  require_data_field(indicators, subfields);
  std::string bytes;
  bytes.reserve(length_of(indicators, subfields));
  append_data_field(bytes, indicators, subfields);
  return bytes;
}

std::string data_field_bytes(std::string_view indicators, std::initializer_list<SubfieldView> subfields) {
  return data_field_bytes(indicators, std::span(subfields.begin(), subfields.size()));
}

Record::Record(std::string_view leader) { set_leader(leader); }

Record::Record(const RecordView& record) { assign(record); }

// A moved-from record needs no memory for its leader: the 24 bytes would not fit into an empty string's own room, and
// moving must not fail. So its bytes are empty, which every function takes for the default leader.
Record::Record(Record&& other) noexcept
    : bytes_(std::exchange(other.bytes_, {})), directory_(std::exchange(other.directory_, {})) {}

Record& Record::operator=(Record&& other) noexcept {
  bytes_ = std::exchange(other.bytes_, {});
  directory_ = std::exchange(other.directory_, {});
  return *this;
}

RecordView Record::view() const {
  if (bytes_.empty()) return {kDefaultLeader, directory_};
  return {bytes_, directory_};
}

Record& Record::set_leader(std::string_view leader) {
  require(leader.size() == kLeaderLength && is_printable(leader), "a leader has 24 bytes of printable ASCII");
  bytes_.replace(0, bytes_.empty() ? 0 : kLeaderLength, leader);
  return *this;
}

Record& Record::assign(const RecordView& record) {
  const std::span<const DirectoryEntry> directory = record.directory();
  std::uint64_t length = kLeaderLength;
  for (const DirectoryEntry& entry : directory) length += std::uint64_t{entry.length} + 1;
  require_room(0, static_cast<std::size_t>(length));
  bytes_.reserve(static_cast<std::size_t>(length));
  directory_.assign(directory.begin(), directory.end());
  bytes_ = record.leader();
  for (DirectoryEntry& entry : directory_) {
    const std::string_view field = record.bytes().substr(entry.offset, entry.length);
    entry.offset = static_cast<std::uint32_t>(bytes_.size());
    bytes_ += field;
    bytes_ += kFieldTerminator;
  }
  return *this;
}

Record& Record::add_control(std::string_view tag, std::string_view data) {
  require(tag.starts_with("00"), "a control field's tag begins with 00");
  require_data(data);
  return add_field(tag, data);
}

Record& Record::add_data(std::string_view tag, std::string_view indicators, std::span<const SubfieldView> subfields) {
  require(!tag.starts_with("00"), "a data field's tag does not begin with 00");
  require_data_field(indicators, subfields);
  require_tag(tag);
  begin_field(tag, length_of(indicators, subfields));
  append_data_field(bytes_, indicators, subfields);
  bytes_ += kFieldTerminator;
  return *this;
}

Record& Record::add_data(std::string_view tag, std::string_view indicators,
                         std::initializer_list<SubfieldView> subfields) {
  return add_data(tag, indicators, std::span<const SubfieldView>(subfields.begin(), subfields.size()));
}

Record& Record::add_field(std::string_view tag, std::string_view bytes) {
  require_field(bytes);
  require_tag(tag);
  append_field(tag, bytes);
  return *this;
}

void Record::append_field(std::string_view tag, std::string_view bytes) {
  begin_field(tag, bytes.size());
  bytes_ += bytes;
  bytes_ += kFieldTerminator;
}

void Record::begin_field(std::string_view tag, std::size_t length) {
  require_length(length);
  if (bytes_.empty()) bytes_ = kDefaultLeader;
  const std::size_t offset = bytes_.size();
  bytes_.reserve(offset + length + 1);
  directory_.push_back(
      {{tag[0], tag[1], tag[2]}, static_cast<std::uint32_t>(offset), static_cast<std::uint32_t>(length)});
}

std::optional<std::size_t> Record::find_field(std::string_view tag, std::size_t from) const {
  for (std::size_t index = from; index < directory_.size(); ++index) {
    if (std::string_view(directory_[index].tag, kTagLength) == tag) return index;
  }
  return std::nullopt;
}

/// Fields from the index `from` on move, as those before them changed their length.
void Record::move_fields(std::size_t from, std::size_t old_length, std::size_t new_length) {
  for (std::size_t index = from; index < directory_.size(); ++index) {
    directory_[index].offset += static_cast<std::uint32_t>(new_length - old_length);  // Modulo 2^32.
  }
}

Record& Record::insert_field(std::size_t before, std::string_view tag, std::string_view bytes) {
  require(before <= directory_.size(), "a field is inserted before another one, or at the end");
  if (before == directory_.size()) return add_field(tag, bytes);
  require_field(bytes);
  require_tag(tag);
  require_length(bytes.size());
  const DirectoryEntry entry{
      {tag[0], tag[1], tag[2]}, directory_[before].offset, static_cast<std::uint32_t>(bytes.size())};
  const std::string field = std::string(bytes) + kFieldTerminator;  // `bytes` may be those of this record.
  directory_.reserve(directory_.size() + 1);
  bytes_.insert(entry.offset, field);
  move_fields(before, 0, field.size());
  directory_.insert(directory_.begin() + static_cast<std::ptrdiff_t>(before), entry);
  return *this;
}

Record& Record::replace_field(std::size_t index, std::string_view bytes) {
  require(index < directory_.size(), "there is no field of this index");
  require_field(bytes);
  require_length(bytes.size());
  DirectoryEntry& entry = directory_[index];
  bytes_.replace(entry.offset, entry.length, std::string(bytes));
  move_fields(index + 1, entry.length, bytes.size());
  entry.length = static_cast<std::uint32_t>(bytes.size());
  return *this;
}

Record& Record::remove_field(std::size_t index) {
  require(index < directory_.size(), "there is no field of this index");
  const DirectoryEntry entry = directory_[index];
  bytes_.erase(entry.offset, entry.length + std::size_t{1});
  move_fields(index + 1, entry.length + std::size_t{1}, 0);
  directory_.erase(directory_.begin() + static_cast<std::ptrdiff_t>(index));
  return *this;
}

std::size_t Record::remove_fields(std::string_view tag) {
  std::size_t kept = 0;
  std::size_t end = bytes_.empty() ? 0 : kLeaderLength;  // Of the bytes that are kept.
  for (DirectoryEntry entry : std::span(directory_)) {
    if (std::string_view(entry.tag, kTagLength) == tag) continue;
    const std::size_t length = entry.length + std::size_t{1};
    std::copy_n(&bytes_[entry.offset], length, &bytes_[end]);
    entry.offset = static_cast<std::uint32_t>(end);
    end += length;
    directory_[kept++] = entry;
  }
  const std::size_t removed = directory_.size() - kept;
  directory_.resize(kept);
  bytes_.resize(end);
  return removed;
}

void Record::require_length(std::size_t added) const { require_room(bytes_.size(), added); }

void Record::clear() {
  if (!bytes_.empty()) bytes_.resize(kLeaderLength);
  directory_.clear();
}

}  // namespace bulkmarc
