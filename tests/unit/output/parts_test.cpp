#include <cstdint>
#include <stop_token>
#include <string>
#include <vector>

#include <gmock/gmock.h>

#include <bulkmarc/error.hpp>

#include "output/parts_journal.hpp"
#include "output/sha256.hpp"
#include "support/temporary_folder.hpp"

namespace bulkmarc {
namespace {

using testing::ElementsAre;
using testing::IsEmpty;

TEST(PartNamesTest, TheNumberStandsBeforeTheExtensions) {
  EXPECT_EQ(PartNames("a/catalog.xml").part(1), "a/catalog-00001.xml");
  EXPECT_EQ(PartNames("a/catalog.xml.gz").part(23), "a/catalog-00023.xml.gz");
  EXPECT_EQ(PartNames("a/my.catalog.MRC.ZST").part(99'999), "a/my.catalog-99999.MRC.ZST");
  EXPECT_EQ(PartNames("dump").part(100'000), "./dump-100000");
  EXPECT_EQ(PartNames("dump.gz").part(1), "./dump-00001.gz");
  EXPECT_EQ(PartNames("a/.xml").part(1), "a/.xml-00001");
}

TEST(PartNamesTest, ManifestAndJournalHaveTheWholeName) {
  EXPECT_EQ(PartNames("a/catalog.xml.gz").manifest(), "a/catalog.xml.gz.manifest.json");
  EXPECT_EQ(PartNames("a/catalog.xml.gz").journal(), "a/.catalog.xml.gz.resume.ndjson");
}

TEST(PartNamesTest, KnowsItsOwnAndNoOthers) {
  const PartNames names("catalog.xml");
  for (const char* own : {"catalog-00001.xml", "catalog-99999.xml", "catalog.xml.manifest.json"}) {
    EXPECT_TRUE(names.has(own)) << own;
  }
  for (const char* other : {"catalog.xml", "catalog-1.xml", "catalog-20240101.xml", "catalog-00001.xml.gz",
                            "catalog-0000a.xml", "my-catalog-00001.xml", "catalog.json.manifest.json", ""}) {
    EXPECT_FALSE(names.has(other)) << other;
  }
}

TEST(PartNamesTest, FindsThePartsThatExist) {
  const TemporaryFolder folder;
  for (const char* name : {"c-00002.xml", "c-00001.xml", "c-1.xml", "c-00001.json", "d-00001.xml"}) {
    folder.write(name, "");
  }
  EXPECT_THAT(PartNames(folder.path("c.xml")).existing_parts(),
              ElementsAre(folder.path("c-00001.xml"), folder.path("c-00002.xml")));
  EXPECT_THAT(PartNames(folder.path("missing/c.xml")).existing_parts(), IsEmpty());
}

TEST(Sha256Test, IsTheStandards) {
  Sha256 hash;
  hash.add("a");
  hash.add("");
  hash.add("bc");
  EXPECT_EQ(hash.digest(), "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad");
  EXPECT_EQ(Sha256().digest(), "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855");
}

TEST(Sha256Test, OfAFileIsKnownOnlyIfItHasTheSize) {
  const TemporaryFolder folder;
  const auto path = folder.write("abc", "abc");
  EXPECT_EQ(sha256_of_file(path, 3), "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad");
  EXPECT_EQ(sha256_of_file(path, 2), std::nullopt);
  EXPECT_EQ(sha256_of_file(folder.path("missing"), 3), std::nullopt);
  EXPECT_EQ(sha256_of_file(folder.path(""), 3), std::nullopt);
}

TEST(Sha256Test, OfAFileEndsWhenAStopIsRequested) {
  const TemporaryFolder folder;
  const auto path = folder.write("abc", "abc");
  std::stop_source stop;
  stop.request_stop();
  try {
    (void)sha256_of_file(path, 3, stop.get_token());
    ADD_FAILURE() << "the stop was not noticed";
  } catch (const Error& error) {
    EXPECT_EQ(error.code(), ErrorCode::kCancelled);
  }
}

class PartsJournalTest : public testing::Test {
 protected:
  static Part part(std::uint64_t number) {
    return {"c-" + std::to_string(number), {number, 1, 10 * number}, 5 * number, "digest " + std::to_string(number)};
  }

  /// What a new run finds.
  std::vector<std::string> files_found(const std::string& run) {
    const PartsJournal journal(path_, false);
    EXPECT_EQ(journal.run(), run);
    std::vector<std::string> files;
    for (const Part& found : journal.parts()) files.push_back(found.file);
    return files;
  }

  TemporaryFolder folder_;
  std::filesystem::path path_ = folder_.path(".c.resume.ndjson");
};

TEST_F(PartsJournalTest, TellsTheNextRunWhatIsComplete) {
  {
    PartsJournal journal(path_, true);
    EXPECT_EQ(journal.run(), "");
    journal.begin("{}");
    journal.add(part(1));
    journal.add(part(2));
  }
  const PartsJournal journal(path_, true);
  EXPECT_EQ(journal.run(), "{}");
  ASSERT_EQ(journal.parts().size(), 2U);
  EXPECT_EQ(to_json(journal.parts()[1]), to_json(part(2)));
  EXPECT_EQ(journal.parts()[1].content, part(2).content);
}

TEST_F(PartsJournalTest, ALineThatWasCutOffCountsForNothing) {
  {
    PartsJournal journal(path_, false);
    journal.begin("{}");
    journal.add(part(1));
    journal.add(part(2));
  }
  const std::string whole = read_file(path_);
  const std::size_t second = whole.find("{\"file\":\"c-2\"");
  for (std::size_t length = 0; length <= whole.size(); ++length) {
    write_file(path_, whole.substr(0, length));
    const bool has_run = length >= 3;
    std::vector<std::string> expected;
    if (length >= second) expected.emplace_back("c-1");
    if (length == whole.size()) expected.emplace_back("c-2");
    EXPECT_EQ(files_found(has_run ? "{}" : ""), expected) << length;
  }
}

TEST_F(PartsJournalTest, GoesOnAfterThePartsThatStand) {
  {
    PartsJournal journal(path_, false);
    journal.begin("{}");
    for (const std::uint64_t number : {1, 2, 3}) journal.add(part(number));
  }
  write_file(path_, read_file(path_) + "{\"file\":");
  {
    PartsJournal journal(path_, false);
    journal.go_on_after(1);
    journal.add(part(7));
  }
  EXPECT_THAT(files_found("{}"), ElementsAre("c-1", "c-7"));
}

TEST_F(PartsJournalTest, ABeginForgetsTheRunBefore) {
  for (const char* run : {"one", "two"}) {
    PartsJournal journal(path_, false);
    journal.begin(run);
    journal.add(part(1));
  }
  EXPECT_THAT(files_found("two"), ElementsAre("c-1"));
}

TEST_F(PartsJournalTest, NoFileIsLeftWhereNothingWasBegunOrAllIsComplete) {
  { const PartsJournal journal(path_, false); }
  EXPECT_THAT(folder_.names(), IsEmpty());
  {
    PartsJournal journal(path_, false);
    journal.begin("{}");
    journal.remove();
    EXPECT_THAT(folder_.names(), IsEmpty());
  }
  EXPECT_THAT(folder_.names(), IsEmpty());
}

TEST_F(PartsJournalTest, TwoRunsCantHaveItAtOnce) {
  PartsJournal journal(path_, false);
  journal.begin("{}");
  try {
    const PartsJournal other(path_, false);
    ADD_FAILURE() << "two runs write the same parts";
  } catch (const Error& error) {
    EXPECT_EQ(error.code(), ErrorCode::kTargetUnusable);
  }
  EXPECT_EQ(read_file(path_), "{}\n");
}

}  // namespace
}  // namespace bulkmarc
