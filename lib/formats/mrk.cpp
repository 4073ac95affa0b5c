#include <cstddef>
#include <optional>
#include <string_view>
#include <vector>

#include "formats/data_field.hpp"
#include "formats/emit_batch.hpp"

namespace bulkmarc {
namespace {

/// MARCMaker text (loc.gov/marc/makrbrkr.html): one field a line, an empty line after every record. `\` stands for a
/// blank in control fields and indicators; a real one there is written {bsol}.
template <class Sink>
class MrkWriter {
 public:
  MrkWriter(std::string_view bytes, Workspace& workspace, Sink& sink)
      : bytes_(bytes), specials_(workspace.specials), repairs_(workspace.repairs), sink_(sink) {}

  void leader() {
    sink_.literal("=LDR  ");
    sink_.append(bytes_.substr(0, 9));
    sink_.put('a');
    sink_.append(bytes_.substr(10, kLeaderLength - 10));
    sink_.put('\n');
  }

  void field(const DirectoryEntry& entry) {
    sink_.put('=');
    sink_.append({entry.tag, kTagLength});
    sink_.literal("  ");
    if (entry.tag[0] == '0' && entry.tag[1] == '0') {
      control_data(entry);
      sink_.put('\n');
    } else {
      walk_data_field(bytes_, entry, specials_, repairs_, *this);
    }
  }

  void begin_field(const Indicators& indicators) {
    for (const char value : indicators.values) {
      if (value == '\\') note(repairs_, Reason::kIndicators, "an indicator \\ can't be told from a blank");
      sink_.put(value == ' ' ? '\\' : value);
    }
  }
  void begin_subfield(std::string_view code, bool) {
    sink_.put('$');
    if (static_cast<unsigned char>(code[0]) < 0x20) return replace(' ', "a control character as a code became a blank");
    sink_.append(code);
  }
  void text(std::size_t from, std::size_t to) { sink_.append_part(bytes_, from, to); }
  void end_field(bool) { sink_.put('\n'); }

  std::size_t escape(std::size_t at, std::size_t) {
    escape_byte(bytes_[at]);
    return 1;
  }

 private:
  void control_data(const DirectoryEntry& entry) {
    for (const char byte : bytes_.substr(entry.offset, entry.length)) {
      if (byte == ' ') {
        sink_.put('\\');
      } else if (byte == '\\') {
        sink_.literal("{bsol}");
      } else {
        escape_byte(byte);
      }
    }
  }

  void escape_byte(char byte) {
    switch (byte) {
      case '$':
        return sink_.literal("{dollar}");
      case '{':
        return sink_.literal("{lcub}");
      case '}':
        return sink_.literal("{rcub}");
      case '\n':
      case '\r':
        return replace(' ', "a line break became a blank");
      case kSubfieldDelimiter:
        return replace(' ', "a delimiter in a control field became a blank");
      default:
        return sink_.put(byte);
    }
  }

  void replace(char by, std::string_view what) {
    note(repairs_, Reason::kCharacter, what);
    sink_.put(by);
  }

  std::string_view bytes_;
  const Specials& specials_;
  std::vector<Problem>& repairs_;
  Sink& sink_;
};

struct Mrk {
  static constexpr std::string_view kPrologue = "";
  static constexpr std::string_view kSeparator = "";
  static constexpr std::string_view kEpilogue = "";
  static constexpr bool kUtf8 = true;

  template <class Sink>
  static std::optional<Problem> emit(const RecordView& view, const BatchRecord&, Workspace& workspace, Sink& sink) {
    workspace.specials.mark(view.bytes(), {{'$', '{', '}', '$'}});
    MrkWriter writer(view.bytes(), workspace, sink);
    writer.leader();
    for (const DirectoryEntry& entry : view.directory()) writer.field(entry);
    sink.put('\n');
    return std::nullopt;
  }
};

}  // namespace

std::unique_ptr<Formatter> make_mrk_formatter(const Policy& policy) {
  return std::make_unique<FormatterOf<Mrk>>(policy);
}

}  // namespace bulkmarc
