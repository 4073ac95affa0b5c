#include "record/digest.hpp"

#include <array>
#include <cstdint>
#include <cstring>
#include <span>

#include "text/blanks.hpp"

namespace bulkmarc {
namespace {

/// Status, type, level, control, and then encoding level, form and link: what a cataloguer sets of a leader.
void append_leader(std::string_view leader, Buffer& content) {
  constexpr std::size_t kStatusAt = 5;
  constexpr std::size_t kEncodingAt = 9;
  constexpr std::size_t kLevelAt = 17;
  constexpr std::size_t kEntryMapAt = 20;
  content.append(leader.substr(kStatusAt, kEncodingAt - kStatusAt));
  content.append(leader.substr(kLevelAt, kEntryMapAt - kLevelAt));
}

bool is_control(const DirectoryEntry& entry) { return entry.tag[0] == '0' && entry.tag[1] == '0'; }

/// True where the data of all fields stands one after the other, that of control fields first, as it nearly always
/// does.
bool is_in_order(std::span<const DirectoryEntry> directory) {
  for (std::size_t i = 1; i < directory.size(); ++i) {
    const DirectoryEntry& before = directory[i - 1];
    if (directory[i].offset != before.offset + before.length + 1) return false;
    if (is_control(directory[i]) && !is_control(before)) return false;
  }
  return true;
}

/// Adds a field's tag and the length of its data, so that no two lists of fields are the same.
void append_entry(const DirectoryEntry& entry, Buffer& content) {
  std::array<char, kTagLength + sizeof entry.length> bytes;
  std::memcpy(bytes.data(), entry.tag, kTagLength);
  std::memcpy(bytes.data() + kTagLength, &entry.length, sizeof entry.length);
  content.append({bytes.data(), bytes.size()});
}

void append_hash(const Hash& hash, Buffer& content) {
  std::array<char, sizeof hash.words> bytes;
  std::memcpy(bytes.data(), hash.words.data(), sizeof hash.words);
  content.append({bytes.data(), bytes.size()});
}

/// The fields' data with their terminators, as they stand in the record.
std::string_view data_in_order(const RecordView& record) {
  const auto directory = record.directory();
  if (directory.empty()) return {};
  const std::size_t end = std::size_t{directory.back().offset} + directory.back().length + 1;
  return record.bytes().substr(directory.front().offset, end - directory.front().offset);
}

}  // namespace

Hash key_of(std::string_view control_number) {
  const std::string_view id = without_blanks(control_number);
  return id.empty() ? Hash() : hash_of(id);
}

Hash content_of(const RecordView& record, DigestMemory& memory) {
  memory.structure.clear();
  append_leader(record.leader(), memory.structure);
  if (is_in_order(record.directory())) [[likely]] {
    for (const DirectoryEntry& entry : record.directory()) append_entry(entry, memory.structure);
    append_hash(hash_of(data_in_order(record)), memory.structure);
  } else {
    memory.data.clear();
    for (const bool control : {true, false}) {
      for (const DirectoryEntry& entry : record.directory()) {
        if (is_control(entry) != control) continue;
        append_entry(entry, memory.structure);
        memory.data.append(record.bytes().substr(entry.offset, entry.length));
        memory.data.push_back(kFieldTerminator);
      }
    }
    append_hash(hash_of(memory.data.view()), memory.structure);
  }
  return hash_of(memory.structure.view());
}

}  // namespace bulkmarc
