#include <cstddef>
#include <optional>
#include <string_view>
#include <vector>

#include "formats/data_field.hpp"
#include "formats/emit_batch.hpp"

namespace bulkmarc {
namespace {

constexpr char kHexDigits[] = "0123456789abcdef";

/// MARC-in-JSON (Ross Singer, 2010): fields and subfields are arrays of objects with one key, so that order and
/// repeats survive.
template <class Sink>
class JsonWriter {
 public:
  JsonWriter(std::string_view bytes, Workspace& workspace, Sink& sink)
      : bytes_(bytes), specials_(workspace.specials), repairs_(workspace.repairs), sink_(sink) {}

  void leader() {
    sink_.literal("{\"leader\":\"");
    emit_text(specials_, 0, 9, *this);
    sink_.put('a');
    emit_text(specials_, 10, kLeaderLength, *this);
    sink_.literal("\",\"fields\":[");
  }

  void field(const DirectoryEntry& entry, bool first) {
    if (!first) sink_.put(',');
    sink_.literal("{\"");
    string({entry.tag, kTagLength});
    if (entry.tag[0] == '0' && entry.tag[1] == '0') {
      sink_.literal("\":\"");
      emit_text(specials_, entry.offset, entry.offset + entry.length, *this);
      sink_.literal("\"}");
    } else {
      walk_data_field(bytes_, entry, specials_, repairs_, *this);
    }
  }

  void end_record() { sink_.literal("]}"); }

  void begin_field(const Indicators& indicators) {
    sink_.literal("\":{\"ind1\":\"");
    string({&indicators.values[0], 1});
    sink_.literal("\",\"ind2\":\"");
    string({&indicators.values[1], 1});
    sink_.literal("\",\"subfields\":[");
  }
  void begin_subfield(std::string_view code, bool after_another) {
    if (after_another) sink_.literal("\"},");
    sink_.literal("{\"");
    string(code);
    sink_.literal("\":\"");
  }
  void text(std::size_t from, std::size_t to) { sink_.append_part(bytes_, from, to); }
  void end_field(bool after_subfield) {
    if (after_subfield) sink_.literal("\"}");
    sink_.literal("]}}");
  }

  std::size_t escape(std::size_t at, std::size_t) {
    escape_byte(bytes_[at]);
    return 1;
  }

 private:
  /// A short string that was not scanned for special bytes.
  void string(std::string_view value) {
    for (const char byte : value) {
      if (byte == '"' || byte == '\\' || static_cast<unsigned char>(byte) < 0x20) {
        escape_byte(byte);
      } else {
        sink_.put(byte);
      }
    }
  }

  void escape_byte(char byte) {
    if (byte == '"') return sink_.literal("\\\"");
    if (byte == '\\') return sink_.literal("\\\\");
    sink_.literal("\\u00");
    sink_.put(kHexDigits[static_cast<unsigned char>(byte) >> 4]);
    sink_.put(kHexDigits[static_cast<unsigned char>(byte) & 0xF]);
  }

  std::string_view bytes_;
  const Specials& specials_;
  std::vector<Problem>& repairs_;
  Sink& sink_;
};

template <class Sink>
void emit_json(const RecordView& view, Workspace& workspace, Sink& sink) {
  workspace.specials.mark(view.bytes(), {{'"', '\\', '"', '\\'}});
  JsonWriter writer(view.bytes(), workspace, sink);
  writer.leader();
  bool first = true;
  for (const DirectoryEntry& entry : view.directory()) {
    writer.field(entry, first);
    first = false;
  }
  writer.end_record();
}

struct Json {
  static constexpr std::string_view kPrologue = "[\n";
  static constexpr std::string_view kSeparator = ",\n";
  static constexpr std::string_view kEpilogue = "\n]\n";
  static constexpr bool kUtf8 = true;

  template <class Sink>
  static std::optional<Problem> emit(const RecordView& view, const BatchRecord&, Workspace& workspace, Sink& sink) {
    emit_json(view, workspace, sink);
    return std::nullopt;
  }
};

struct Ndjson {
  static constexpr std::string_view kPrologue = "";
  static constexpr std::string_view kSeparator = "";
  static constexpr std::string_view kEpilogue = "";
  static constexpr bool kUtf8 = true;

  template <class Sink>
  static std::optional<Problem> emit(const RecordView& view, const BatchRecord&, Workspace& workspace, Sink& sink) {
    emit_json(view, workspace, sink);
    sink.put('\n');
    return std::nullopt;
  }
};

}  // namespace

std::unique_ptr<Formatter> make_json_formatter(const Policy& policy) {
  return std::make_unique<FormatterOf<Json>>(policy);
}

std::unique_ptr<Formatter> make_ndjson_formatter(const Policy& policy) {
  return std::make_unique<FormatterOf<Ndjson>>(policy);
}

}  // namespace bulkmarc
