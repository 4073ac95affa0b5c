#include <cstddef>
#include <cstring>
#include <optional>
#include <string_view>
#include <vector>

#include "formats/data_field.hpp"
#include "formats/emit_batch.hpp"
#include "formats/marcxml_schema.hpp"

namespace bulkmarc {
namespace {

/// MARCXML (loc.gov/standards/marcxml): one field a line, so that a line-based tool finds its way. White space is
/// added between elements only, never within leader, controlfield or subfield, where it would be data.
struct MarcXml {
  static constexpr std::string_view kPrologue =
      "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n"
      "<collection xmlns=\"http://www.loc.gov/MARC21/slim\">\n";
  static constexpr std::string_view kSeparator = "";
  static constexpr std::string_view kEpilogue = "</collection>\n";
  static constexpr bool kUtf8 = true;
  // 0xEF begins U+FFFE and U+FFFF, which XML forbids.
  static constexpr SpecialBytes kSpecial = {{'&', '<', '>', '\xEF'}};

  template <class Sink>
  static std::optional<Problem> emit(const RecordView& view, const BatchRecord&, Workspace& workspace, Sink& sink);
};

constexpr ByteSet kPlainInAttribute(" !#-%'-;=?-~");
/// Those of the schema's subfield codes that need no escaping.
constexpr ByteSet kPlainSubfieldCode("0-9A-Za-z!#$%'()*+,./:;=?{}_^`~[]\\-");

template <class Sink>
class XmlWriter {
 public:
  XmlWriter(std::string_view bytes, Workspace& workspace, Sink& sink)
      : bytes_(bytes), specials_(workspace.specials), repairs_(workspace.repairs), sink_(sink) {}

  void leader() {
    const std::string_view leader = bytes_.substr(0, kLeaderLength);
    if (!marcxml_schema::allows_leader(leader)) [[unlikely]] {
      note(repairs_, Reason::kSchema, "the leader is not one of the schema's");
    }
    sink_.literal("<record>\n<leader>");
    emit_text(specials_, 0, 9, *this);
    sink_.put('a');
    emit_text(specials_, 10, kLeaderLength, *this);
    sink_.literal("</leader>\n");
  }

  void control_field(const DirectoryEntry& entry) {
    if (marcxml_schema::kControlTag.contains(entry.tag[2])) [[likely]] {
      sink_.piece("<controlfield tag=\"00.\">", [&](char* piece) { piece[21] = entry.tag[2]; });
    } else {
      note(repairs_, Reason::kSchema, "a control field's tag is not one of the schema's");
      sink_.literal("<controlfield tag=\"");
      attribute({entry.tag, kTagLength});
      sink_.literal("\">");
    }
    emit_text(specials_, entry.offset, entry.offset + entry.length, *this);
    sink_.literal("</controlfield>\n");
  }

  void data_field(const DirectoryEntry& entry) {
    tag_ = entry.tag;
    walk_data_field(bytes_, entry, specials_, repairs_, *this);
  }

  void begin_field(const Indicators& indicators) {
    const char ind1 = indicators.values[0];
    const char ind2 = indicators.values[1];
    const bool clean_indicators =
        marcxml_schema::kIndicator.contains(ind1) && marcxml_schema::kIndicator.contains(ind2);
    if (clean_indicators && marcxml_schema::allows_data_tag(tag_)) [[likely]] {
      sink_.piece("<datafield tag=\"...\" ind1=\".\" ind2=\".\">", [&](char* piece) {
        std::memcpy(piece + 16, tag_, kTagLength);
        piece[27] = ind1;
        piece[36] = ind2;
      });
      return;
    }
    note(repairs_, Reason::kSchema,
         clean_indicators ? "a tag is not one of the schema's" : "an indicator is not one of the schema's");
    sink_.literal("<datafield tag=\"");
    attribute({tag_, kTagLength});
    sink_.literal("\" ind1=\"");
    attribute({&ind1, 1});
    sink_.literal("\" ind2=\"");
    attribute({&ind2, 1});
    sink_.literal("\">");
  }

