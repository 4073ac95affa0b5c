#include <exception>
#include <iostream>

#include <bulkmarc/arrow_encoders.hpp>
#include <bulkmarc/bulkmarc.hpp>

int main() try {
  const bulkmarc::ExportOptions options = {.format = bulkmarc::Format::kParquet,
                                           .table = bulkmarc::Table::records(),
                                           .encoder = bulkmarc::parquet_encoder()};
  const bulkmarc::Report report = bulkmarc::export_records(bulkmarc::Source::file("catalogue.mrc"),
                                                           bulkmarc::Target::file("catalogue.parquet"), options);
  std::cout << report.records_exported << " rows\n";
} catch (const std::exception& error) {
  std::cerr << error.what() << '\n';
  return 1;
}
