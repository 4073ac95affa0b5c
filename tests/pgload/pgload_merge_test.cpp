#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <nlohmann/json.hpp>
#include <string>
#include <vector>

#include "pgload/pgload_test.hpp"

using testing::HasSubstr;

namespace {

bulkmarc::Record book(const std::string& id, const std::string& title, char status = 'n') {
  bulkmarc::Record record(std::string("00000") + status + "am a2200000   4500");
  if (!id.empty()) record.add_control("001", id);
  record.add_data("245", "00", {{'a', title}});
  return record;
}

/// On the table as the program makes it, or not partitioned.
class Merging : public PgloadTest, public testing::WithParamInterface<bool> {
 protected:
  void begin(const std::vector<bulkmarc::Record>& records) const {
    load_all({write("old.mrc", records)});
    if (GetParam()) return;
    query("ALTER TABLE records RENAME TO made");
    query("CREATE TABLE records AS TABLE made; DROP TABLE made");
  }
  void begin() const { begin({book("1", "Typee"), book("2", "Omoo"), book("", "Untitled")}); }

  static std::string titles() { return query("SELECT control_number, title FROM records ORDER BY record_number"); }
  nlohmann::json report() const { return nlohmann::json::parse(folder_.read("report.json")); }
  std::vector<std::string> merging(std::vector<std::string> arguments) const {
    arguments.insert(arguments.end(), {"--upsert", "--quiet", "--report", path("report.json")});
    return arguments;
  }
};

TEST_P(Merging, ReplacesTheRecordsThatComeAgainAndAddsTheOthers) {
  begin();
  load_all(merging({write("new.mrc", {book("3", "Mardi"), book("2", "Omoo, revised")})}));
  EXPECT_EQ(query("SELECT record_number, control_number, title FROM records ORDER BY 1"),
            "1|1|Typee\n"
            "3||Untitled\n"
            "4|3|Mardi\n"
            "5|2|Omoo, revised\n");
  EXPECT_EQ(report()["merge"], (nlohmann::json{{"added", 1}, {"replaced", 1}, {"superseded", 0}, {"deleted", 0}}));
  EXPECT_EQ(tables(), "records\n");
}

TEST_P(Merging, KeepsTheLastOfTheRecordsWithOneControlNumber) {
  begin();
  for (const char* connections : {"1", "4"}) {
    load_all(merging({write("new.mrc", {book("2", "Omoo, revised"), book("3", "Mardi"), book("2", "Omoo, abridged"),
                                        book("3", "Mardi, a voyage"), book("3", "Mardi, and a voyage thither")}),
                      "--connections", connections}));
    EXPECT_EQ(titles(), "1|Typee\n|Untitled\n2|Omoo, abridged\n3|Mardi, and a voyage thither\n");
    EXPECT_EQ(report()["merge"]["superseded"], 3);
  }
  EXPECT_EQ(report()["merge"]["replaced"], 2);
  EXPECT_EQ(report()["records_exported"], 5);
}

TEST_P(Merging, RejectsRecordsWithoutControlNumber) {
  begin();
  const Outcome outcome =
      load(merging({write("new.mrc", {book("3", "Mardi"), book("", "Pierre"), book("  ", "Redburn")})}));
  EXPECT_EQ(outcome.exit_status, 3);
  EXPECT_EQ(report()["rejects_by_reason"], (nlohmann::json{{"control_number", 2}}));
  EXPECT_EQ(report()["rejects"][0]["record"], 2);
  EXPECT_EQ(titles(), "1|Typee\n2|Omoo\n|Untitled\n3|Mardi\n");
}

TEST_P(Merging, DeletesTheRecordsThatMeetACondition) {
  begin();
  const std::vector<std::string> arguments =
      merging({write("new.mrc", {book("1", "", 'd'), book("2", "Omoo", 'd'), book("2", "Omoo again"),
                                 book("3", "Mardi"), book("3", "", 'd'), book("4", "", 'd')}),
               "--delete-where", "LDR/5=\\d"});
  load_all(arguments);
  EXPECT_EQ(titles(), "|Untitled\n2|Omoo again\n");
  EXPECT_EQ(report()["merge"], (nlohmann::json{{"added", 0}, {"replaced", 1}, {"superseded", 2}, {"deleted", 1}}));
  load_all(arguments);
  EXPECT_EQ(report()["merge"]["deleted"], 0);
}

TEST_P(Merging, DeletesTheRecordsOfAList) {
  begin({book("1", "Typee"), book("2", "Omoo"), book("  3 ", "Mardi"), book("a\"b\\,{}", "Pierre"),
         book("5", "Redburn")});
  folder_.write("ids",
                "\xEF\xBB\xBF"
                "1\r\n\n3\na\"b\\,{}\nnone\n5  \nnone\n");
  load_all(merging({write("new.mrc", {book("5", "Redburn, his first voyage")}), "--delete-ids", path("ids")}));
  EXPECT_EQ(titles(), "2|Omoo\n5|Redburn, his first voyage\n");
  EXPECT_EQ(report()["merge"], (nlohmann::json{{"added", 0}, {"replaced", 1}, {"superseded", 0}, {"deleted", 3}}));
  EXPECT_EQ(report()["ids_not_found"], 1);
  EXPECT_EQ(report()["missing_ids"], (nlohmann::json{"none"}));
}

TEST_P(Merging, NeedsNoInputToDelete) {
  begin();
  folder_.write("ids", "1\n");
  load_all(merging({"--delete-ids", path("ids")}));
  EXPECT_EQ(titles(), "2|Omoo\n|Untitled\n");
  EXPECT_EQ(report()["records_read"], 0);
}

TEST_P(Merging, LeavesColumnsOfOnesOwnAlone) {
  begin();
  query("ALTER TABLE records ADD COLUMN shelf text NOT NULL DEFAULT 'none', ADD COLUMN note text");
  query("UPDATE records SET shelf = 'A ' || record_number, note = 'seen'");
  load_all(merging({write("new.mrc", {book("2", "Omoo, revised"), book("3", "Mardi")})}));
  EXPECT_EQ(query("SELECT control_number, title, shelf, note FROM records ORDER BY record_number"),
            "1|Typee|A 1|seen\n|Untitled|A 3|seen\n2|Omoo, revised|A 2|seen\n3|Mardi|none|\n");
}

TEST_P(Merging, MakesOneRecordOfSeveralInTheTable) {
  begin({book("1", "Typee"), book("1", "Typee, a peep"), book("1", "Typee, at last")});
  load_all(merging({write("new.mrc", {book("1", "Typee, revised")})}));
  EXPECT_EQ(titles(), "1|Typee, revised\n");
  EXPECT_EQ(report()["merge"]["replaced"], 1);
}

TEST_P(Merging, AddsColumns) {
  begin();
  query("ALTER TABLE records DROP COLUMN publisher, DROP COLUMN subjects");
  const std::string input = write("new.mrc", {book("2", "Omoo, revised")});
  expect_failure(load({input, "--upsert"}), 1, {"publisher is missing", "subjects is missing"});
  load_all(merging({input, "--add-columns"}));
  EXPECT_EQ(query("SELECT control_number, title, publisher, subjects FROM records ORDER BY record_number"),
            "1|Typee||\n|Untitled||\n2|Omoo, revised||{}\n");
}

TEST_P(Merging, IsNotNeededForAReplacement) {
  begin();
  load_all({write("new.mrc", {book("3", "Mardi")})});
  EXPECT_EQ(titles(), "3|Mardi\n");
}

INSTANTIATE_TEST_SUITE_P(Tables, Merging, testing::Bool(),
                         [](const auto& test) { return test.param ? "Partitioned" : "Plain"; });

class MergingRows : public PgloadTest {};

TEST_F(MergingRows, OfSubfieldsIsDoneByRecord) {
  const auto subfields = [&](const std::string& input, std::vector<std::string> more) {
    more.insert(more.begin(), {input, "--table", "subfields", "--report", path("report.json")});
    return more;
  };
  load_all(subfields(write("old.mrc", {book("1", "Typee"), book("2", "Omoo"), book("4", "Pierre")}), {}));
  const std::string changes =
      write("new.mrc", {book("1", "Typee"), book("1", "Typee, revised"), book("3", "Mardi"), book("4", "", 'd')});
  load_all(subfields(changes, {"--upsert", "--delete-where", "LDR/5=\\d"}));
  EXPECT_EQ(query("SELECT record_number, value FROM subfields WHERE tag = '245' ORDER BY 1"),
            "2|Omoo\n5|Typee, revised\n6|Mardi\n");
  EXPECT_EQ(query("SELECT count(*) FROM subfields"), "9\n");
  const auto report = nlohmann::json::parse(folder_.read("report.json"));
  EXPECT_EQ(report["merge"], (nlohmann::json{{"added", 1}, {"replaced", 1}, {"superseded", 1}, {"deleted", 1}}));
}

TEST_F(MergingRows, GivesTheSameNumbersInBothTables) {
  for (const char* table : {"records", "subfields"}) {
    load_all({write("old.mrc", {book("1", "Typee"), book("2", "Omoo")}), "--table", table});
    load_all({write("new.mrc", {book("2", "Omoo"), book("3", "Mardi"), book("2", "Omoo, revised")}), "--table", table,
              "--upsert"});
  }
  EXPECT_EQ(query("SELECT DISTINCT record_number, control_number FROM subfields EXCEPT "
                  "SELECT record_number, control_number FROM records"),
            "");
  EXPECT_EQ(query("SELECT record_number FROM records ORDER BY 1"), "1\n4\n5\n");
}

TEST_F(MergingRows, IntoATableThatDoesNotExistYetMakesIt) {
  load_all({write("in.mrc", {book("1", "Typee"), book("2", "Omoo"), book("1", "Typee, revised"), book("3", "", 'd')}),
            "--upsert", "--delete-where", "LDR/5=\\d", "--report", path("report.json")});
  EXPECT_EQ(query("SELECT record_number, title FROM records ORDER BY 1"), "2|Omoo\n3|Typee, revised\n");
  const auto report = nlohmann::json::parse(folder_.read("report.json"));
  EXPECT_EQ(report["merge"], (nlohmann::json{{"added", 2}, {"replaced", 0}, {"superseded", 1}, {"deleted", 0}}));
  load_all({path("in.mrc")});
  EXPECT_EQ(query("SELECT count(*) FROM records"), "4\n");
  folder_.write("ids", "1\n");
  expect_failure(load({"--upsert", "--delete-ids", path("ids"), "--name", "none"}), 1, {"public.none: does not exist"});
}

TEST_F(MergingRows, TellsWhatItDid) {
  load_all({write("old.mrc", {book("1", "Typee")})});
  EXPECT_THAT(load({write("new.mrc", {book("1", "Typee"), book("2", "Omoo")}), "--upsert"}).err,
              HasSubstr("merge     1 added, 1 replaced, 0 superseded, 0 deleted\n"));
}

}  // namespace
