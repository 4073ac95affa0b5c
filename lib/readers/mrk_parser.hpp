#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "readers/text_format.hpp"
#include "text/buffer.hpp"

namespace bulkmarc {

/// Parses records of MARCMaker text.
class MrkParser final : public TextParser {
 public:
  std::optional<Problem> parse(std::string_view piece, RecordBuilder& builder) override;

 private:
  void take_field(std::string_view line, bool first, RecordBuilder& builder);
  void take_control_data(std::string_view tag, std::string_view data, RecordBuilder& builder);
  void take_data_field(std::string_view tag, std::string_view content, RecordBuilder& builder);
  void take_subfields(std::string_view content, RecordBuilder& builder);
  /// Text without mnemonics. Valid until the next call.
  std::string_view decoded(std::string_view text);

  Buffer valid_;        // The piece, where it was not UTF-8.
  std::string joined_;  // A field of several lines.
  std::string control_;
  std::string text_;
};

}  // namespace bulkmarc
