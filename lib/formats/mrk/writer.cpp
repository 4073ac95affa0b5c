#include <cstddef>
#include <cstring>
#include <optional>
#include <string_view>

#include "formats/registry.hpp"
#include "record/data_field.hpp"
#include "record/leader.hpp"
#include "text/byte_set.hpp"

namespace bulkmarc {
namespace {

constexpr ByteSet kPlainIndicator(" -[]-~");
constexpr ByteSet kPlainCode("!-#%-z|~");
/// What a line with the leader begins with, so that a field can't have it.
constexpr std::string_view kTagInItsPlace = "ldr";

/// MARCMaker text (loc.gov/marc/makrbrkr.html): one field a line, an empty line after every record. `\` stands for a
/// blank in control fields and indicators; a real one there is written {bsol}.
template <class Sink>
class MrkWriter {
 public:
  MrkWriter(const RecordNotes& notes, Sink sink) : bytes_(notes.record().bytes()), notes_(&notes), sink_(sink) {}

  [[nodiscard]] Sink sink() const { return sink_; }

  void leader() {
    sink_.piece("=LDR  ........................\n", [&](char* piece) {
      std::memcpy(piece + 6, bytes_.data(), kLeaderLength);
      piece[6 + kCodingScheme] = 'a';
    });
  }

  /// A control field is short, and its blanks are special too: byte by byte is best.
  void control_field(const DirectoryEntry& entry) {
    begin_line(entry);
    const std::size_t end = entry.offset + entry.length;
    for (std::size_t at = entry.offset; at < end; ++at) {
      if (bytes_[at] == ' ') {
        sink_.put('\\');
      } else if (bytes_[at] == '\\') {
        sink_.literal("{bsol}");
      } else {
        escape_byte(at);
      }
    }
    sink_.put('\n');
  }

  static bool is_plain_field(const DirectoryEntry& entry, char ind1, char ind2) {
    return kPlainIndicator.contains(ind1) && kPlainIndicator.contains(ind2) && entry.tag[0] != kLeaderTag[0];
  }
  void begin_field(const DirectoryEntry& entry, char ind1, char ind2) {
    begin_line(entry);
    indicator(ind1);
    indicator(ind2);
  }
  void begin_odd_field(const DirectoryEntry& entry, const Indicators& indicators) {
    for (const char value : indicators.values) {
      if (value != '\\') continue;
      notes_->note(Reason::kIndicators, "an indicator \\ can't be told from a blank", entry.offset);
    }
    DirectoryEntry written = entry;
    if (std::string_view(entry.tag, kTagLength) == kLeaderTag) {
      notes_->note(Reason::kCharacter, "a field with the tag LDR became one with the tag ldr", entry.offset);
      kTagInItsPlace.copy(written.tag, kTagLength);
    }
    begin_field(written, indicators.values[0], indicators.values[1]);
  }

  static bool is_plain_code(char code) { return kPlainCode.contains(code); }
  void begin_subfield(char code, bool) {
    sink_.piece("$.", [code](char* piece) { piece[1] = code; });
  }
  void begin_odd_subfield(std::string_view code, bool) {
    sink_.put('$');
    if (static_cast<unsigned char>(code[0]) < 0x20) {
      return replace(' ', "a control character as a code became a blank", code);
    }
    sink_.append(code);
  }
  void text(std::string_view bytes, std::size_t from, std::size_t to) { sink_.text(bytes, from, to); }
  void end_field(bool) { sink_.put('\n'); }

  std::size_t escape(std::size_t at, std::size_t) {
    escape_byte(at);
    return 1;
  }

 private:
  void begin_line(const DirectoryEntry& entry) {
    sink_.piece("=...  ", [&](char* piece) { std::memcpy(piece + 1, entry.tag, kTagLength); });
  }
  void indicator(char value) { sink_.put(value == ' ' ? '\\' : value); }

  void escape_byte(std::size_t at) {
    switch (bytes_[at]) {
      case '$':
        return sink_.literal("{dollar}");
      case '{':
        return sink_.literal("{lcub}");
      case '}':
        return sink_.literal("{rcub}");
      case '\n':
      case '\r':
        return replace(' ', "a line break became a blank", bytes_.substr(at, 1));
      case kSubfieldDelimiter:
        return replace(' ', "a delimiter in a control field became a blank", bytes_.substr(at, 1));
      default:
        return sink_.put(bytes_[at]);
    }
  }

  void replace(char by, std::string_view what, std::string_view where) {
    notes_->note(Reason::kCharacter, what, where);
    sink_.put(by);
  }

  std::string_view bytes_;
  const RecordNotes* notes_;
  Sink sink_;
};

struct Mrk {
  static constexpr std::string_view prologue() { return ""; }
  static constexpr std::string_view kSeparator = "";
  static constexpr std::string_view epilogue() { return ""; }
  static constexpr bool kUtf8 = true;

  // {dollar} makes 8 bytes of one; nothing makes more.
  static std::size_t most_bytes(const RecordView& view, const BatchRecord&) {
    return 64 + 16 * view.directory().size() + 8 * view.bytes().size();
  }

  template <class Sink>
  static std::optional<Problem> emit(const RecordView& view, const BatchRecord& record, WriterMemory& memory,
                                     Sink& sink) {
    const Specials& specials = memory.mark_fields(view, record, {{'$', '{', '}', '$'}});
    const RecordNotes notes(view, memory.repairs);
    MrkWriter writer(notes, sink);
    writer.leader();
    for (const DirectoryEntry& entry : view.directory()) {
      if (is_control(entry)) {
        writer.control_field(entry);
      } else {
        walk_data_field(view.bytes(), entry, specials, notes, writer);
      }
    }
    sink = writer.sink();
    sink.put('\n');
    return std::nullopt;
  }
};

}  // namespace

std::unique_ptr<BatchWriter> make_mrk_writer() { return std::make_unique<BatchWriterOf<Mrk>>(); }

}  // namespace bulkmarc
