#include "formats/rows/delimited.hpp"

namespace bulkmarc {
namespace {

/// The text format of PostgreSQL's COPY (postgresql.org/docs/current/sql-copy.html), with its defaults. A list is the
/// literal of an array of texts.
struct PgCopy {
  static constexpr char kDelimiter = '\t';
  static constexpr char kLineEnd[] = "\n";
  static constexpr bool kHasHeader = false;
  static constexpr std::size_t kMostPerByte = 4;  // A backslash in a list.
  static constexpr SpecialBytes kSpecial = {{'\\', '\\', '\\', '\\'}};
  static constexpr ByteSet kOdd{"\\\t\r\n"};
  static constexpr std::string_view kNull = "\\N";
  static constexpr std::string_view kTrue = "t";
  static constexpr std::string_view kFalse = "f";
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

std::unique_ptr<BatchWriter> make_pgcopy_writer(const Table& table) {
  return make_row_writer<Delimited<PgCopy>>(table);
}

}  // namespace bulkmarc
