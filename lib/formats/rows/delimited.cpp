#include "formats/rows/delimited.hpp"
#include "formats/marcjson/json_escapes.hpp"

namespace bulkmarc {
namespace {

/// RFC 4180. A null has no quotes, and an empty text has them; a list is the text of a JSON array.
struct Csv {
  static constexpr char kDelimiter = ',';
  static constexpr char kLineEnd[] = "\r\n";
  static constexpr bool kHasHeader = true;
  static constexpr std::size_t kMostPerByte = 6;  // A control character in a list.
  static constexpr SpecialBytes kSpecial = {{'"', ',', '"', ','}};
  static constexpr ByteSet kOdd{"\",\r\n"};
  static constexpr std::string_view kNull = "";
  static constexpr std::string_view kEmpty = "\"\"";
  static constexpr std::string_view kEmptyList = "[]";

  template <class Sink>
  [[gnu::noinline]] static Sink put_odd(Sink sink, std::string_view value, const RecordNotes&) {
    sink.put('"');
    for (std::size_t quote; (quote = value.find('"')) != std::string_view::npos; value.remove_prefix(quote + 1)) {
      sink.append(value.substr(0, quote));
      sink.literal("\"\"");
    }
    sink.append(value);
    sink.put('"');
    return sink;
  }

  template <class Sink>
  static Sink begin_list(Sink sink) {
    sink.literal("\"[");
    return sink;
  }
  template <class Sink>
  static Sink put_item(Sink sink, std::string_view value) {
    sink.literal("\"\"");
    for (std::size_t quote; (quote = value.find('"')) != std::string_view::npos; value.remove_prefix(quote + 1)) {
      sink = put_json_string(sink, value.substr(0, quote));
      sink.literal("\\\"\"");
    }
    sink = put_json_string(sink, value);
    sink.literal("\"\"");
    return sink;
  }
  template <class Sink>
  static Sink end_list(Sink sink) {
    sink.literal("]\"");
    return sink;
  }
};

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

/// The text format of PostgreSQL's COPY (postgresql.org/docs/current/sql-copy.html), with its defaults. A list is the
/// literal of an array of texts.
struct Copy {
  static constexpr char kDelimiter = '\t';
  static constexpr char kLineEnd[] = "\n";
  static constexpr bool kHasHeader = false;
  static constexpr std::size_t kMostPerByte = 4;  // A backslash in a list.
  static constexpr SpecialBytes kSpecial = {{'\\', '\\', '\\', '\\'}};
  static constexpr ByteSet kOdd{"\\\t\r\n"};
  static constexpr std::string_view kNull = "\\N";
  static constexpr std::string_view kEmpty = "";
  static constexpr std::string_view kEmptyList = "{}";

  template <class Sink>
  [[gnu::noinline]] static Sink put_odd(Sink sink, std::string_view value, const RecordNotes&) {
    for (const char byte : value) sink = put_byte(sink, byte);
    return sink;
  }

  template <class Sink>
  static Sink begin_list(Sink sink) {
    sink.put('{');
    return sink;
  }
  template <class Sink>
  static Sink put_item(Sink sink, std::string_view value) {
    sink.put('"');
    for (const char byte : value) {
      // The array's own backslash is escaped once more.
      if (byte == '"' || byte == '\\') sink.literal("\\\\");
      sink = put_byte(sink, byte);
    }
    sink.put('"');
    return sink;
  }
  template <class Sink>
  static Sink end_list(Sink sink) {
    sink.put('}');
    return sink;
  }

 private:
  template <class Sink>
  static Sink put_byte(Sink sink, char byte) {
    switch (byte) {
      case '\\':
        sink.literal("\\\\");
        break;
      case '\t':
        sink.literal("\\t");
        break;
      case '\n':
        sink.literal("\\n");
        break;
      case '\r':
        sink.literal("\\r");
        break;
      default:
        sink.put(byte);
    }
    return sink;
  }
};

}  // namespace

std::unique_ptr<BatchWriter> make_csv_writer(const Table& table) { return make_row_writer<Delimited<Csv>>(table); }

std::unique_ptr<BatchWriter> make_tsv_writer(const Table& table) { return make_row_writer<Delimited<Tsv>>(table); }

std::unique_ptr<BatchWriter> make_pgcopy_writer(const Table& table) { return make_row_writer<Delimited<Copy>>(table); }

}  // namespace bulkmarc
