#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "formats/mrk/line.hpp"
#include "input/text_format.hpp"
#include "text/buffer.hpp"

namespace bulkmarc {

/// Parses records of MARCMaker text.
class MrkParser final : public TextParser {
 public:
  std::optional<Problem> parse(std::string_view piece, RecordBuilder& builder) override;

 private:
  /// Sees to it that `piece` can be told to the builder: it is UTF-8, or it will be converted from MARC-8. Returns why
  /// it can't, if so.
  std::optional<Problem> take_encoding(std::string_view& piece, RecordBuilder& builder);
  void take_line(std::string_view line, RecordBuilder& builder);
  /// Takes the current field, whose lines are all there.
  void end_field(RecordBuilder& builder);
  void take_field(RecordBuilder& builder);
  void take_control_data(std::string_view tag, std::string_view data, RecordBuilder& builder);
  void take_data_field(std::string_view tag, std::string_view content, RecordBuilder& builder);
  void take_subfields(std::string_view content, RecordBuilder& builder);
  /// Text without mnemonics, in UTF-8. Valid until the next call.
  std::string_view decoded(std::string_view text);
  /// The same of a text in MARC-8.
  std::string_view converted(std::string_view text);
  /// `text` without marks of direction at its ends.
  std::string_view without_marks(std::string_view text);
  std::string_view without_marks_before(std::string_view text);

  bool is_first_ = true;  // The current field is the record's first one.
  bool has_leader_ = false;
  bool is_marc8_ = false;         // The piece is in MARC-8.
  bool has_converted_ = false;    // Something of it was, or was a mnemonic.
  bool has_field_ = false;        // There is a current field.
  std::string_view field_;        // From its tag on.
  const char* oddity_ = nullptr;  // What is odd about its lines.

  // What decoded() and without_marks() found in the current field.
  bool found_mark_ = false;
  bool found_unknown_ = false;  // A mnemonic.
  bool found_not_marc8_ = false;
  bool found_doubtful_ = false;  // MARC-8 that is hardly meant.

  Buffer valid_;        // The piece, where it was not UTF-8.
  Buffer converted_;    // A text that was in MARC-8.
  std::string joined_;  // A field of several lines.
  std::string control_;
  std::string text_;
};

}  // namespace bulkmarc
