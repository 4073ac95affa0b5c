#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <vector>

#include <fmt/format.h>
#include <gmock/gmock.h>
#include <nlohmann/json.hpp>

#include <bulkmarc/bulkmarc.hpp>

#include "support/exports.hpp"

namespace bulkmarc {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;

std::vector<Record> sample() {
  std::vector<Record> records;
  for (int i = 0; i < 6; ++i) {
    Record record(i < 4 ? "00000nam a2200000 i 4500" : "00000cas a2200000 i 4500");
    record.add_control("001", std::to_string(i));
    for (int subject = 0; subject <= i; ++subject)
      record.add_data("650", " 0", {{'a', fmt::format("Subject {}", subject)}, {'x', "History"}, {'x', "History"}});
    records.push_back(record);
  }
  return records;
}

std::vector<std::string> texts(const ValueCounts& counts) {
  std::vector<std::string> texts;
  for (const auto& value : counts.values)
    texts.push_back(fmt::format("{}: {} in {}", value.value, value.occurrences, value.records));
  return texts;
}

TEST(CountTest, CountsValuesAsColumnsHaveThem) {
  const std::vector<Record> records = sample();
  const ValueReport result =
      count_values(Source::records(records), {.specs = {"LDR/6-7", "650$a", "650$x", "650($a$x)", "999$z"}, .top = 3});
  ASSERT_EQ(result.counts.size(), 5U);
  EXPECT_THAT(texts(result.counts[0]), ElementsAre("am: 4 in 4", "as: 2 in 2"));
  EXPECT_THAT(texts(result.counts[1]), ElementsAre("Subject 0: 6 in 6", "Subject 1: 5 in 5", "Subject 2: 4 in 4"));
  EXPECT_EQ(result.counts[1].distinct, 6U);
  EXPECT_EQ(result.counts[1].occurrences, 21U);
  EXPECT_EQ(result.counts[1].records, 6U);
  EXPECT_THAT(texts(result.counts[2]), ElementsAre("History: 42 in 6"));
  EXPECT_EQ(result.counts[3].values[0].value, "Subject 0 History History");
  EXPECT_THAT(texts(result.counts[4]), ElementsAre());
  EXPECT_EQ(result.report.records_exported, 6U);
}

TEST(CountTest, OrdersWhatIsAsFrequentByItsBytes) {
  std::vector<Record> records;
  for (const char* id : {"b", "a", "c"}) records.emplace_back().add_control("001", id);
  const ValueReport result = count_values(Source::records(records), {.specs = {"001"}});
  EXPECT_THAT(texts(result.counts[0]), ElementsAre("a: 1 in 1", "b: 1 in 1", "c: 1 in 1"));
}

TEST(CountTest, SaysWhatIsBeyondTheLimit) {
  const std::vector<Record> records = numbered_records(100);
  const ValueReport result = count_values(Source::records(records), {.specs = {"001"}, .top = 2, .distinct_limit = 10});
  EXPECT_EQ(result.counts[0].distinct, 10U);
  EXPECT_EQ(result.counts[0].beyond, 90U);
  EXPECT_EQ(result.counts[0].occurrences, 100U);
  EXPECT_THAT(result.to_text(), HasSubstr("... and 8 more values\n  90 occurrences of values beyond the limit"));
  EXPECT_THAT(result.to_csv(), HasSubstr("001,,,98\r\n"));
}

TEST(CountTest, CutsLongValuesAtACharacter) {
  std::string text = std::string(999, 'a') + "\xC3\xA9";
  std::vector<Record> records;
  records.emplace_back().add_control("001", text + "one");
  records.emplace_back().add_control("001", text + "two");
  const ValueReport result = count_values(Source::records(records), {.specs = {"001"}});
  EXPECT_THAT(texts(result.counts[0]), ElementsAre(std::string(999, 'a') + ": 2 in 2"));
}

TEST(CountTest, WritesCsvAndJsonOfAnyValue) {
  std::vector<Record> records;
  records.emplace_back().add_data("245", "00", {{'a', "a \"quoted\", odd\x1B value"}});
  const ValueReport result = count_values(Source::records(records), {.specs = {"245$a"}});
  EXPECT_EQ(result.to_csv(), "spec,value,records,occurrences\r\n245$a,\"a \"\"quoted\"\", odd\x1B value\",1,1\r\n");
  EXPECT_EQ(nlohmann::json::parse(result.to_json()).at(0).at("values").at(0).at("value"),
            "a \"quoted\", odd\x1B value");
  EXPECT_EQ(result.to_text().find('\x1B'), std::string::npos);
}

TEST(CountTest, DoesNotDependOnThreadsAndBatches) {
  std::vector<Record> records = numbered_records(500);
  for (std::size_t i = 0; i < records.size(); ++i)
    records[i].add_data("700", "  ", {{'a', std::to_string(i * i % 37)}, {'a', std::to_string(i % 11)}});
  const std::string bytes = iso2709(records);
  std::map<std::string, std::uint64_t> expected;
  for (std::size_t i = 0; i < records.size(); ++i) {
    ++expected[std::to_string(i * i % 37)];
    ++expected[std::to_string(i % 11)];
  }
  std::optional<std::string> first;
  for (const int threads : {1, 4}) {
    for (const std::size_t batch_bytes : {std::size_t{4096}, std::size_t{1} << 20}) {
      CountOptions options{.specs = {"700$a", "001"}, .top = 0, .distinct_limit = 20};
      options.run.threads = threads;
      options.run.batch_bytes = batch_bytes;
      const ValueReport result = count_values(Source::memory(bytes), options);
      for (const auto& value : result.counts[0].values) EXPECT_EQ(value.occurrences, expected.at(value.value));
      EXPECT_EQ(first.value_or(result.to_json()), result.to_json());
      first = result.to_json();
    }
  }
}

TEST(CountTest, CountsOnlyWhatIsSelected) {
  const std::vector<Record> records = sample();
  CountOptions options{.specs = {"001"}};
  options.run.selection.where = "LDR/7=\\s";
  options.run.selection.limit = 1;
  const ValueReport result = count_values(Source::records(records), options);
  EXPECT_THAT(texts(result.counts[0]), ElementsAre("4: 1 in 1"));
}

TEST(CountTest, RefusesWhatIsNoSpec) {
  for (const auto& specs : std::vector<std::vector<std::string>>{{}, {"65"}, {"650$a", "650$"}}) {
    try {
      count_values(Source::records({}), {.specs = specs});
      ADD_FAILURE() << "accepted";
    } catch (const Error& error) {
      EXPECT_EQ(error.code(), ErrorCode::kInvalidOptions);
    }
  }
  EXPECT_THROW(count_values(Source::records({}), {.specs = {"001"}, .distinct_limit = 0}), Error);
}

}  // namespace
}  // namespace bulkmarc
