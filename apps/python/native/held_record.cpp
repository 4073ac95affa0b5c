#include "held_record.hpp"

#include <cstring>
#include <span>
#include <stdexcept>
#include <utility>
#include <vector>

#include <bulkmarc/bulkmarc.hpp>

namespace {

using bulkmarc::DirectoryEntry;

/// What a record from a pickle borrows.
struct Unpacked {
  std::string bytes;
  std::vector<DirectoryEntry> directory;
  std::string input;
};

bool is_sound(const Unpacked& record) {
  if (record.bytes.size() < bulkmarc::kLeaderLength) return false;
  for (const DirectoryEntry& entry : record.directory) {
    const std::uint64_t end = std::uint64_t{entry.offset} + entry.length;
    if (end >= record.bytes.size() || record.bytes[end] != bulkmarc::kFieldTerminator) return false;
  }
  return true;
}

}  // namespace

std::optional<std::string_view> HeldField::subfield(std::string_view code) const {
  if (code.size() != 1) return std::nullopt;
  for (const bulkmarc::SubfieldView subfield : field_.subfields()) {
    if (subfield.code == code.front()) return subfield.value;
  }
  return std::nullopt;
}

std::string HeldField::value() const {
  if (field_.is_control()) return std::string(field_.bytes());
  std::string value;
  for (const bulkmarc::SubfieldView subfield : field_.subfields()) {
    if (!value.empty()) value += ' ';
    value += subfield.value;
  }
  return value;
}

HeldRecord HeldRecord::unpack(std::string_view bytes, std::string_view directory, std::uint64_t number,
                              std::uint64_t offset, std::string_view input) {
  if (directory.size() % sizeof(DirectoryEntry) != 0) throw std::invalid_argument("not a packed record");
  auto record = std::make_shared<Unpacked>();
  record->bytes = bytes;
  record->input = input;
  record->directory.resize(directory.size() / sizeof(DirectoryEntry));
  if (!directory.empty()) std::memcpy(record->directory.data(), directory.data(), directory.size());
  if (!is_sound(*record)) throw std::invalid_argument("not a packed record");
  const bulkmarc::RecordView view(record->bytes, record->directory);
  const std::string_view name = record->input;
  return {std::move(record), view, number, offset, name};
}

std::string_view HeldRecord::packed_directory() const {
  const std::span<const DirectoryEntry> directory = view_.directory();
  return {reinterpret_cast<const char*>(directory.data()), directory.size_bytes()};
}

std::optional<std::size_t> HeldRecord::find(std::string_view tag, std::size_t from) const {
  const std::span<const DirectoryEntry> directory = view_.directory();
  for (std::size_t index = from; index < directory.size(); ++index) {
    if (std::string_view(directory[index].tag, bulkmarc::kTagLength) == tag) return index;
  }
  return std::nullopt;
}

std::string HeldRecord::serialized(bulkmarc::Format format) const {
  const bulkmarc::Record record(view_);
  std::string bytes;
  bulkmarc::ExportOptions options;
  options.format = format;
  options.run.threads = 1;
  const bulkmarc::Report report =
      bulkmarc::export_records(bulkmarc::Source::records({&record, 1}), bulkmarc::Target::memory(bytes), options);
  if (!report.rejects.empty()) throw std::length_error(report.rejects.front().detail);
  return bytes;
}
