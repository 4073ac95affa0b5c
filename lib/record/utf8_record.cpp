#include "record/utf8_record.hpp"

#include "text/marc8.hpp"
#include "text/nfc.hpp"
#include "text/utf8.hpp"

namespace bulkmarc {
namespace {

constexpr char kEscape = '\x1B';

/// Appends a field of which append_text(bytes) appends the texts: a control field; or the indicators, and each
/// subfield. Delimiters and codes are no part of a text: escape sequences do not last beyond them, and accents do not
/// join them.
template <class AppendText>
void append_texts(const DirectoryEntry& entry, std::string_view bytes, Buffer& output, const AppendText& append_text) {
  if (entry.tag[0] == '0' && entry.tag[1] == '0') return append_text(bytes);
  while (true) {
    const std::size_t length = bytes.substr(0, bytes.find(kSubfieldDelimiter)).size();
    append_text(bytes.substr(0, length));
    if (length == bytes.size()) return;
    bytes.remove_prefix(length);
    const bool has_code = bytes.size() > 1 && bytes[1] > 0x20 && bytes[1] < 0x7F;
    const std::size_t copied = has_code ? 2 : 1;
    output.append(bytes.substr(0, copied));
    bytes.remove_prefix(copied);
  }
}

}  // namespace

Encoding encoding_of(const RecordView& record) {
  const std::string_view bytes = record.bytes();
  if (bytes[kCodingScheme] == kUtf8Scheme) return is_utf8(bytes) ? Encoding::kUtf8 : Encoding::kInvalidUtf8;
  if (bytes.find(kEscape) != std::string_view::npos) return Encoding::kMarc8;
  if (is_ascii(bytes)) return Encoding::kAscii;
  return is_utf8(bytes) ? Encoding::kMislabelledUtf8 : Encoding::kMarc8;
}

std::optional<Problem> Utf8Converter::convert(RecordView& view, std::vector<Problem>& repairs) {
  switch (encoding_of(view)) {
    case Encoding::kUtf8:
    case Encoding::kAscii:
      return std::nullopt;
    case Encoding::kMarc8:
      return decode_marc8(view, repairs);
    case Encoding::kMislabelledUtf8:
      note(repairs, Reason::kMislabelled, "the leader says MARC-8, the text is UTF-8");
      return std::nullopt;
    case Encoding::kInvalidUtf8:
      view = converted_.rebuild(
          view, [](const DirectoryEntry&, std::string_view field, Buffer& text) { append_valid_utf8(field, text); });
      note(repairs, Reason::kInvalidUtf8, "invalid bytes became U+FFFD");
      return std::nullopt;
  }
  return std::nullopt;
}

std::optional<Problem> Utf8Converter::decode_marc8(RecordView& view, std::vector<Problem>& repairs) {
  if (!can_decode_marc8()) {
    return Problem{Reason::kMarc8, "the record is in MARC-8, which this build can't convert"};
  }
  std::size_t replaced = 0;
  view = converted_.rebuild(view, [&](const DirectoryEntry& entry, std::string_view field, Buffer& text) {
    append_texts(entry, field, text, [&](std::string_view part) { replaced += append_marc8(part, text); });
  });
  if (replaced != 0) note(repairs, Reason::kInvalidMarc8, "what is not MARC-8 became U+FFFD");
  return std::nullopt;
}

void Utf8Converter::compose(RecordView& view) {
  if (is_composed(view.bytes())) return;
  view = composed_.rebuild(view, [](const DirectoryEntry& entry, std::string_view field, Buffer& text) {
    append_texts(entry, field, text, [&](std::string_view part) { append_composed(part, text); });
  });
}

}  // namespace bulkmarc
