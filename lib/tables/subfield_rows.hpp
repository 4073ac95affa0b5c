#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <string_view>

#include <bulkmarc/record_view.hpp>

#include "record/data_field.hpp"
#include "tables/row_memory.hpp"
#include "text/blanks.hpp"
#include "text/specials.hpp"

namespace bulkmarc {

/// The rows of the table `subfields`, from the parts of a record: walk_control_field() and walk_data_field() tell them.
/// `Out` is a RowWriter (table_impl.hpp). Meant to be a local variable, as `Out` is; what usual fields need is
/// always inlined, or the compiler would keep all of it in memory.
template <class Out>
class SubfieldRows {
 public:
  SubfieldRows(std::string_view bytes, Out out) : bytes_(bytes), out_(out) {}

  [[nodiscard, gnu::always_inline]] Out out() const { return out_; }

  [[gnu::always_inline]] void leader(std::int64_t number, std::optional<std::string_view> control_number,
                                     std::string_view leader) {
    out_.begin_row();
    out_.integer(number);
    if (control_number) {
      out_.text(*control_number);
    } else {
      out_.null();
    }
    head_of_record_ = out_.head();
    out_.integer(0);
    out_.plain("LDR");
    put_nulls(4);
    out_.text(leader);
    out_.end_row();
  }

  [[gnu::always_inline]] void begin_control_field(const DirectoryEntry& entry) {
    begin_row_of_field();
    out_.text({entry.tag, kTagLength});
    put_nulls(4);
    begin_value();
  }
  [[gnu::always_inline]] void end_control_field() { end_value(); }

  [[gnu::always_inline]] static bool is_plain_field(const DirectoryEntry& entry, char ind1, char ind2) {
    return is_plain(entry.tag[0]) && is_plain(entry.tag[1]) && is_plain(entry.tag[2]) && is_plain(ind1) &&
           is_plain(ind2);
  }
  [[gnu::always_inline]] void begin_field(const DirectoryEntry& entry, char ind1, char ind2) {
    begin_row_of_field();
    out_.plain({entry.tag, kTagLength});
    out_.plain({&ind1, 1});
    out_.plain({&ind2, 1});
    head_of_field_ = out_.head();
  }
  void begin_odd_field(const DirectoryEntry& entry, const Indicators& indicators) {
    begin_row_of_field();
    out_.text({entry.tag, kTagLength});
    for (const char& value : indicators.values) out_.text({&value, 1});
    head_of_field_ = out_.head();
  }

  [[gnu::always_inline]] static bool is_plain_code(char code) { return is_plain(code); }
  [[gnu::always_inline]] void begin_subfield(char code, bool after_another) {
    begin_row_of_subfield(after_another);
    out_.plain({&code, 1});
    begin_value();
  }
  void begin_odd_subfield(std::string_view code, bool after_another) {
    begin_row_of_subfield(after_another);
    out_.text(code);
    begin_value();
  }
  [[gnu::always_inline]] void text(std::string_view, std::size_t from, std::size_t to) {
    if (value_begin_ == kNowhere) value_begin_ = from;
    value_end_ = to;
  }
  [[gnu::always_inline]] std::size_t escape(std::size_t at, std::size_t) {
    value_is_plain_ &= !Out::kOdd.contains(bytes_[at]);
    value_end_ = at + 1;
    return 1;
  }
  [[gnu::always_inline]] void end_field(bool after_subfield) {
    if (after_subfield) return end_value();
    put_nulls(3);
    out_.end_row();
  }

 private:
  static constexpr std::size_t kNowhere = ~std::size_t{0};
  using Head = typename Out::Head;

  /// Printable ASCII that is not odd.
  static constexpr std::array<bool, 256> kPlain = [] {
    std::array<bool, 256> plain{};
    for (unsigned byte = ' '; byte <= '~'; ++byte) plain[byte] = !Out::kOdd.contains(static_cast<char>(byte));
    return plain;
  }();
  [[gnu::always_inline]] static bool is_plain(char byte) { return kPlain[static_cast<unsigned char>(byte)]; }

  [[gnu::always_inline]] void begin_row_of_field() {
    out_.begin_row_with(head_of_record_);
    out_.integer(++field_number_);
    subfield_number_ = 0;
  }
  [[gnu::always_inline]] void begin_row_of_subfield(bool after_another) {
    if (after_another) {
      end_value();
      out_.begin_row_with(head_of_field_);
    }
    out_.integer(++subfield_number_);
  }
  [[gnu::always_inline]] void put_nulls(int count) {
    for (; count > 0; --count) out_.null();
  }

  [[gnu::always_inline]] void begin_value() {
    value_begin_ = kNowhere;
    value_end_ = kNowhere;
    value_is_plain_ = true;
  }
  [[gnu::always_inline]] void end_value() {
    if (value_begin_ == kNowhere) value_begin_ = value_end_ = 0;
    if (value_is_plain_) {
      out_.plain(bytes_, value_begin_, value_end_);
    } else {
      out_.text({bytes_.data() + value_begin_, value_end_ - value_begin_});
    }
    out_.end_row();
  }

  std::string_view bytes_;
  std::int64_t field_number_ = 0;
  std::int64_t subfield_number_ = 0;
  Head head_of_record_{};
  Head head_of_field_{};
  std::size_t value_begin_ = kNowhere;  // Where the current value begins, once text() or escape() has taken some of it.
  std::size_t value_end_ = kNowhere;
  bool value_is_plain_ = true;
  Out out_;
};

/// The data of the first field 001 without the blanks around it; nothing where that is empty.
inline std::optional<std::string_view> first_control_number(const RecordView& view) {
  for (const FieldView field : view.fields()) {
    if (field.tag() != "001") continue;
    const std::string_view number = without_blanks(field.bytes());
    return number.empty() ? std::nullopt : std::optional(number);
  }
  return std::nullopt;
}

/// A row for the leader, each control field and each subfield. REQUIRES: the record holds no NUL.
template <class Out>
void emit_subfield_rows(const RecordNotes& notes, std::int64_t number, RowMemory& memory, Out& out) {
  const RecordView& view = notes.record();
  memory.specials.mark(view.bytes(), kLeaderLength, Out::kSpecial);
  SubfieldRows<Out> rows(view.bytes(), out);
  rows.leader(number, first_control_number(view), memory.leader_of(view));
  for (const DirectoryEntry& entry : view.directory()) {
    if (is_control(entry)) {
      rows.begin_control_field(entry);
      walk_control_field(view.bytes(), entry, memory.specials, rows);
      rows.end_control_field();
    } else {
      walk_data_field(view.bytes(), entry, memory.specials, notes, rows);
    }
  }
  out = rows.out();
}

}  // namespace bulkmarc
