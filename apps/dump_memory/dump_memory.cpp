/// \file
/// A program that holds its catalogue in memory, and dumps it:
///
///     bulkmarc-dump-memory 1000000 catalog.xml

#include <charconv>
#include <cstdio>
#include <exception>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include <fmt/format.h>

#include <bulkmarc/bulkmarc.hpp>

namespace {

bulkmarc::Record make_record(std::size_t number) {
  bulkmarc::Record record;
  record.add_control("001", fmt::format("bm{:09}", number))
      .add_control("008", "240115s1851    nyu           000 1 eng d")
      .add_data("035", "  ", {{'a', fmt::format("(OCoLC){}", number)}})
      .add_data("100", "1 ", {{'a', "Melville, Herman,"}, {'d', "1819-1891."}})
      .add_data("245", "10", {{'a', "Moby Dick /"}, {'c', "Herman Melville."}})
      .add_data("264", " 1", {{'a', "New York :"}, {'b', "Harper & Brothers,"}, {'c', "1851."}})
      .add_data("500", "  ", {{'a', fmt::format("Copy {} of the whale.", number)}})
      .add_data("650", " 0", {{'a', "Whaling"}, {'v', "Fiction."}});
  return record;
}

std::vector<bulkmarc::Record> make_catalogue(std::size_t count) {
  std::vector<bulkmarc::Record> records;
  records.reserve(count);
  for (std::size_t number = 1; number <= count; ++number) records.push_back(make_record(number));
  return records;
}

std::optional<std::size_t> parse_count(std::string_view text) {
  std::size_t count = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), count);
  if (error != std::errc{} || end != text.data() + text.size()) return std::nullopt;
  return count;
}

}  // namespace

int main(int argc, char** argv) {
  const auto count = argc == 3 ? parse_count(argv[1]) : std::nullopt;
  const auto format = argc == 3 ? bulkmarc::format_from_path(argv[2]) : std::nullopt;
  if (!count || !format) {
    std::fputs("usage: bulkmarc-dump-memory COUNT OUTPUT.(mrc|xml|json|ndjson|mrk)\n", stderr);
    return 2;
  }
  try {
    const std::vector<bulkmarc::Record> records = make_catalogue(*count);
    bulkmarc::ExportOptions options;
    options.format = *format;
    const bulkmarc::Report report =
        bulkmarc::export_records(bulkmarc::Source::records(records), bulkmarc::Target::file(argv[2]), options);
    std::fputs(report.to_text().c_str(), stderr);
    return report.records_rejected == 0 ? 0 : 3;
  } catch (const std::exception& error) {
    std::fputs(fmt::format("bulkmarc-dump-memory: {}\n", error.what()).c_str(), stderr);
    return 1;
  }
}
