#include <cstddef>
#include <cstring>
#include <optional>
#include <string_view>

#include "formats/marcxml/schema.hpp"
#include "formats/registry.hpp"
#include "record/data_field.hpp"
#include "record/leader.hpp"
#include "text/byte_set.hpp"

namespace bulkmarc {
namespace {

constexpr ByteSet kUnescapedInAttribute(" !#-%'-;=?-~");

/// Cold, so that the hot code around it stays in registers: sinks go in and out by value.
template <class Sink>
[[gnu::cold, gnu::noinline]] Sink put_attribute(Sink sink, std::string_view value, const RecordNotes& notes) {
  for (const char& byte : value) {
    if (kUnescapedInAttribute.contains(byte) || static_cast<unsigned char>(byte) >= 0x7F) {
      sink.put(byte);
    } else if (byte == '&') {
      sink.literal("&amp;");
    } else if (byte == '<') {
      sink.literal("&lt;");
    } else if (byte == '>') {
      sink.literal("&gt;");
    } else if (byte == '"') {
      sink.literal("&quot;");
    } else if (byte == '\t') {
      sink.literal("&#x9;");
    } else if (byte == '\n') {
      sink.literal("&#xA;");
    } else if (byte == '\r') {
      sink.literal("&#xD;");
    } else {
      notes.note(Reason::kCharacter, "a control character became U+FFFD", {&byte, 1});
      sink.append(kReplacementCharacter);
    }
  }
  return sink;
}

/// Cold, for the same reason.
template <class Sink>
[[gnu::cold, gnu::noinline]] Sink put_replacement(Sink sink, std::string_view what, std::string_view where,
                                                  const RecordNotes& notes) {
  notes.note(Reason::kCharacter, what, where);
  sink.append(kReplacementCharacter);
  return sink;
}

/// MARCXML (loc.gov/standards/marcxml): one field a line, so that a line-based tool finds its way. White space is
/// added between elements only, never within leader, controlfield or subfield, where it would be data.
template <class Sink>
class XmlWriter {
 public:
  XmlWriter(const RecordNotes& notes, Sink sink) : notes_(&notes), sink_(sink) {}

  [[nodiscard]] Sink sink() const { return sink_; }

  void leader() {
    const std::string_view leader = bytes().substr(0, kLeaderLength);
    if (marcxml_schema::allows_leader(leader)) [[likely]] {
      sink_.piece("<record>\n<leader>........................</leader>\n", [&](char* piece) {
        std::memcpy(piece + 17, leader.data(), kLeaderLength);
        piece[17 + kCodingScheme] = 'a';
      });
      return;
    }
    notes_->note(Reason::kSchema, "the leader is not one of the schema's", std::size_t{0});
    sink_.literal("<record>\n<leader>");
    sink_ = put_attribute(sink_, leader.substr(0, kCodingScheme), *notes_);
    sink_.put('a');
    sink_ = put_attribute(sink_, leader.substr(kCodingScheme + 1), *notes_);
    sink_.literal("</leader>\n");
  }

  void begin_control_field(const DirectoryEntry& entry) {
    if (marcxml_schema::kControlTag.contains(entry.tag[2])) [[likely]] {
      sink_.piece("<controlfield tag=\"00.\">", [&](char* piece) { piece[21] = entry.tag[2]; });
      return;
    }
    notes_->note(Reason::kSchema, "a control field's tag is not one of the schema's", entry.offset);
    sink_.literal("<controlfield tag=\"");
    sink_ = put_attribute(sink_, {entry.tag, kTagLength}, *notes_);
    sink_.literal("\">");
  }
  void end_control_field() { sink_.literal("</controlfield>\n"); }

  static bool is_plain_field(const DirectoryEntry& entry, char ind1, char ind2) {
    return marcxml_schema::allows_data_field(entry.tag, ind1, ind2);
  }
  void begin_field(const DirectoryEntry& entry, char ind1, char ind2) {
    sink_.piece("<datafield tag=\"...\" ind1=\".\" ind2=\".\">", [&](char* piece) {
      std::memcpy(piece + 16, entry.tag, kTagLength);
      piece[27] = ind1;
      piece[36] = ind2;
    });
  }
  void begin_odd_field(const DirectoryEntry& entry, const Indicators& indicators) {
    const auto& [ind1, ind2] = indicators.values;
    if (!marcxml_schema::allows_data_field(entry.tag, ind1, ind2)) {
      notes_->note(Reason::kSchema,
                   marcxml_schema::allows_data_field(entry.tag, '0', '0') ? "an indicator is not one of the schema's"
                                                                          : "a tag is not one of the schema's",
                   entry.offset);
    }
    sink_.literal("<datafield tag=\"");
    sink_ = put_attribute(sink_, {entry.tag, kTagLength}, *notes_);
    sink_.literal("\" ind1=\"");
    sink_ = put_attribute(sink_, {&ind1, 1}, *notes_);
    sink_.literal("\" ind2=\"");
    sink_ = put_attribute(sink_, {&ind2, 1}, *notes_);
    sink_.literal("\">");
  }

