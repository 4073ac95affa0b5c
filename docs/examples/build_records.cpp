#include <iostream>
#include <vector>

#include <bulkmarc/bulkmarc.hpp>

int main() {
  std::vector<bulkmarc::Record> records(2);
  records[0]
      .add_control("001", "ocm00012345")
      .add_data("100", "1 ", {{'a', "Melville, Herman,"}, {'d', "1819-1891."}})
      .add_data("245", "10", {{'a', "Moby Dick :"}, {'b', "or, the whale."}});
  records[1].add_control("001", "ocm00067890").add_data("245", "00", {{'a', "Beowulf & Grendel for $5."}});

  for (const bulkmarc::Record& record : records) {
    for (const bulkmarc::FieldView field : record.view().fields()) {
      if (field.tag() == "245") std::cout << record.view().control_number() << ": " << field.subfield('a') << '\n';
    }
  }

  bulkmarc::ExportOptions options;
  options.format = bulkmarc::Format::kIso2709;
  bulkmarc::export_records(bulkmarc::Source::records(records), bulkmarc::Target::file("books.mrc"), options);
}
