#pragma once

#include <string>
#include <string_view>
#include <vector>

#include <bulkmarc/record.hpp>

#include "generator/text.hpp"

namespace generator {

/// Adds fields to a record, and for those that are linked the field 880 in the original script. A field ends
/// where the next begins. Tags are literals: they are kept until then.
class FieldWriter {
 public:
  /// `script` as in subfield 6 of a field 880; empty where there is only one script. Both are borrowed.
  FieldWriter(bulkmarc::Record& record, std::string_view script)
      : record_(record), script_(script), text_(!script.empty()) {}

  void leader(std::string_view leader) { record_.set_leader(leader); }
  void control(std::string_view tag, std::string_view data);
  FieldWriter& field(std::string_view tag, std::string_view indicators);
  /// One that has a twin in the original script, if there is one.
  FieldWriter& linked(std::string_view tag, std::string_view indicators);

  FieldWriter& subfield(char code);
  FieldWriter& subfield(char code, std::string_view value) {
    subfield(code).text_.append(value);
    return *this;
  }
  FieldWriter& subfield(char code, const Text& value) {
    subfield(code).text_.append(value);
    return *this;
  }
  FieldWriter& add(std::string_view value) {
    text_.append(value);
    return *this;
  }
  /// Ends with a full stop, unless there is a mark that does.
  FieldWriter& stop();
  /// The current field, to go on with its last subfield.
  [[nodiscard]] Text& text() { return text_; }

  /// Ends the last field and adds the fields 880 of those that were linked.
  void finish();

 private:
  void end_field();

  bulkmarc::Record& record_;
  std::string_view script_;
  Text text_;
  std::string_view tag_;
  bool open_ = false;
  bool linked_ = false;
  std::vector<std::string> originals_;
};

}  // namespace generator
