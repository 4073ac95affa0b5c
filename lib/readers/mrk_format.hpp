#pragma once

#include <memory>

#include "readers/text_format.hpp"

namespace bulkmarc {

/// MARCMaker text (loc.gov/marc/makrbrkr.html). A record ends with an empty line, or before the next leader.
class MrkFormat final : public TextFormat {
 public:
  [[nodiscard]] bool recognizes(std::string_view first_bytes) const override;
  Piece split(std::string_view bytes, bool ended) override;
  [[nodiscard]] std::unique_ptr<TextParser> make_parser() const override;
};

}  // namespace bulkmarc
