#pragma once

#include <memory>
#include <optional>

#include "input/text_format.hpp"

namespace bulkmarc {

/// MARCMaker text (loc.gov/marc/makrbrkr.html). A record ends with an empty line, or before the next leader; one
/// without a leader also before the next control number. CR, LF and CR LF each end a line.
class MrkFormat final : public TextFormat {
 public:
  [[nodiscard]] bool recognizes(std::string_view first_bytes) const override;
  Piece split(std::string_view bytes, bool ended) override;
  [[nodiscard]] std::unique_ptr<TextParser> make_parser() const override;

 private:
  Piece split_record();
  /// Whether another record, or something else, begins at the line at `at`, as the second member of what split()
  /// returns: the length of the record before it. Nothing where the record goes on.
  std::optional<Piece> end_before(std::size_t at);
  std::optional<Piece> end_before_odd_line(std::size_t at);
  /// Takes note of a field of the record, and tells whether it begins another one.
  bool begins_record(std::string_view tag);
  /// Passes over what there is of a line that belongs to no record.
  Piece pass_line();
  [[nodiscard]] Piece more() const;

  // What split() was given.
  std::string_view bytes_;
  bool ended_ = false;

  // Of the current record.
  std::string_view leader_tag_;
  bool has_leader_ = false;
  bool has_field_ = false;

  std::string_view other_format_;            // Its name, once one has begun.
  std::optional<Piece::Kind> line_in_hand_;  // What the line is that pass_line() is in.
};

}  // namespace bulkmarc
