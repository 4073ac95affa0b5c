#include <string>

#include <bulkmarc/bulkmarc.hpp>

namespace {

bool has_author(const bulkmarc::RecordView& record) {
  for (const bulkmarc::FieldView field : record.fields()) {
    if (field.tag() == "100") return true;
  }
  return false;
}

bool shorten_number(bulkmarc::Record& record) {
  const auto index = record.find_field("001");
  if (!index) return false;
  const std::string number(record.view().control_number());
  if (number.starts_with("ocm")) record.replace_field(*index, number.substr(3));
  return true;
}

}  // namespace

int main() {
  bulkmarc::ExportOptions options;
  options.format = bulkmarc::Format::kMrk;
  options.run.predicate = has_author;
  options.run.change = shorten_number;
  bulkmarc::export_records(bulkmarc::Source::file("books.mrc"), bulkmarc::Target::standard_output(), options);
}
