#include "formats/marcjson/json_escapes.hpp"
#include "formats/rows/delimited.hpp"

namespace bulkmarc {
namespace {

/// Tabs between the columns, and nothing is quoted or escaped: what would break a line or a column becomes a blank.
/// Null and an empty text are the same; a list is the text of a JSON array.
struct Tsv {
  static constexpr char kDelimiter = '\t';
  static constexpr char kLineEnd[] = "\n";
  static constexpr bool kHasHeader = true;
  static constexpr std::size_t kMostPerByte = 6;  // A control character in a list.
  static constexpr SpecialBytes kSpecial = {{'\t', '\t', '\t', '\t'}};
  static constexpr ByteSet kOdd{"\t\r\n"};
  static constexpr std::string_view kNull = "";
  static constexpr std::string_view kTrue = "true";
  static constexpr std::string_view kFalse = "false";
  static constexpr std::string_view kEmpty = "";
  static constexpr std::string_view kEmptyList = "[]";

  template <class Sink>
  [[gnu::cold, gnu::noinline]] static Sink put_odd(Sink sink, std::string_view value, const RecordNotes& notes) {
    const auto* const odd = std::ranges::find_if(value, [](char byte) { return kOdd.contains(byte); });
    notes.note(Reason::kCharacter, "a tab or a line break became a blank", {odd, value.end()});
    for (const char byte : value) sink.put(kOdd.contains(byte) ? ' ' : byte);
    return sink;
  }

  template <class Sink>
  static Sink begin_list(Sink sink) {
    sink.put('[');
    return sink;
  }
  template <class Sink>
  static Sink put_item(Sink sink, std::string_view value) {
    sink.put('"');
    sink = put_json_string(sink, value);
    sink.put('"');
    return sink;
  }
  template <class Sink>
  static Sink end_list(Sink sink) {
    sink.put(']');
    return sink;
  }
};

}  // namespace

std::unique_ptr<BatchWriter> make_tsv_writer(const Table& table) { return make_row_writer<Delimited<Tsv>>(table); }

}  // namespace bulkmarc
