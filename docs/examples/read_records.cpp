#include <iostream>

#include <bulkmarc/bulkmarc.hpp>

int main() {
  bulkmarc::RecordStream records(bulkmarc::Source::file("books.mrc"));
  for (const bulkmarc::RecordView record : records) {
    for (const bulkmarc::FieldView field : record.fields()) {
      if (field.tag() == "245") std::cout << record.control_number() << ": " << field.subfield('a') << '\n';
    }
  }
  std::cout << records.report().records_exported << " records\n";
}
