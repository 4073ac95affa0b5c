#pragma once

#include <string_view>

namespace bulkmarc {

/// What a `record` of OAI-PMH or SRU wraps, where no `record` element stands in it.
struct MarcXmlPayload {
  /// The name of its first element; empty where it begins with text.
  std::string_view element;
  /// The text that it begins with, up to the end of the wrapper: a record of MARCXML that is escaped, or stands in a
  /// CDATA section; empty where there is neither text nor an element, as in a record that was deleted.
  std::string_view text;

  [[nodiscard]] bool empty() const { return element.empty() && text.empty(); }
};

/// Looks for the payload of a whole wrapper, whose markup need not be well-formed.
[[nodiscard]] MarcXmlPayload payload_of(std::string_view wrapper);

/// True where the tag of a leader or field begins in `text`, be it escaped or not.
[[nodiscard]] bool holds_field_tags(std::string_view text);

}  // namespace bulkmarc