  static bool is_plain_code(char code) { return marcxml_schema::is_plain_subfield_code(code); }
  void begin_subfield(char code, bool after_another) {
    if (after_another) {
      sink_.piece("</subfield><subfield code=\".\">", [&](char* piece) { piece[27] = code; });
    } else {
      sink_.piece("<subfield code=\".\">", [&](char* piece) { piece[16] = code; });
    }
  }
  void begin_odd_subfield(std::string_view code, bool after_another) {
    if (code.size() != 1 || !marcxml_schema::kSubfieldCode.contains(code[0])) {
      notes_->note(Reason::kSchema, "a subfield code is not one of the schema's", code);
    }
    if (after_another) sink_.literal("</subfield>");
    sink_.literal("<subfield code=\"");
    if (is_noncharacter(code)) {
      replace("a noncharacter became U+FFFD", code);
    } else {
      sink_ = put_attribute(sink_, code, *notes_);
    }
    sink_.literal("\">");
  }
  void text(std::string_view bytes, std::size_t from, std::size_t to) { sink_.text(bytes, from, to); }
  void end_field(bool after_subfield) {
    if (after_subfield) {
      sink_.literal("</subfield></datafield>\n");
    } else {
      sink_.literal("</datafield>\n");
    }
  }

  std::size_t escape(std::size_t at, std::size_t end) {
    switch (bytes()[at]) {
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
        sink_.put(bytes()[at]);
        return 1;
      case '\xEF':
        return maybe_noncharacter(at, end);
      default:
        replace("a control character became U+FFFD", bytes().substr(at, 1));
        return 1;
    }
  }

 private:
  static bool is_noncharacter(std::string_view character) {
    return character == "\xEF\xBF\xBE" || character == "\xEF\xBF\xBF";
  }

  /// Copies the character that begins with 0xEF, unless XML forbids it.
  std::size_t maybe_noncharacter(std::size_t at, std::size_t end) {
    const std::string_view character = bytes().substr(at, end - at < 3 ? end - at : 3);
    if (is_noncharacter(character)) {
      replace("a noncharacter became U+FFFD", character);
    } else {
      sink_.append(character);
    }
    return character.size();
  }

  [[gnu::always_inline]] void replace(std::string_view what, std::string_view where) {
    sink_ = put_replacement(sink_, what, where, *notes_);
  }

  [[nodiscard]] std::string_view bytes() const { return notes_->record().bytes(); }

  const RecordNotes* notes_;
  Sink sink_;
};

struct MarcXml {
  static constexpr std::string_view prologue() {
    return "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n"
           "<collection xmlns=\"http://www.loc.gov/MARC21/slim\">\n";
  }
  static constexpr std::string_view kSeparator = "";
  static constexpr std::string_view epilogue() { return "</collection>\n"; }
  static constexpr bool kUtf8 = true;
  // 0xEF begins U+FFFE and U+FFFF, which XML forbids.
  static constexpr SpecialBytes kSpecial = {{'&', '<', '>', '\xEF'}};

  // A delimiter and a code that must be escaped make 35 bytes; nothing makes more of a byte.
  static std::size_t most_bytes(const RecordView& view, const BatchRecord&) {
    return 400 + 128 * view.directory().size() + 18 * view.bytes().size();
  }

  template <class Sink>
  static std::optional<Problem> emit(const RecordView& view, const BatchRecord& record, WriterMemory& memory,
                                     Sink& sink) {
    const Specials& specials = memory.mark_fields(view, record, kSpecial);
    const RecordNotes notes(view, memory.repairs);
    const std::string_view bytes = view.bytes();
    XmlWriter writer(notes, sink);
    writer.leader();
    for (const DirectoryEntry& entry : view.directory()) {
      if (!is_control(entry)) continue;
      writer.begin_control_field(entry);
      walk_control_field(bytes, entry, specials, writer);
      writer.end_control_field();
    }
    for (const DirectoryEntry& entry : view.directory()) {
      if (is_control(entry)) continue;
      walk_data_field(bytes, entry, specials, notes, writer);
    }
    sink = writer.sink();
    sink.literal("</record>\n");
    return std::nullopt;
  }
};

}  // namespace

std::unique_ptr<BatchWriter> make_marcxml_writer() { return std::make_unique<BatchWriterOf<MarcXml>>(); }

}  // namespace bulkmarc
