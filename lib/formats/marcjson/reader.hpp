#pragma once

#include <memory>
#include <string_view>

#include "input/text_reader.hpp"

namespace bulkmarc {

/// MARC-in-JSON: an array of records, or records one after the other, a line each or not; or an object with an array of
/// records among its members, as servers answer.
class JsonFormat final : public TextFormat {
 public:
  [[nodiscard]] bool recognizes(std::string_view first_bytes) const override;
  TextPiece split(std::string_view bytes, bool ended) override;
  [[nodiscard]] std::unique_ptr<TextParser> make_parser() const override;

 private:
  /// What stands between records, and does not belong there.
  TextPiece split_stray(std::string_view bytes, bool ended);
  TextPiece split_object(std::string_view bytes, bool ended);
  /// Passes over members of an object that follow its array of records.
  TextPiece pass_members(std::string_view bytes, bool ended);

  /// What stands around the current text: the array in an object, or the object itself.
  enum class Around { kNothing, kArray, kMembers } around_ = Around::kNothing;
  bool in_stray_ = false;          // The piece before was a stray one.
  std::string_view other_format_;  // Its name, once one has begun.
};

}  // namespace bulkmarc
