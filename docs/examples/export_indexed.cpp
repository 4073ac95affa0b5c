#include <cstdint>
#include <iostream>
#include <string>
#include <vector>

#include <bulkmarc/bulkmarc.hpp>

int main() {
  const std::vector<std::string> titles = {"Moby Dick", "Typee", "Omoo"};
  const auto make = [&titles](std::uint64_t index, bulkmarc::Record& record) {
    record.add_control("001", std::to_string(index + 1)).add_data("245", "00", {{'a', titles[index]}});
  };

  std::string text;
  bulkmarc::ExportOptions options;
  options.format = bulkmarc::Format::kMrk;
  bulkmarc::export_records(bulkmarc::Source::indexed(titles.size(), make), bulkmarc::Target::memory(text), options);
  std::cout << text;
}
