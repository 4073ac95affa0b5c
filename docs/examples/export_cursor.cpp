#include <cstddef>
#include <string>
#include <vector>

#include <bulkmarc/bulkmarc.hpp>

namespace {

struct Row {
  std::string number;
  std::string title;
};

/// Stands for a database's cursor: fetch() fills the next row, or returns false after the last one.
class Cursor {
 public:
  bool fetch(Row& row) {
    if (next_ == rows_.size()) return false;
    row = rows_[next_++];
    return true;
  }

 private:
  std::vector<Row> rows_ = {{"b1", "Moby Dick"}, {"b2", "Typee"}, {"b3", "Omoo"}};
  std::size_t next_ = 0;
};

}  // namespace

int main() {
  Cursor cursor;
  Row row;
  const auto next = [&](bulkmarc::Record& record) {
    if (!cursor.fetch(row)) return false;
    record.add_control("001", row.number).add_data("245", "00", {{'a', row.title}});
    return true;
  };

  bulkmarc::ExportOptions options;
  options.format = bulkmarc::Format::kNdjson;
  bulkmarc::export_records(bulkmarc::Source::pulled(next), bulkmarc::Target::standard_output(), options);
}
