#pragma once

#include <cstddef>
#include <initializer_list>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include <bulkmarc/export_macro.hpp>
#include <bulkmarc/record_view.hpp>

namespace bulkmarc {

/// A new bibliographic record in UTF-8 (leader/09 is `a`). Lengths are filled in where a format needs them.
inline constexpr std::string_view kDefaultLeader = "00000nam a2200000 i 4500";

/// The bytes of a data field as ISO 2709 codes it: two indicators, and subfields whose values hold no delimiter. Throws
/// std::invalid_argument.
[[nodiscard]] BULKMARC_API std::string data_field_bytes(std::string_view indicators,
                                                        std::span<const SubfieldView> subfields);
[[nodiscard]] BULKMARC_API std::string data_field_bytes(std::string_view indicators,
                                                        std::initializer_list<SubfieldView> subfields);

class RecordBuilder;

/// One record that owns its bytes, laid out as ISO 2709 lays out its data: one buffer, in which
/// every field ends with 0x1E. Fields keep the order in which they are added; nothing is sorted or merged.
///
///     Record record;
///     record.add_control("001", "ocm12345")
///         .add_data("245", "10", {{'a', "Moby Dick /"}, {'c', "Herman Melville."}});
///
/// Text is UTF-8 unless the leader says otherwise. Leader, tags, indicators and subfield codes are printable ASCII.
/// What breaks these rules throws std::invalid_argument and changes nothing. Like a standard container, a
/// Record may be read by many threads at once, or changed by one.
class BULKMARC_API Record {
 public:
  /// A record without fields. A leader has 24 bytes.
  explicit Record(std::string_view leader = kDefaultLeader);
  /// A copy of the record that is borrowed, whatever its bytes are. Throws std::invalid_argument where it would have 4
  /// GiB or more.
  explicit Record(const RecordView& record);
  Record(const Record& other) = default;
  Record& operator=(const Record& other) = default;
  /// `other` becomes a new record: with the default leader, and without fields.
  Record(Record&& other) noexcept;
  Record& operator=(Record&& other) noexcept;
  ~Record() = default;

  /// Adds a control field (00X). Its data holds none of the delimiters 0x1D, 0x1E, 0x1F.
  Record& add_control(std::string_view tag, std::string_view data);

  /// Adds a data field: a tag other than 00X, two indicators, and subfields whose values hold no delimiter.
  Record& add_data(std::string_view tag, std::string_view indicators, std::span<const SubfieldView> subfields);
  Record& add_data(std::string_view tag, std::string_view indicators, std::initializer_list<SubfieldView> subfields);

  /// Adds a field whose bytes are already coded as in ISO 2709 (FieldView::bytes()). They hold no terminator.
  Record& add_field(std::string_view tag, std::string_view bytes);

  /// The index of the first field with this tag, from the field with the index `from` on, or nothing.
  /// view().fields()[index] is that field.
  [[nodiscard]] std::optional<std::size_t> find_field(std::string_view tag, std::size_t from = 0) const;

  /// Inserts a field before the one with the index `before`, or at the end, where `before` is the number of fields.
  /// `bytes` as for add_field(), for example from data_field_bytes(). Takes time linear in the record's length, as
  /// replacing and removing do.
  Record& insert_field(std::size_t before, std::string_view tag, std::string_view bytes);
  /// Replaces the bytes of a field, which keeps its tag and its place.
  Record& replace_field(std::size_t index, std::string_view bytes);
  /// Removes one field. Those after it move up.
  Record& remove_field(std::size_t index);
  /// Removes all fields with this tag, and returns how many there were.
  std::size_t remove_fields(std::string_view tag);

  /// Replaces the leader.
  Record& set_leader(std::string_view leader);

  /// Replaces everything by a copy of the record that is borrowed, as the constructor does, in the memory that is
  /// there. REQUIRES: it is not this one.
  Record& assign(const RecordView& record);

  /// Removes all fields, keeps the leader, and keeps the memory for the next record.
  void clear();

  /// Borrows this record. Valid until the record is changed, moved from or destroyed.
  [[nodiscard]] RecordView view() const;

 private:
  friend class RecordBuilder;  // It has made sure of what add_field() asks for.

  /// Adds a field whose tag and bytes are known to be right.
  void append_field(std::string_view tag, std::string_view bytes);
  /// Adds the directory entry and makes room for its bytes, so that adding them can't fail.
  void begin_field(std::string_view tag, std::size_t length);
  void require_length(std::size_t added) const;
  void move_fields(std::size_t from, std::size_t old_length, std::size_t new_length);

  std::string bytes_;
  std::vector<DirectoryEntry> directory_;
};

}  // namespace bulkmarc
