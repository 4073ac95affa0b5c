#include <algorithm>
#include <cstdint>
#include <filesystem>
#include <map>
#include <optional>
#include <random>
#include <string>
#include <utility>
#include <vector>

#include <fmt/format.h>
#include <gmock/gmock.h>
#include <nlohmann/json.hpp>

#include <bulkmarc/bulkmarc.hpp>

#include "support/exports.hpp"
#include "support/temporary_folder.hpp"

namespace bulkmarc {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;

Record record_of(const std::string& id, const std::string& title) {
  Record record;
  record.add_control("001", id).add_data("245", "10", {{'a', title}}).add_data("900", "  ", {{'x', "local"}});
  return record;
}

/// What a diff gave.
struct Compared {
  Report report;
  std::string added;
  std::string changed;
  std::string deleted;

  [[nodiscard]] const DiffCounts& counts() const { return *report.diff; }
};

/// Into strings: added and changed as mrk, deleted as control numbers.
Compared diff(Source old_records, Source new_records, const DiffOptions& options = {}) {
  Compared compared;
  DiffTargets targets;
  targets.added.emplace(DiffOutput{Target::memory(compared.added), Format::kMrk});
  targets.changed.emplace(DiffOutput{Target::memory(compared.changed), Format::kMrk});
  targets.deleted.emplace(DiffOutput{Target::memory(compared.deleted)});
  compared.report = diff_records(std::move(old_records), std::move(new_records), std::move(targets), options);
  return compared;
}

std::vector<std::string> ids(const std::string& mrk) {
  std::vector<std::string> ids;
  for (std::size_t at = mrk.find("=001  "); at != std::string::npos; at = mrk.find("=001  ", at + 1)) {
    ids.push_back(mrk.substr(at + 6, mrk.find('\n', at) - at - 6));
  }
  return ids;
}

std::string counts_of(const DiffCounts& counts) {
  return fmt::format("{} added, {} changed, {} unchanged, {} deleted", counts.added, counts.changed, counts.unchanged,
                     counts.deleted);
}

void expect_all_accounted_for(const Report& report) {
  EXPECT_EQ(report.records_read, report.records_exported + report.records_rejected + report.records_selected_out);
}

TEST(DiffTest, TellsWhatIsAddedChangedAndDeletedInTheOrderOfTheInputs) {
  const std::vector<Record> before = {record_of("5", "e"), record_of("1", "a"), record_of("4", "d"),
                                      record_of("2", "b"), record_of("3", "c")};
  const std::vector<Record> after = {record_of("9", "i"), record_of("3", "C"), record_of("2", "b"), record_of("7", "g"),
                                     record_of("5", "E")};
  const Compared compared = diff(Source::records(before), Source::records(after));
  EXPECT_EQ(counts_of(compared.counts()), "2 added, 2 changed, 1 unchanged, 2 deleted");
  EXPECT_THAT(ids(compared.added), ElementsAre("9", "7"));
  EXPECT_THAT(ids(compared.changed), ElementsAre("3", "5"));
  EXPECT_THAT(compared.changed, HasSubstr("$aC\n"));
  EXPECT_EQ(compared.deleted, "1\n4\n");
  EXPECT_EQ(compared.report.records_exported, 5U);
  EXPECT_EQ(compared.counts().old_records->records_exported, 5U);
  EXPECT_EQ(compared.counts().added_output->records_exported, 2U);
  EXPECT_EQ(compared.counts().added_output->records_selected_out, 3U);
  EXPECT_EQ(compared.report.status(), "exported");
}

TEST(DiffTest, SeesNoDifferenceBetweenFormatsOrdersAndBatches) {
  const TemporaryFolder folder;
  std::vector<Record> records = numbered_records(300);
  const std::string before = iso2709(records);
  std::ranges::reverse(records);
  for (const Format format : record_formats()) {
    ExportOptions options;
    options.format = format;
    const std::string after = export_to_memory(Source::records(records), options).bytes;
    DiffOptions how;
    how.run.batch_bytes = 4096;
    const Compared compared = diff(Source::memory(before), Source::memory(after), how);
    EXPECT_EQ(counts_of(compared.counts()), "0 added, 0 changed, 300 unchanged, 0 deleted") << format_name(format);
    EXPECT_EQ(compared.added + compared.changed + compared.deleted, "") << format_name(format);
  }
}

TEST(DiffTest, SeesNoDifferenceBetweenEncodings) {
  Record marc8("00000cam  2200000 a 4500");
  marc8.add_control("001", "1")
      .add_data("245", "10",
                {{'a',
                  "Caf\xE2"
                  "e"}});
  Record utf8("00000cam a2200000 a 4500");
  utf8.add_control("001", "1").add_data("245", "10", {{'a', "Cafe\xCC\x81"}});
  Record composed("00000cam a2200000 a 4500");
  composed.add_control("001", "1").add_data("245", "10", {{'a', "Caf\xC3\xA9"}});
  const std::vector<Record> one = {marc8};
  const std::vector<Record> two = {utf8};
  const std::vector<Record> three = {composed};
  EXPECT_EQ(diff(Source::records(one), Source::records(two)).counts().unchanged, 1U);
  EXPECT_EQ(diff(Source::records(one), Source::records(three)).counts().changed, 1U);
  DiffOptions nfc;
  nfc.run.nfc = true;
  EXPECT_EQ(diff(Source::records(one), Source::records(three), nfc).counts().unchanged, 1U);
}

TEST(DiffTest, TellsFieldsApartWhoseBytesAreTheSameTogether) {
  Record one;
  one.add_control("001", "1")
      .add_field("500",
                 "  \x1F"
                 "a500")
      .add_field("501", "");
  Record other;
  other.add_control("001", "1")
      .add_field("500",
                 "  \x1F"
                 "a")
      .add_field("500", "501");
  EXPECT_EQ(diff(Source::records(std::vector{one}), Source::records(std::vector{other})).counts().changed, 1U);
}

TEST(DiffTest, SeesEveryPartOfARecord) {
  const std::vector<Record> before = {record_of("1", "a")};
  const auto changes = [&](const std::function<void(Record&)>& change) {
    std::vector<Record> after = before;
    change(after[0]);
    return diff(Source::records(before), Source::records(after)).counts().changed == 1;
  };
  EXPECT_FALSE(changes([](Record&) {}));
  for (const std::size_t at : {5, 6, 7, 8, 17, 18, 19}) {
    EXPECT_TRUE(changes([&](Record& record) {
      std::string leader(record.view().leader());
      leader[at] = 'x';
      record.set_leader(leader);
    })) << at;
  }
  EXPECT_FALSE(changes([](Record& record) { record.set_leader("99999nam a2299999 i 4500"); }));
  EXPECT_TRUE(changes([](Record& record) { record.add_data("500", "  ", {{'a', ""}}); }));
  EXPECT_TRUE(changes([](Record& record) {
    record.replace_field(1,
                         "11\x1F"
                         "aa");
  }));
  EXPECT_TRUE(changes([](Record& record) {
    record.replace_field(1,
                         "10\x1F"
                         "ba");
  }));
}

TEST(DiffTest, IgnoresFieldsButWritesThem) {
  const std::vector<Record> before = {record_of("1", "a"), record_of("2", "b")};
  std::vector<Record> after = {record_of("1", "a"), record_of("2", "B")};
  for (Record& record : after) record.add_control("005", "20260101000000.0").add_data("900", "  ", {{'y', "new"}});
  DiffOptions options;
  EXPECT_EQ(diff(Source::records(before), Source::records(after)).counts().changed, 2U);
  options.ignore_fields = "005,9..";
  const Compared compared = diff(Source::records(before), Source::records(after), options);
  EXPECT_EQ(counts_of(compared.counts()), "0 added, 1 changed, 1 unchanged, 0 deleted");
  EXPECT_THAT(compared.changed, HasSubstr("=900  \\\\$ynew"));
  options.ignore_fields = "5..5";
  try {
    diff(Source::records(before), Source::records(after), options);
    ADD_FAILURE() << "accepted";
  } catch (const Error& error) {
    EXPECT_EQ(error.code(), ErrorCode::kInvalidOptions);
    EXPECT_THAT(error.what(), HasSubstr("ignore-fields '5..5'"));
  }
}

TEST(DiffTest, TakesTheFirstOfDuplicatesAndNamesTheOthers) {
  const std::vector<Record> before = {record_of("1", "a"), record_of(" 1 ", "other"), record_of("2", "b"),
                                      record_of("2", "b")};
  const std::vector<Record> after = {record_of("1", "a"), record_of("3", "c"), record_of("3", "C"),
                                     record_of("1", "other")};
  const Compared compared = diff(Source::records(before), Source::records(after));
  EXPECT_EQ(counts_of(compared.counts()), "1 added, 0 changed, 1 unchanged, 1 deleted");
  EXPECT_THAT(ids(compared.added), ElementsAre("3"));
  EXPECT_THAT(compared.added, HasSubstr("$ac\n"));
  EXPECT_EQ(compared.deleted, "2\n");
  EXPECT_EQ(compared.report.records_duplicate, 2U);
  EXPECT_EQ(compared.report.records_selected_out, 2U);
  ASSERT_EQ(compared.report.duplicates.size(), 2U);
  EXPECT_EQ(compared.report.duplicates[0].record, 3U);
  EXPECT_EQ(compared.report.duplicates[0].control_number, "3");
  EXPECT_EQ(compared.report.duplicates[0].code, Reason::kDuplicate);
  EXPECT_EQ(compared.counts().old_records->records_duplicate, 2U);
  EXPECT_EQ(compared.counts().added_output->records_duplicate, 0U);
  expect_all_accounted_for(compared.report);
  expect_all_accounted_for(*compared.counts().old_records);
  EXPECT_EQ(compared.report.status(), "exported");
}

TEST(DiffTest, RejectsRecordsWithoutAControlNumber) {
  Record nameless;
  nameless.add_data("245", "10", {{'a', "x"}});
  const std::vector<Record> before = {nameless, record_of("  ", "blank"), record_of("1", "a")};
  const std::vector<Record> after = {record_of("1", "a"), nameless};
  const Compared compared = diff(Source::records(before), Source::records(after));
  EXPECT_EQ(counts_of(compared.counts()), "0 added, 0 changed, 1 unchanged, 0 deleted");
  EXPECT_EQ(compared.counts().old_records->rejects_by_reason.at(Reason::kControlNumber), 2U);
  EXPECT_EQ(compared.report.rejects_by_reason.at(Reason::kControlNumber), 1U);
  EXPECT_EQ(compared.report.rejects.at(0).record, 2U);
  EXPECT_EQ(compared.report.status(), "rejects");
  EXPECT_EQ(compared.counts().added_output->records_rejected, 0U);
}

TEST(DiffTest, DeletesNoRecordThatCouldNotBeReadAnew) {
  const std::vector<Record> before = {record_of("first", "a"), record_of("second", "b"), record_of("third", "c")};
  std::string after = iso2709(before);
  after.resize(after.size() - 5);  // Of the third one, which is cut off.
  const Compared compared = diff(Source::records(before), Source::memory(after));
  EXPECT_EQ(counts_of(compared.counts()), "0 added, 0 changed, 2 unchanged, 0 deleted");
  EXPECT_EQ(compared.deleted, "");
  EXPECT_EQ(compared.report.records_rejected, 1U);
  EXPECT_EQ(compared.counts().added_output->records_rejected, 0U);
}

TEST(DiffTest, MarksDeletedRecords) {
  const std::vector<Record> before = {record_of("1", "a"), record_of("2", "b")};
  const std::vector<Record> after = {record_of("2", "b")};
  std::string bytes;
  DiffTargets targets;
  targets.deleted.emplace(DiffOutput{Target::memory(bytes), Format::kIso2709});
  const Report report = diff_records(Source::records(before), Source::records(after), std::move(targets));
  EXPECT_EQ(report.diff->deleted, 1U);
  EXPECT_EQ(report.diff->added_output, nullptr);
  RecordStream stream(Source::memory(bytes));
  for (const RecordView record : stream) {
    EXPECT_EQ(record.leader()[5], 'd');
    EXPECT_EQ(record.control_number(), "1");
  }
  EXPECT_EQ(stream.report().records_exported, 1U);
}

TEST(DiffTest, ListsAControlNumberThatIsNoLineAsAReject) {
  const std::vector<Record> before = {record_of("1\n2", "a"), record_of("3", "b")};
  const std::vector<Record> after;
  const Compared compared = diff(Source::records(before), Source::records(after));
  EXPECT_EQ(compared.counts().deleted, 2U);
  EXPECT_EQ(compared.deleted, "3\n");
  EXPECT_EQ(compared.counts().deleted_output->records_rejected, 1U);
  EXPECT_EQ(compared.report.status(), "rejects");
}

TEST(DiffTest, ComparesOnlyWhatIsSelectedOnEitherSide) {
  const std::vector<Record> before = {record_of("1", "yes"), record_of("2", "no"), record_of("3", "yes")};
  const std::vector<Record> after = {record_of("1", "no"), record_of("2", "yes"), record_of("3", "yes")};
  DiffOptions options;
  options.run.selection.where = "245$a=\\yes";
  const Compared compared = diff(Source::records(before), Source::records(after), options);
  EXPECT_EQ(counts_of(compared.counts()), "1 added, 0 changed, 1 unchanged, 1 deleted");
  EXPECT_THAT(ids(compared.added), ElementsAre("2"));
  EXPECT_EQ(compared.deleted, "1\n");
}

TEST(DiffTest, WritesCompressedFilesInAnyFormat) {
  const TemporaryFolder folder;
  const std::vector<Record> after = numbered_records(50);
  DiffTargets targets;
  targets.added.emplace(DiffOutput{Target::file(folder.path("added.xml.gz")), Format::kMarcXml, Compression::kGzip});
  diff_records(Source::records({}), Source::records(after), std::move(targets));
  EXPECT_EQ(diff(Source::file(folder.path("added.xml.gz")), Source::records(after)).counts().unchanged, 50U);
}

TEST(DiffTest, IsAllOrNothing) {
  const TemporaryFolder folder;
  folder.write("added.mrk", "before");
  std::filesystem::create_directory(folder.path("deleted.txt"));
  const std::vector<Record> before = {record_of("1", "a")};
  const std::vector<Record> after = {record_of("2", "b")};
  DiffTargets targets;
  targets.added.emplace(DiffOutput{Target::file(folder.path("added.mrk")), Format::kMrk});
  targets.deleted.emplace(DiffOutput{Target::file(folder.path("deleted.txt"))});
  DiffOptions options;
  options.run.report = folder.path("report.json");
  EXPECT_THROW(diff_records(Source::records(before), Source::records(after), std::move(targets), options), Error);
  EXPECT_EQ(folder.read("added.mrk"), "before");
  EXPECT_THAT(folder.names(), ElementsAre("added.mrk", "deleted.txt", "report.json"));
  EXPECT_EQ(nlohmann::json::parse(folder.read("report.json")).at("status"), "failed");
}

TEST(DiffTest, RefusesWhatCanNotBe) {
  const TemporaryFolder folder;
  const std::string bytes = iso2709(numbered_records(3));
  const auto before = folder.write("old.mrc", bytes);
  const auto after = folder.write("new.mrc", bytes);
  const auto code = [&](const std::filesystem::path& added, const std::filesystem::path& deleted,
                        const DiffOptions& options = {}) -> std::optional<ErrorCode> {
    DiffTargets targets;
    targets.added.emplace(DiffOutput{Target::file(added), Format::kMrk});
    targets.deleted.emplace(DiffOutput{Target::file(deleted)});
    try {
      diff_records(Source::file(before), Source::file(after), std::move(targets), options);
    } catch (const Error& error) {
      return error.code();
    }
    return std::nullopt;
  };
  EXPECT_EQ(code(before, folder.path("d")), ErrorCode::kTargetIsInput);
  EXPECT_EQ(code(folder.path("a"), after), ErrorCode::kTargetIsInput);
  EXPECT_EQ(code(folder.path("same"), folder.path("same")), ErrorCode::kInvalidOptions);
  DiffOptions options;
  for (const auto& path : {before, after}) {
    options.run.report = path;
    EXPECT_EQ(code(folder.path("a"), folder.path("d"), options), ErrorCode::kTargetIsInput);
  }
  options.run.report = folder.path("d");
  EXPECT_EQ(code(folder.path("a"), folder.path("d"), options), ErrorCode::kInvalidOptions);
  options.run.report.reset();
  options.run.selection.limit = 1;
  EXPECT_EQ(code(folder.path("a"), folder.path("d"), options), ErrorCode::kInvalidOptions);
  EXPECT_THAT(folder.names(), ElementsAre("new.mrc", "old.mrc"));
  EXPECT_EQ(folder.read("old.mrc"), bytes);
  EXPECT_EQ(folder.read("new.mrc"), bytes);
}

/// A source that can be read once.
Source once(std::vector<Record> records) {
  return Source::pulled([records = std::move(records), next = std::size_t{0}](Record& record) mutable {
    if (next == records.size()) return false;
    record.assign(records[next++].view());
    return true;
  });
}

TEST(DiffTest, CountsWithoutReadingAnythingTwice) {
  const Report report = diff_records(once({record_of("1", "a")}), once({record_of("1", "b"), record_of("2", "c")}));
  EXPECT_EQ(counts_of(*report.diff), "1 added, 1 changed, 0 unchanged, 0 deleted");
  std::string bytes;
  DiffTargets targets;
  targets.added.emplace(DiffOutput{Target::memory(bytes), Format::kMrk});
  EXPECT_THROW(diff_records(once({}), once({}), std::move(targets)), Error);
}

TEST(DiffTest, ReportsItselfAsJsonAndText) {
  const std::vector<Record> before = {record_of("1", "a"), record_of("1", "b")};
  const std::vector<Record> after = {record_of("2", "b")};
  const Compared compared = diff(Source::records(before), Source::records(after));
  const auto json = nlohmann::json::parse(compared.report.to_json());
  EXPECT_EQ(json.at("diff").at("added"), 1);
  EXPECT_EQ(json.at("diff").at("deleted"), 1);
  EXPECT_EQ(json.at("diff").at("old_records").at("duplicates").at(0).at("control_number"), "1");
  EXPECT_EQ(json.at("diff").at("outputs").at("deleted").at("records_exported"), 1);
  const std::string text = compared.report.to_text();
  EXPECT_THAT(text, HasSubstr("records   1 read, 1 compared, 0 rejected, 0 repaired\n"));
  EXPECT_THAT(text, HasSubstr("old       2 read, 1 compared, 0 rejected, 1 selected out, 0 repaired\n"));
  EXPECT_THAT(text, HasSubstr("diff      1 added, 0 changed, 0 unchanged, 1 deleted\n"));
  EXPECT_THAT(text, HasSubstr("old duplicates:\n  record 2 at 1 (001: 1)"));
}

/// Records drawn at random, some of them damaged, without a control number, or with that of others.
std::vector<Record> draw_records(std::mt19937_64& random) {
  std::vector<Record> records;
  for (std::size_t i = random() % 400; i > 0; --i) {
    const std::uint64_t id = random() % 300;
    records.push_back(record_of(id % 50 == 49 ? " " : std::to_string(id), std::string(random() % 3 * 400 + 1, 't')));
  }
  return records;
}

TEST(DiffTest, IsWhatANaiveDiffSays) {
  for (std::uint64_t seed = 1; seed <= 40; ++seed) {
    std::mt19937_64 random(seed);
    const std::vector<Record> before = draw_records(random);
    const std::vector<Record> after = draw_records(random);
    const auto first_of_each = [](const std::vector<Record>& records) {
      std::vector<std::pair<std::string, std::string>> first;
      for (const Record& record : records) {
        const std::string id(record.view().control_number());
        const auto same = [&id](const auto& one) { return one.first == id; };
        if (id != " " && std::ranges::none_of(first, same)) first.emplace_back(id, record.view().bytes());
      }
      return first;
    };
    const auto old_ones = first_of_each(before);
    const auto new_ones = first_of_each(after);
    const std::map<std::string, std::string> old_map(old_ones.begin(), old_ones.end());
    const std::map<std::string, std::string> new_map(new_ones.begin(), new_ones.end());
    std::vector<std::string> added;
    std::vector<std::string> changed;
    std::string deleted;
    for (const auto& [id, bytes] : new_ones) {
      if (!old_map.contains(id)) {
        added.push_back(id);
      } else if (old_map.at(id) != bytes) {
        changed.push_back(id);
      }
    }
    for (const auto& [id, bytes] : old_ones) {
      if (!new_map.contains(id)) deleted += id + "\n";
    }
    std::optional<std::string> account;
    for (const int threads : {1, 3}) {
      for (const std::size_t batch_bytes : {std::size_t{4096}, std::size_t{128} * 1024}) {
        DiffOptions options;
        options.run.threads = threads;
        options.run.batch_bytes = batch_bytes;
        const Compared compared = diff(Source::memory(iso2709(before)), Source::memory(iso2709(after)), options);
        EXPECT_EQ(ids(compared.added), added) << seed;
        EXPECT_EQ(ids(compared.changed), changed) << seed;
        EXPECT_EQ(compared.deleted, deleted) << seed;
        expect_all_accounted_for(compared.report);
        expect_all_accounted_for(*compared.counts().old_records);
        const std::string now = account_of(compared.report) + account_of(*compared.counts().old_records) +
                                account_of(*compared.counts().changed_output) + counts_of(compared.counts());
        EXPECT_EQ(account.value_or(now), now) << seed;
        account = now;
      }
    }
  }
}

}  // namespace
}  // namespace bulkmarc
