#include "formats/marcjson/json_escapes.hpp"
#include "formats/rows/delimited.hpp"

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
  static constexpr std::string_view kTrue = "true";
  static constexpr std::string_view kFalse = "false";
  static constexpr std::string_view kEmpty = "\"\"";
  static constexpr std::string_view kEmptyList = "[]";
  static constexpr char kAroundJson[] = "\"";
  static constexpr char kJsonQuote[] = "\"\"";
  static constexpr char kJsonBackslash[] = "\\";

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
    sink.literal(kJsonQuote);
    sink = put_json_string<Csv>(sink, value);
    sink.literal(kJsonQuote);
    return sink;
  }
  template <class Sink>
  static Sink end_list(Sink sink) {
    sink.literal("]\"");
    return sink;
  }
};

/// The same for people who open it with Excel, which takes it for UTF-8 only after a byte order mark.
class SpreadsheetCsv : public Delimited<Csv> {
 public:
  static constexpr bool kIsForSpreadsheets = true;

  explicit SpreadsheetCsv(std::span<const Column> columns)
      : Delimited(columns), header_("\xEF\xBB\xBF" + std::string(Delimited::header())) {}

  [[nodiscard]] std::string_view header() const { return header_; }

 private:
  std::string header_;
};

}  // namespace

std::unique_ptr<BatchWriter> make_csv_writer(const Table& table) {
  if (Internals::of(table)->is_of_cells) return make_row_writer<SpreadsheetCsv>(table);
  return make_row_writer<Delimited<Csv>>(table);
}

}  // namespace bulkmarc
