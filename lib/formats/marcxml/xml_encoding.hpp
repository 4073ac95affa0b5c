#pragma once

#include <string>
#include <string_view>

namespace bulkmarc {

/// The encoding of an XML document.
struct XmlEncoding {
  /// Its name, or empty for UTF-8.
  std::string name;
  /// How the document's declaration contradicts it, for people; empty where it does not.
  std::string contradiction;
};

/// The encoding of a document that begins so: what its byte order mark tells, or else its first bytes, or else its
/// declaration, as far as that can be true. A declaration that could be read as ASCII is not in UTF-16, whatever it
/// says; and text beyond ASCII that is valid UTF-8 is not in an encoding of single bytes.
[[nodiscard]] XmlEncoding xml_encoding_of(std::string_view first_bytes);

}  // namespace bulkmarc
