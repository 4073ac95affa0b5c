#include <gtest/gtest.h>

#include <algorithm>
#include <cstdint>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <set>
#include <string>
#include <thread>
#include <vector>

#include "generated_records.hpp"

namespace {

using bulkmarc::FieldView;
using bulkmarc::Record;
using bulkmarc::RecordView;

constexpr std::uint64_t kSample = 20'000;

std::string make(std::uint64_t seed, std::uint64_t index) {
  Record record;
  Catalogue(seed).make(index, record);
  return content(record.view());
}

struct Averages {
  double bytes = 0;
  double fields = 0;
  double records = 0;

  void add(std::size_t record_bytes, std::size_t record_fields) {
    records += 1;
    bytes += (static_cast<double>(record_bytes) - bytes) / records;
    fields += (static_cast<double>(record_fields) - fields) / records;
  }
};

Averages averages_of_file(const std::filesystem::path& path) {
  std::ifstream file(path, std::ios::binary);
  const std::string bytes(std::istreambuf_iterator<char>(file), {});
  Averages averages;
  for (std::size_t start = 0, end; (end = bytes.find(bulkmarc::kRecordTerminator, start)) != std::string::npos;
       start = end + 1) {
    const std::size_t base = std::stoul(bytes.substr(start + 12, 5));
    averages.add(end + 1 - start, (base - 25) / 12);
  }
  return averages;
}

TEST(Generator, MakesTheSameRecordForTheSameSeedAndIndex) {
  for (const std::uint64_t index : {0u, 1u, 77u, 4'000'000'000u}) EXPECT_EQ(make(5, index), make(5, index));
}

TEST(Generator, MakesTheSameRecordWhateverTheRecordHeldBefore) {
  const Catalogue catalogue(1);
  Record record("11111cas a2211111 a 4500");
  record.add_control("001", "left over").add_data("245", "00", {{'a', "left over"}});
  for (std::uint64_t index = 0; index < 200; ++index) {
    catalogue.make(index, record);
    EXPECT_EQ(content(record.view()), make(1, index));
  }
}

TEST(Generator, MakesTheSameRecordsInAnyOrderAndOnAnyThread) {
  constexpr std::uint64_t kCount = 2'000;
  constexpr std::uint64_t kThreads = 4;
  std::vector<std::string> expected;
  for_each_record(9, kCount, [&](const RecordView& record) { expected.push_back(content(record)); });

  const Catalogue catalogue(9);
  std::vector<std::string> made(kCount);
  {
    std::vector<std::jthread> threads;
    for (std::uint64_t thread = 0; thread < kThreads; ++thread) {
      threads.emplace_back([&, thread] {
        Record record;
        for (std::uint64_t back = 1 + thread; back <= kCount; back += kThreads) {
          catalogue.make(kCount - back, record);
          made[kCount - back] = content(record.view());
        }
      });
    }
  }
  EXPECT_EQ(made, expected);
}

// Whoever changes the vocabulary or the builders changes this number. A machine or a compiler must not.
TEST(Generator, MakesTheSameRecordsOnEveryMachine) {
  std::uint64_t fingerprint = 0xCBF29CE484222325;
  for_each_record(1, 1'000, [&](const RecordView& record) {
    for (const char byte : content(record)) {
      fingerprint = (fingerprint ^ static_cast<unsigned char>(byte)) * 0x100000001B3;
    }
  });
  EXPECT_EQ(fingerprint, 11100746187587291838u);
}

TEST(Generator, MakesOtherRecordsForAnotherSeed) {
  std::set<std::string> titles;
  for (std::uint64_t seed = 0; seed < 100; ++seed) titles.insert(make(seed, 0));
  EXPECT_EQ(titles.size(), 100u);
}

TEST(Generator, GivesAscendingControlNumbers) {
  std::string last;
  for_each_record(3, kSample, [&](const RecordView& record) {
    EXPECT_LT(last, record.control_number());
    last = record.control_number();
  });
  Record record;
  Catalogue(3).make(999'999'999, record);
  EXPECT_LT(last, record.view().control_number());
}

TEST(Generator, MakesRecordsOfOrdinaryLength) {
  Averages averages;
  for_each_record(1, kSample,
                  [&](const RecordView& record) { averages.add(iso2709_length(record), record.fields().size()); });
  EXPECT_NEAR(averages.bytes, 1'200, 100);
  EXPECT_NEAR(averages.fields, 25, 3);
}

TEST(Generator, MakesNowAndThenARecordWithHundredsOfFields) {
  std::size_t rich = 0;
  for_each_record(1, kSample, [&](const RecordView& record) {
    EXPECT_LE(record.fields().size(), 700u);
    rich += record.fields().size() >= 200;
  });
  EXPECT_GT(rich, kSample / 5'000);
  EXPECT_LT(rich, kSample / 200);
}

TEST(Generator, StaysWithinTheLimitsOfIso2709) {
  for_each_record(2, kSample, [](const RecordView& record) {
    EXPECT_LE(iso2709_length(record), 99'999u);
    for (const FieldView field : record.fields()) EXPECT_LE(field.bytes().size() + 1, 9'999u);
  });
}

class GeneratorAndRealRecords : public testing::Test {
 protected:
  static void expect_alike(const char* file, bool authorities) {
    const Averages real = averages_of_file(kReal / file);
    Averages made;
    for_each_record(1, kSample, [&](const RecordView& record) {
      if ((record.leader()[6] == 'z') == authorities) made.add(iso2709_length(record), record.fields().size());
    });
    EXPECT_NEAR(made.bytes / real.bytes, 1, 0.2);
    EXPECT_NEAR(made.fields / real.fields, 1, 0.2);
  }

  static inline const std::filesystem::path kReal = std::filesystem::path(BULKMARC_REAL_DATA) / "real";
};

TEST_F(GeneratorAndRealRecords, AreAlikeInLengthAndFields) { expect_alike("loc-bibliographic.mrc", false); }

TEST_F(GeneratorAndRealRecords, AreAlikeInLengthAndFieldsOfAuthorities) { expect_alike("loc-authority.mrc", true); }

}  // namespace
