#include <fstream>
#include <iostream>
#include <iterator>
#include <string>
#include <string_view>

#include <bulkmarc/bulkmarc.hpp>

namespace {

/// What a service does with the body of a request: nobody knows its format, nor whether it is compressed.
std::string to_mrk(std::string_view body) {
  std::string text;
  bulkmarc::ExportOptions options;
  options.format = bulkmarc::Format::kMrk;
  bulkmarc::export_records(bulkmarc::Source::memory(body), bulkmarc::Target::memory(text), options);
  return text;
}

}  // namespace

int main() {
  std::ifstream file("books.mrc", std::ios::binary);
  const std::string body(std::istreambuf_iterator<char>(file), {});
  std::cout << to_mrk(body);
}
