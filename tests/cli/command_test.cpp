#include "command_test.hpp"

#include <fcntl.h>
#include <gmock/gmock.h>
#include <unistd.h>

#include <span>

using testing::HasSubstr;

Outcome CommandTest::run(const std::vector<std::string>& arguments, Streams streams) {
  return Process(arguments, streams).wait();
}

Outcome CommandTest::run_with_input(const std::vector<std::string>& arguments, std::string_view bytes) const {
  const int input = open(write("standard-input", bytes).c_str(), O_RDONLY | O_CLOEXEC);
  Outcome outcome = run(arguments, {.in = input});
  close(input);
  std::filesystem::remove(path("standard-input"));
  return outcome;
}

void CommandTest::expect_failure(const Outcome& outcome, int exit_status, const std::vector<std::string>& words) {
  EXPECT_EQ(outcome.exit_status, exit_status);
  EXPECT_EQ(outcome.out, "");
  EXPECT_THAT(outcome.err, testing::MatchesRegex("bulkmarc: [^\n]+\n"));
  for (const std::string& word : words) EXPECT_THAT(outcome.err, HasSubstr(word));
}

namespace {

std::string serialize(std::span<const bulkmarc::Record> records) {
  std::string bytes;
  bulkmarc::ExportOptions options;
  options.format = bulkmarc::Format::kIso2709;
  bulkmarc::export_records(bulkmarc::Source::records(records), bulkmarc::Target::memory(bytes), options);
  return bytes;
}

bulkmarc::Record book(int number, std::string_view title) {
  bulkmarc::Record record;
  record.add_control("001", std::to_string(number)).add_data("245", "10", {{'a', title}});
  return record;
}

}  // namespace

std::string well_formed(int count) {
  std::vector<bulkmarc::Record> records;
  for (int number = 1; number <= count; ++number) records.push_back(book(number, "Bücher & <Bände>"));
  return serialize(records);
}

std::string mislabelled() {
  std::string bytes = well_formed(1);
  bytes[9] = ' ';
  return bytes;
}

std::string truncated() {
  std::string bytes = well_formed(1);
  bytes.resize(bytes.size() - 20);
  return bytes;
}
