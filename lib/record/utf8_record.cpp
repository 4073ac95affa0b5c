#include "record/utf8_record.hpp"

#include <algorithm>
#include <cstddef>
#include <string_view>

#include "record/field_location.hpp"
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

constexpr std::string_view kEntryMapOfUnimarc = "450 ";

/// Of its fields, UNIMARC has titles in 200, and MARC 21 in 245.
bool is_unimarc(const RecordView& view) {
  const auto has = [&view](std::string_view tag) {
    return std::ranges::any_of(view.fields(), [tag](const FieldView& field) { return field.tag() == tag; });
  };
  return view.leader().substr(kEntryMapAt) == kEntryMapOfUnimarc && has("200") && !has("245");
}

bool is_high(char byte) { return static_cast<unsigned char>(byte) >= 0x80; }

std::size_t place_of(std::string_view part, const RecordView& view) {
  return static_cast<std::size_t>(part.data() - view.bytes().data());
}

/// True when the record has characters of a set that an escape sequence calls into the upper half. By their bytes alone
/// they can't be told from UTF-8: in Cyrillic a letter and a full stop may be one of its characters.
bool has_called_characters(const RecordView& view) {
  return std::ranges::any_of(view.fields(), [](const FieldView& field) {
    std::string_view rest = field.bytes();
    while (!rest.empty()) {
      const std::string_view part = rest.substr(0, rest.find(kSubfieldDelimiter));
      if (calls_upper_half(part)) return true;
      rest.remove_prefix(std::min(rest.size(), part.size() + 1));
    }
    return false;
  });
}

/// True for a text that is UTF-8 beyond ASCII, in a record that is not. In ANSEL it would hardly make sense: what is a
/// character of UTF-8 is there a sign such as the one for copyright, and letters after it that are rare themselves.
bool is_utf8_text(std::string_view text) {
  return !is_ascii(text) && text.find(kEscape) == std::string_view::npos && is_utf8(text);
}

/// Takes down where something was found first, and how often.
struct Sightings {
  std::size_t count = 0;
  std::size_t first = 0;

  void add(std::size_t more, std::size_t at) {
    if (more == 0) return;
    if (count == 0) first = at;
    count += more;
  }
};

}  // namespace

Encoding encoding_of(const RecordView& record) {
  const std::string_view bytes = record.bytes();
  if (bytes[kCodingScheme] == kUtf8Scheme) return is_utf8(bytes) ? Encoding::kUtf8 : Encoding::kInvalidUtf8;
  const bool has_escape = bytes.find(kEscape) != std::string_view::npos;
  if (is_ascii(bytes)) {
    if (has_escape) return Encoding::kMarc8;
    const bool has_reference = bytes.find(kReferenceSign) != std::string_view::npos && can_decode_marc8();
    return has_reference ? Encoding::kMarc8 : Encoding::kAscii;
  }
  if (!is_utf8(bytes) || (has_escape && has_called_characters(record))) return Encoding::kMarc8;
  return Encoding::kMislabelledUtf8;
}

std::optional<Problem> Utf8Converter::convert(RecordView& view, std::vector<Problem>& repairs) {
  switch (encoding_of(view)) {
    case Encoding::kUtf8:
    case Encoding::kAscii:
      break;
    case Encoding::kMarc8:
      return decode_marc8(view, repairs);
    case Encoding::kMislabelledUtf8: {
      const auto at = static_cast<std::size_t>(std::ranges::find_if(view.bytes(), is_high) - view.bytes().begin());
      note_at(repairs, Reason::kMislabelled,
              is_unimarc(view) ? "the record is UNIMARC, whose leader does not tell that the text is UTF-8"
                               : "the leader says MARC-8, the text is UTF-8",
              view, at);
      break;
    }
    case Encoding::kInvalidUtf8:
      replace_invalid(view, repairs);
      break;
  }
  return std::nullopt;
}

