#pragma once

#include <cstddef>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include <bulkmarc/record_view.hpp>

/// Records that were taken over from Python, one after the other, without any of its objects: what the run's threads
/// work on. Either records with their fields, or bytes of ISO 2709.
class TakenRecords {
 public:
  /// A record is begun, filled, and ended; one that is not ended is dropped by the next that is begun.
  /// REQUIRES: `leader` has 24 bytes, and a tag three.
  void begin(std::string_view leader);
  void begin_field(std::string_view tag);
  void append(std::string_view bytes) { bytes_.append(bytes); }
  void append(char byte) { bytes_.push_back(byte); }
  void end_field();
  /// Says that the record's text is UTF-8, whatever its leader said.
  void set_utf8();
  /// Throws std::length_error where the record has 4 GiB or more, and drops it.
  void end();
  /// A copy of a whole record.
  void add(const bulkmarc::RecordView& record);
  /// Bytes of ISO 2709.
  void add_bytes(std::string_view bytes);

  [[nodiscard]] bool empty() const { return bytes_.empty(); }
  [[nodiscard]] bool is_full() const { return bytes_.size() >= kFull; }
  /// How many records, which operator[] gives. REQUIRES: not filled by add_bytes().
  [[nodiscard]] std::size_t size() const { return ends_.size(); }
  [[nodiscard]] bulkmarc::RecordView operator[](std::size_t index) const;
  [[nodiscard]] std::string_view bytes() const { return bytes_; }
  /// Keeps the memory.
  void clear();

 private:
  /// As much as the library gives to one task.
  static constexpr std::size_t kFull = std::size_t{128} << 10;

  struct End {
    std::size_t bytes = 0;
    std::size_t fields = 0;
  };
  [[nodiscard]] End begin_of(std::size_t index) const { return index == 0 ? End{} : ends_[index - 1]; }

  std::string bytes_;
  std::vector<bulkmarc::DirectoryEntry> directory_;
  std::vector<End> ends_;
};
