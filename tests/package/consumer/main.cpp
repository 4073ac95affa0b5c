#include <array>
#include <iostream>
#include <string>

#include <bulkmarc/arrow_encoders.hpp>
#include <bulkmarc/bulkmarc.hpp>

int main() {
  std::array<bulkmarc::Record, 2> records;
  records[0].add_control("001", "one").add_data("245", "10", {{'a', "Moby Dick /"}, {'c', "Herman Melville."}});
  records[1].add_control("001", "two").add_data("245", "00", {{'a', "Beowulf & Grendel"}});

  std::string xml;
  const bulkmarc::Report report =
      bulkmarc::export_records(bulkmarc::Source::records(records), bulkmarc::Target::memory(xml));

  const bool complete = report.records_read == 2 && report.records_exported == 2 && report.bytes_written == xml.size();
  const bool right = xml.find("Moby Dick /") < xml.find("Beowulf &amp; Grendel") &&
                     xml.find("Beowulf &amp; Grendel") != std::string::npos;
#ifdef WITH_ARROW
  std::string parquet;
  bulkmarc::export_records(bulkmarc::Source::records(records), bulkmarc::Target::memory(parquet),
                           {.format = bulkmarc::Format::kParquet,
                            .table = bulkmarc::Table::records(),
                            .encoder = bulkmarc::parquet_encoder()});
  if (!parquet.starts_with("PAR1") || !parquet.ends_with("PAR1")) {
    std::cerr << "no Parquet file\n";
    return 1;
  }
#endif
  try {
    bulkmarc::export_records(bulkmarc::Source::file("no/such/file.mrc"), bulkmarc::Target::none());
    std::cerr << "a missing input was not an error\n";
    return 1;
  } catch (const bulkmarc::Error& error) {
    if (error.code() != bulkmarc::ErrorCode::kInputOpen) {
      std::cerr << error.what() << '\n';
      return 1;
    }
  }
  if (!complete || !right) std::cerr << report.to_text() << xml;
  return complete && right ? 0 : 1;
}