void Utf8Converter::decode(const Charset& charset, RecordView& view, std::vector<Problem>& repairs) {
  if (is_ascii(view.bytes())) return;
  const RecordView original = view;
  Sightings invalid;
  const auto append_text = [&](std::string_view part, Buffer& text) {
    CharsetDecoder decoder(charset);
    const std::size_t wrong = decoder.append(part, text);
    invalid.add(wrong < part.size() ? 1 : 0, place_of(part, original) + wrong);
    if (!decoder.finish(text)) invalid.add(1, place_of(part, original) + part.size() - 1);
  };
  view = converted_.rebuild(original, [&](const DirectoryEntry& entry, std::string_view field, Buffer& text) {
    append_texts(entry, field, text, [&](std::string_view part) { append_text(part, text); });
  });
  if (invalid.count == 0) return;
  note_at(repairs, Reason::kInvalidCharset, kReplacedInCharset, original, invalid.first);
}

void Utf8Converter::make_valid(RecordView& view, std::vector<Problem>& repairs) {
  if (!is_utf8(view.bytes())) replace_invalid(view, repairs);
}

void Utf8Converter::replace_invalid(RecordView& view, std::vector<Problem>& repairs) {
  const RecordView original = view;
  Sightings invalid;
  view = converted_.rebuild(original, [&](const DirectoryEntry& entry, std::string_view field, Buffer& text) {
    if (invalid.count == 0) {
      const std::size_t at = find_invalid_utf8(field);
      invalid.add(at < field.size() ? 1 : 0, entry.offset + at);
    }
    append_valid_utf8(field, text);
  });
  // What is invalid may stand between the fields.
  if (invalid.count == 0) return note(repairs, Reason::kInvalidUtf8, "invalid bytes became U+FFFD");
  note_at(repairs, Reason::kInvalidUtf8, "invalid bytes became U+FFFD", original, invalid.first);
}

std::optional<Problem> Utf8Converter::decode_marc8(RecordView& view, std::vector<Problem>& repairs) {
  if (!can_decode_marc8()) {
    return Problem{Reason::kMarc8, "the record is in MARC-8, which this build can't convert"};
  }
  const RecordView original = view;
  Sightings utf8;
  Sightings marc8;
  Sightings replaced;
  Sightings doubtful;
  const auto append_text = [&](std::string_view part, Buffer& text) {
    const std::size_t at = place_of(part, original);
    if (is_utf8_text(part)) {
      utf8.add(1, at + static_cast<std::size_t>(std::ranges::find_if(part, is_high) - part.begin()));
      return text.append(part);
    }
    const Marc8Flaws flaws = append_marc8(part, text);
    replaced.add(flaws.replaced, at + flaws.first);
    doubtful.add(flaws.doubtful, at + flaws.first);
    if (!is_ascii(part)) marc8.add(1, at);
  };
  view = converted_.rebuild(original, [&](const DirectoryEntry& entry, std::string_view field, Buffer& text) {
    append_texts(entry, field, text, [&](std::string_view part) { append_text(part, text); });
  });
  if (utf8.count != 0) {
    note_at(repairs, Reason::kMislabelled, "the leader says MARC-8, the text of some fields is UTF-8", original,
            utf8.first);
  }
  if (marc8.count != 0 && is_unimarc(original)) {
    note_at(
        repairs, Reason::kInvalidMarc8,
        "the record is UNIMARC, whose text is mostly ISO 5426; it was read as MARC-8, which is another character set",
        original, marc8.first);
  } else if (replaced.count != 0) {
    note_at(repairs, Reason::kInvalidMarc8, kReplacedInMarc8, original, replaced.first);
  } else if (doubtful.count != 0) {
    note_at(repairs, Reason::kInvalidMarc8, kHardlyMarc8, original, doubtful.first);
  }
  return std::nullopt;
}

void Utf8Converter::compose(RecordView& view, std::vector<Problem>& repairs) {
  if (is_composed(view.bytes())) return;
  const RecordView original = view;
  Sightings breaks;
  view = composed_.rebuild(original, [&](const DirectoryEntry& entry, std::string_view field, Buffer& text) {
    append_texts(entry, field, text,
                 [&](std::string_view part) { breaks.add(append_composed(part, text), place_of(part, original)); });
  });
  if (breaks.count == 0) return;
  note_at(repairs, Reason::kCharacter, "U+034F was put into more than 30 combining characters over one", original,
          breaks.first);
}

}  // namespace bulkmarc
