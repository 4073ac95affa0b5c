#include <iostream>

#include <bulkmarc/bulkmarc.hpp>

int main() {
  bulkmarc::ExportOptions options;
  options.format = bulkmarc::Format::kNdjson;
  options.run.rejects = "rejected.mrc";
  try {
    const bulkmarc::Report report = bulkmarc::export_records(bulkmarc::Source::file("catalogue.mrc"),
                                                             bulkmarc::Target::file("catalogue.ndjson"), options);
    std::cout << report.records_exported << " of " << report.records_read << " records exported\n";
    return report.records_rejected == 0 ? 0 : 3;
  } catch (const bulkmarc::Error& error) {
    std::cerr << error.what() << '\n';
    return 1;
  }
}
