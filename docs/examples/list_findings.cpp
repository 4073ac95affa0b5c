#include <iostream>
#include <string>
#include <vector>

#include <bulkmarc/bulkmarc.hpp>

namespace {

void list(const char* what, const std::vector<bulkmarc::Finding>& findings) {
  for (const bulkmarc::Finding& finding : findings) {
    std::cout << what << ": record " << finding.record << " (" << finding.control_number << "), "
              << bulkmarc::reason_name(finding.code) << ": " << finding.detail << '\n';
  }
}

}  // namespace

int main() {
  std::vector<bulkmarc::Record> records(3);
  records[0].add_control("001", "good").add_data("245", "00", {{'a', "Typee"}});
  records[1].add_control("001", "odd").add_data("500", "  ", {{'a', "A bell \x07 rings."}});
  records[2].add_control("001", "long").add_data("520", "  ", {{'a', std::string(12'000, 'x')}});

  for (const bulkmarc::Format format : {bulkmarc::Format::kMarcXml, bulkmarc::Format::kIso2709}) {
    bulkmarc::ExportOptions options;
    options.format = format;
    const bulkmarc::Report report =
        bulkmarc::export_records(bulkmarc::Source::records(records), bulkmarc::Target::none(), options);
    std::cout << bulkmarc::format_name(format) << ": " << report.records_exported << " exported\n";
    list("rejected", report.rejects);
    list("repaired", report.repairs);
  }
}
