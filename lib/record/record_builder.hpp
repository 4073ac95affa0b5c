#pragma once

#include <cstddef>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include <bulkmarc/record.hpp>

#include "record/field_location.hpp"
#include "text/buffer.hpp"

namespace bulkmarc {

/// Makes a Record of what a text format says, whatever that is. Text is valid UTF-8. What a Record can't hold is
/// repaired and noted where no data is lost by that, and otherwise the reason why there is no record.
class RecordBuilder {
 public:
  /// Begins a record anew, in the memory of `record`, which is borrowed until end().
  void begin(Record& record);
  /// Forgets what the current record was told, and what was repaired in it.
  void begin_again() { begin(*record_); }

  /// The leader. It is counted in characters; white space around it is taken off, and what it lacks is filled up, on
  /// the left if it ends as leaders do. Of several the first one counts; one of white space alone is none.
  void leader(std::string_view text);
  void control_field(std::string_view tag, std::string_view data);

  /// A data field: its indicators in any order or not at all, and its subfields in theirs. `tag` is borrowed until
  /// end_data_field().
  void begin_data_field(std::string_view tag);
  void indicator(std::size_t index, std::string_view value);
  void subfield(std::string_view code, std::string_view value);
  /// Keeps data that stands in no subfield.
  void stray_data(std::string_view value);
  void end_data_field();
  /// The same for a format that tells indicators apart from data: they stay indicators where there are no subfields,
  /// and the tag is not a number (see FieldView::is_all_data()).
  void end_data_field_with_indicators();

  /// Notes something else that was repaired: in the data field that has begun, or else in no field that is known.
  void repair(Reason reason, std::string_view detail);
  /// Notes that the data field that has begun was not told both of its indicators.
  void repair_missing_indicators();
  /// Notes something that was repaired in the field that was added last.
  void repair_last_field(Reason reason, std::string_view detail);

  /// The location of the data field that has begun, or else that of a field with `tag` that is still to be added; empty
  /// where `tag` is.
  [[nodiscard]] FieldLocation location(std::string_view tag) const;

  /// The text was converted to UTF-8, whatever its leader says: end() makes the leader say so, which is not a repair.
  void set_converted() { is_converted_ = true; }

  /// Ends the record. Returns why it is none, if so.
  std::optional<Problem> end();

  /// What was repaired in the record. The caller may move from it.
  [[nodiscard]] std::vector<Problem>& repairs() { return repairs_; }

 private:
  /// A leader that is not 24 bytes of printable ASCII.
  void take_odd_leader(std::string_view text);
  /// Notes what was repaired at a position of the data field that has begun.
  void repair_at(std::size_t position, Reason reason, std::string_view detail);
  /// The location of the current field, or of the one that was added last, as far as that is known.
  [[nodiscard]] FieldLocation locate_at(std::size_t position) const;
  /// Notes a delimiter that is data, at a position of the current field.
  void repair_delimiter(std::size_t at);
  /// Gives a location to the repairs of characters that became U+FFFD before the builder was told of them.
  void locate_replaced();
  /// Adds the field, if it has a tag.
  void add(std::string_view tag, std::string_view bytes);
  /// Replaces the delimiters in `field_` that are data.
  void replace_delimiters();

  Record* record_ = nullptr;
  std::vector<Problem> repairs_;
  std::optional<Problem> problem_;
  bool has_leader_ = false;
  bool is_converted_ = false;

  bool in_field_ = false;  // Between begin_data_field() and end_data_field().
  std::string_view tag_;
  Buffer field_;                         // The current field, as it stands in ISO 2709.
  std::vector<std::size_t> delimiters_;  // Where its subfields begin.
  std::string text_;
};

}  // namespace bulkmarc
