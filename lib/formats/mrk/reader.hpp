#pragma once

#include <cstddef>
#include <memory>
#include <optional>
#include <string>
#include <string_view>

#include "input/text_reader.hpp"
#include "text/buffer.hpp"
#include "text/charset.hpp"

namespace bulkmarc {

/// Parses records of MARCMaker text.
class MrkParser final : public TextParser {
 public:
  explicit MrkParser(const Charset* charset) : charset_(charset) {}
  std::optional<Problem> parse(std::string_view piece, RecordBuilder& builder) override;

 private:
  /// Sees to it that `piece` can be told to the builder: it is UTF-8, or it will be converted from MARC-8. Returns why
  /// it can't, if so.
  std::optional<Problem> take_encoding(std::string_view& piece, RecordBuilder& builder);
  /// Makes UTF-8 of the piece.
  void decode_charset(std::string_view& piece, RecordBuilder& builder);
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

  const Charset* charset_;
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

/// MARCMaker text (loc.gov/marc/makrbrkr.html). A record ends with an empty line, or before the next leader; one
/// without a leader also before the next control number. CR, LF and CR LF each end a line.
class MrkFormat final : public TextFormat {
 public:
  /// The text is in `charset`; where that is null, each record says whether it is in MARC-8 or in UTF-8.
  explicit MrkFormat(const Charset* charset = nullptr) : charset_(charset) {}
  [[nodiscard]] bool recognizes(std::string_view first_bytes) const override;
  TextPiece split(std::string_view bytes, bool ended) override;
  [[nodiscard]] std::unique_ptr<TextParser> make_parser() const override;

 private:
  TextPiece split_record();
  /// Whether another record, or something else, begins at the line at `at`, as the second member of what split()
  /// returns: the length of the record before it. Nothing where the record goes on.
  std::optional<TextPiece> end_before(std::size_t at);
  std::optional<TextPiece> end_before_odd_line(std::size_t at);
  /// Takes note of a field of the record, and tells whether it begins another one.
  bool begins_record(std::string_view tag);
  /// Passes over what there is of a line that belongs to no record.
  TextPiece pass_line();
  [[nodiscard]] TextPiece more() const;

  const Charset* charset_;

  // What split() was given.
  std::string_view bytes_;
  bool ended_ = false;

  // Of the current record.
  std::string_view leader_tag_;
  bool has_leader_ = false;
  bool has_field_ = false;

  std::string_view other_format_;                // Its name, once one has begun.
  std::optional<TextPiece::Kind> line_in_hand_;  // What the line is that pass_line() is in.
};

}  // namespace bulkmarc