  void begin_subfield(std::string_view code, bool after_another) {
    if (code.size() == 1 && kPlainSubfieldCode.contains(code[0])) [[likely]] {
      if (after_another) {
        sink_.piece("</subfield><subfield code=\".\">", [&](char* piece) { piece[27] = code[0]; });
      } else {
        sink_.piece("<subfield code=\".\">", [&](char* piece) { piece[16] = code[0]; });
      }
      return;
    }
    if (code.size() != 1 || !marcxml_schema::kSubfieldCode.contains(code[0])) {
      note(repairs_, Reason::kSchema, "a subfield code is not one of the schema's");
    }
    if (after_another) sink_.literal("</subfield>");
    sink_.literal("<subfield code=\"");
    if (is_noncharacter(code)) {
      replace("a noncharacter became U+FFFD");
    } else {
      attribute(code);
    }
    sink_.literal("\">");
  }
  void text(std::size_t from, std::size_t to) { sink_.append_part(bytes_, from, to); }
  void end_field(bool after_subfield) {
    if (after_subfield) {
      sink_.literal("</subfield></datafield>\n");
    } else {
      sink_.literal("</datafield>\n");
    }
  }

  std::size_t escape(std::size_t at, std::size_t end) {
    switch (bytes_[at]) {
      case '&':
        sink_.literal("&amp;");
        return 1;
      case '<':
        sink_.literal("&lt;");
        return 1;
      case '>':
        sink_.literal("&gt;");
        return 1;
      case '\r':
        sink_.literal("&#xD;");
        return 1;
      case '\t':
      case '\n':
        sink_.put(bytes_[at]);
        return 1;
      case '\xEF':
        return noncharacter(at, end);
      default:
        replace("a control character became U+FFFD");
        return 1;
    }
  }

 private:
  static bool is_noncharacter(std::string_view character) {
    return character == "\xEF\xBF\xBE" || character == "\xEF\xBF\xBF";
  }

  /// Copies the character that begins with 0xEF, unless XML forbids it.
  std::size_t noncharacter(std::size_t at, std::size_t end) {
    const std::string_view character = bytes_.substr(at, end - at < 3 ? end - at : 3);
    if (is_noncharacter(character)) {
      replace("a noncharacter became U+FFFD");
    } else {
      sink_.append(character);
    }
    return character.size();
  }

  void replace(std::string_view what) {
    note(repairs_, Reason::kCharacter, what);
    sink_.append(kReplacementCharacter);
  }

  void attribute(std::string_view value) {
    for (const char byte : value) {
      if (kPlainInAttribute.contains(byte) || static_cast<unsigned char>(byte) >= 0x80) {
        sink_.put(byte);
      } else {
        escape_attribute(byte);
      }
    }
  }

  void escape_attribute(char byte) {
    switch (byte) {
      case '&':
        return sink_.literal("&amp;");
      case '<':
        return sink_.literal("&lt;");
      case '>':
        return sink_.literal("&gt;");
      case '"':
        return sink_.literal("&quot;");
      case '\t':
        return sink_.literal("&#x9;");
      case '\n':
        return sink_.literal("&#xA;");
      case '\r':
        return sink_.literal("&#xD;");
      default:
        return byte == 0x7F ? sink_.put(byte) : replace("a control character became U+FFFD");
    }
  }

  std::string_view bytes_;
  const Specials& specials_;
  std::vector<Problem>& repairs_;
  Sink& sink_;
  const char* tag_ = nullptr;
};

bool is_control(const DirectoryEntry& entry) { return entry.tag[0] == '0' && entry.tag[1] == '0'; }

template <class Sink>
std::optional<Problem> MarcXml::emit(const RecordView& view, const BatchRecord&, Workspace& workspace, Sink& sink) {
  workspace.specials.mark(view.bytes(), kSpecial);
  XmlWriter writer(view.bytes(), workspace, sink);
  writer.leader();
  for (const DirectoryEntry& entry : view.directory()) {
    if (is_control(entry)) writer.control_field(entry);
  }
  for (const DirectoryEntry& entry : view.directory()) {
    if (!is_control(entry)) writer.data_field(entry);
  }
  sink.literal("</record>\n");
  return std::nullopt;
}

}  // namespace

std::unique_ptr<Formatter> make_marcxml_formatter(const Policy& policy) {
  return std::make_unique<FormatterOf<MarcXml>>(policy);
}

}  // namespace bulkmarc
