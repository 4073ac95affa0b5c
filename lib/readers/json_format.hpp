#pragma once

#include <memory>

#include "readers/text_format.hpp"

namespace bulkmarc {

/// MARC-in-JSON: an array of records, or records one after the other, a line each or not.
class JsonFormat final : public TextFormat {
 public:
  [[nodiscard]] bool recognizes(std::string_view first_bytes) const override;
  Piece split(std::string_view bytes, bool ended) override;
  [[nodiscard]] std::unique_ptr<TextParser> make_parser() const override;
};

}  // namespace bulkmarc
