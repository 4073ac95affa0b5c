#include <cstddef>
#include <cstring>
#include <optional>
#include <string_view>

#include "formats/marcjson/json_escapes.hpp"
#include "formats/registry.hpp"
#include "record/data_field.hpp"
#include "record/leader.hpp"
#include "text/byte_set.hpp"

namespace bulkmarc {
namespace {

/// MARC-in-JSON (Ross Singer, 2010): fields and subfields are arrays of objects with one key, so that order and
/// repeats survive.
template <class Sink>
class JsonWriter {
 public:
  JsonWriter(std::string_view bytes, Sink sink) : bytes_(bytes), sink_(sink) {}

  [[nodiscard]] Sink sink() const { return sink_; }

  void leader() {
    const std::string_view leader = bytes_.substr(0, kLeaderLength);
    if (all_in(leader, kPlainInJson)) [[likely]] {
      sink_.piece("{\"leader\":\"........................\",\"fields\":[", [&](char* piece) {
        std::memcpy(piece + 11, leader.data(), kLeaderLength);
        piece[11 + kCodingScheme] = 'a';
      });
      return;
    }
    sink_.literal("{\"leader\":\"");
    sink_ = put_json_string(sink_, leader.substr(0, kCodingScheme));
    sink_.put('a');
    sink_ = put_json_string(sink_, leader.substr(kCodingScheme + 1));
    sink_.literal("\",\"fields\":[");
  }
  void next_field() { sink_.put(','); }
  void end_record() { sink_.literal("]}"); }

  void begin_control_field(const DirectoryEntry& entry) {
    if (kPlainInJson.contains(entry.tag[2])) [[likely]] {
      sink_.piece("{\"00.\":\"", [&](char* piece) { piece[4] = entry.tag[2]; });
      return;
    }
    sink_.literal("{\"");
    sink_ = put_json_string(sink_, {entry.tag, kTagLength});
    sink_.literal("\":\"");
  }
  void end_control_field() { sink_.literal("\"}"); }

  static bool is_plain_field(const DirectoryEntry& entry, char ind1, char ind2) {
    return kPlainInJson.contains(entry.tag[0]) && kPlainInJson.contains(entry.tag[1]) &&
           kPlainInJson.contains(entry.tag[2]) && kPlainInJson.contains(ind1) && kPlainInJson.contains(ind2);
  }
  void begin_field(const DirectoryEntry& entry, char ind1, char ind2) {
    sink_.piece("{\"...\":{\"ind1\":\".\",\"ind2\":\".\",\"subfields\":[", [&](char* piece) {
      std::memcpy(piece + 2, entry.tag, kTagLength);
      piece[16] = ind1;
      piece[27] = ind2;
    });
  }
  void begin_odd_field(const DirectoryEntry& entry, const Indicators& indicators) {
    sink_.literal("{\"");
    sink_ = put_json_string(sink_, {entry.tag, kTagLength});
    sink_.literal("\":{\"ind1\":\"");
    sink_ = put_json_string(sink_, {&indicators.values[0], 1});
    sink_.literal("\",\"ind2\":\"");
    sink_ = put_json_string(sink_, {&indicators.values[1], 1});
    sink_.literal("\",\"subfields\":[");
  }

  static bool is_plain_code(char code) { return kPlainInJson.contains(code); }
  void begin_subfield(char code, bool after_another) {
    if (after_another) {
      sink_.piece("\"},{\".\":\"", [code](char* piece) { piece[5] = code; });
    } else {
      sink_.piece("{\".\":\"", [code](char* piece) { piece[2] = code; });
    }
  }
  void begin_odd_subfield(std::string_view code, bool after_another) {
    if (after_another) sink_.literal("\"},");
    sink_.literal("{\"");
    sink_ = put_json_string(sink_, code);
    sink_.literal("\":\"");
  }
  void text(std::string_view bytes, std::size_t from, std::size_t to) { sink_.text(bytes, from, to); }
  void end_field(bool after_subfield) {
    if (after_subfield) sink_.literal("\"}");
    sink_.literal("]}}");
  }
  std::size_t escape(std::size_t at, std::size_t) {
    sink_ = put_json_escaped(sink_, bytes_[at]);
    return 1;
  }

 private:
  std::string_view bytes_;
  Sink sink_;
};

template <class Sink>
void emit_json(const RecordView& view, const BatchRecord& record, WriterMemory& memory, Sink& sink) {
  const Specials& specials = memory.mark_fields(view, record, {{'"', '\\', '"', '\\'}});
  const RecordNotes notes(view, memory.repairs);
  const std::string_view bytes = view.bytes();
  JsonWriter writer(bytes, sink);
  writer.leader();
  bool first = true;
  for (const DirectoryEntry& entry : view.directory()) {
    if (!first) writer.next_field();
    first = false;
    if (is_control(entry)) {
      writer.begin_control_field(entry);
      walk_control_field(bytes, entry, specials, writer);
      writer.end_control_field();
    } else {
      walk_data_field(bytes, entry, specials, notes, writer);
    }
  }
  writer.end_record();
  sink = writer.sink();
}

struct JsonRecord {
  static constexpr bool kUtf8 = true;

  // A delimiter and a code that must be escaped make 14 bytes; nothing makes more of a byte.
  static std::size_t most_bytes(const RecordView& view, const BatchRecord&) {
    return 256 + 96 * view.directory().size() + 7 * view.bytes().size();
  }
};

struct Json : JsonRecord {
  static constexpr std::string_view prologue() { return "[\n"; }
  static constexpr std::string_view kSeparator = ",\n";
  static constexpr std::string_view epilogue() { return "\n]\n"; }

  template <class Sink>
  static std::optional<Problem> emit(const RecordView& view, const BatchRecord& record, WriterMemory& memory,
                                     Sink& sink) {
    emit_json(view, record, memory, sink);
    return std::nullopt;
  }
};

struct Ndjson : JsonRecord {
  static constexpr std::string_view prologue() { return ""; }
  static constexpr std::string_view kSeparator = "";
  static constexpr std::string_view epilogue() { return ""; }

  template <class Sink>
  static std::optional<Problem> emit(const RecordView& view, const BatchRecord& record, WriterMemory& memory,
                                     Sink& sink) {
    emit_json(view, record, memory, sink);
    sink.put('\n');
    return std::nullopt;
  }
};

}  // namespace

std::unique_ptr<BatchWriter> make_json_writer() { return std::make_unique<BatchWriterOf<Json>>(); }

std::unique_ptr<BatchWriter> make_ndjson_writer() { return std::make_unique<BatchWriterOf<Ndjson>>(); }

}  // namespace bulkmarc
