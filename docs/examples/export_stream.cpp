#include <cstddef>
#include <fstream>
#include <iostream>
#include <span>
#include <stdexcept>
#include <string_view>

#include <bulkmarc/bulkmarc.hpp>

int main() {
  std::ifstream in("books.mrc", std::ios::binary);
  const auto read = [&in](std::span<char> bytes) {
    in.read(bytes.data(), static_cast<std::streamsize>(bytes.size()));
    if (in.bad()) throw std::runtime_error("the stream can't be read");
    return static_cast<std::size_t>(in.gcount());
  };
  std::ofstream out("books.xml.zst", std::ios::binary);
  const auto write = [&out](std::string_view bytes) {
    if (!out.write(bytes.data(), static_cast<std::streamsize>(bytes.size()))) {
      throw std::runtime_error("the stream can't be written");
    }
  };

  bulkmarc::ExportOptions options;
  options.compression = bulkmarc::Compression::kZstd;
  const bulkmarc::Report report =
      bulkmarc::export_records(bulkmarc::Source::function(read), bulkmarc::Target::function(write), options);
  std::cout << report.records_exported << " records\n";
}
