// A plug-in that exports some records with the shared library, on several threads.

#include <string>
#include <vector>

#include <bulkmarc/bulkmarc.hpp>

extern "C" int export_some_records() try {
  std::vector<bulkmarc::Record> records(20'000);
  for (bulkmarc::Record& record : records) record.add_data("245", "10", {{'a', "Moby Dick"}});
  std::string bytes;
  bulkmarc::ExportOptions options;
  options.run.threads = 4;
  options.run.batch_bytes = 4096;
  const auto report =
      bulkmarc::export_records(bulkmarc::Source::records(records), bulkmarc::Target::memory(bytes), options);
  return report.records_exported == records.size() ? 0 : 1;
} catch (const bulkmarc::Error&) {
  return 1;
}
