#include <iostream>
#include <string>

#include <bulkmarc/bulkmarc.hpp>

int main() {
  bulkmarc::Record record;
  record.add_control("001", "b1").add_data("245", "00", {{'a', "Moby Dik"}}).add_data("900", "  ", {{'a', "local"}});

  if (const auto title = record.find_field("245")) {
    record.replace_field(*title, bulkmarc::data_field_bytes("10", {{'a', "Moby Dick"}}));
    record.insert_field(*title, "100", bulkmarc::data_field_bytes("1 ", {{'a', "Melville, Herman"}}));
  }
  record.remove_fields("900");

  std::string text;
  bulkmarc::export_records(bulkmarc::Source::records({&record, 1}), bulkmarc::Target::memory(text),
                           {.format = bulkmarc::Format::kMrk});
  std::cout << text;
}
