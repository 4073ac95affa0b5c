#include <algorithm>
#include <cerrno>
#include <chrono>
#include <cstdint>
#include <filesystem>
#include <functional>
#include <random>
#include <string>
#include <string_view>
#include <vector>

#include <fmt/format.h>
#include <gmock/gmock.h>
#include <nlohmann/json.hpp>

#include <bulkmarc/bulkmarc.hpp>

#include "api/damaged_files.hpp"
#include "output/sha256.hpp"
#include "platform/platform.hpp"
#include "support/exports.hpp"
#include "support/filled_pipe.hpp"
#include "support/output_form.hpp"
#include "support/parts.hpp"
#include "support/temporary_folder.hpp"

namespace bulkmarc {
namespace {

namespace fs = std::filesystem;
using Json = nlohmann::ordered_json;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;

constexpr std::size_t kSmallestBatch = 4096;

/// All of a report, as JSON has it, but for times and what is said of the output.
std::string lasting_account(const Report& report) {
  Json json = Json::parse(report.to_json());
  for (const char* name :
       {"command_line", "started", "ended", "seconds", "threads", "backend", "backend_reason", "output", "parts"}) {
    json.erase(name);
  }
  return json.dump(1);
}

/// The calls of a test, which all work in one folder.
class PlanTest : public testing::Test {
 protected:
  /// A plan of small ranges.
  static Plan plan_of(const std::vector<fs::path>& inputs, std::uint64_t range_bytes = 1,
                      std::size_t batch_bytes = kSmallestBatch) {
    return make_plan(inputs, {.range_bytes = range_bytes, .batch_bytes = batch_bytes});
  }

  Piece export_piece(const Plan& plan, std::uint64_t number, const ExportOptions& options = {},
                     const std::string& attempt = "a") const {
    const Piece piece = export_range(plan, number, out_, options, {.attempt = attempt, .file = {.sync = false}});
    return Piece::read(piece.pending().string() + ".json");
  }

  /// All pieces, the last one first.
  [[nodiscard]] std::vector<Piece> export_all(const Plan& plan, const ExportOptions& options = {}) const {
    std::vector<Piece> pieces;
    for (std::uint64_t number = plan.ranges.size(); number > 0; --number) {
      pieces.push_back(export_piece(plan, number, options));
    }
    return pieces;
  }

  Exported join(const Plan& plan, const std::vector<Piece>& pieces) const {
    const fs::path joined = folder_.path("joined");
    Report report = commit_pieces(plan, pieces, {.join = joined, .file = {.sync = false}});
    return {read_file(joined), std::move(report)};
  }

  static Report publish(const Plan& plan, const std::vector<Piece>& pieces, bool no_clobber = false) {
    return commit_pieces(plan, pieces, {.file = {.sync = false, .no_clobber = no_clobber}});
  }

  /// Expects an Error, whose message has these words.
  static void expect_error(ErrorCode code, const std::string& words, const std::function<void()>& call) {
    try {
      call();
      ADD_FAILURE() << "no error with: " << words;
    } catch (const Error& error) {
      EXPECT_EQ(error.code(), code) << error.what();
      EXPECT_THAT(error.what(), HasSubstr(words));
    }
  }

  /// Expects that the ranges of these files, joined, are one export of them.
  void expect_joined_is_one_run(const std::vector<fs::path>& inputs, const Plan& plan, const ExportOptions& options,
                                const std::string& what) const {
    Exported one = export_to_memory(Source::files(inputs), options);
    one.report.records_duplicate = 0;  // No range sees those of the others.
    one.report.duplicates.clear();
    const Exported joined = join(plan, export_all(plan, options));
    EXPECT_EQ(joined.bytes == one.bytes, true) << what;
    EXPECT_EQ(lasting_account(joined.report), lasting_account(one.report)) << what;
  }

  /// 40 records, of several batches.
  [[nodiscard]] fs::path write_catalogue(std::string_view name = "in.mrc", std::uint64_t count = 400) const {
    return folder_.write(name, iso2709(numbered_records(count)));
  }

  TemporaryFolder folder_;
  fs::path out_ = folder_.path("out.x");
};

/// Sound and damaged files, each long enough for several batches.
std::vector<std::pair<std::string, std::string>> corpus() {
  std::vector<std::pair<std::string, std::string>> files;
  std::string all;
  for (const DamagedFile& file : damaged_files()) {
    std::string bytes;
    while (bytes.size() < 6 * kSmallestBatch) bytes += file.bytes;
    files.emplace_back(file.name, bytes);
    all += file.bytes;
  }
  files.emplace_back("all kinds of damage", all + all);
  for (const char* padding : {"\n", "0", " ", "\r\n", "\x1D"}) {
    std::string bytes;
    for (std::uint64_t number = 1; number < 60; ++number) {
      bytes += iso2709(numbered_record(number).view());
      for (std::uint64_t i = 0; i < number * number * 3; ++i) bytes += padding;
    }
    files.emplace_back("records with much between them", bytes);
  }
  std::mt19937_64 random(1);
  for (int i = 0; i < 10; ++i) {
    std::string bytes = iso2709(numbered_records(200));
    for (int flips = 0; flips < 40; ++flips) bytes[random() % bytes.size()] = static_cast<char>(random() % 256);
    files.emplace_back("random bytes", bytes);
  }
  const fs::path data = fs::path(BULKMARC_REAL_DATA) / "real";
  for (const auto& entry : fs::directory_iterator(data)) {
    if (entry.path().extension() == ".mrc") files.emplace_back(entry.path().filename(), read_file(entry.path()));
  }
  return files;
}

TEST_F(PlanTest, JoinedRangesOfEachFileAreOneRun) {
  std::mt19937_64 random(2);
  const std::vector<OutputForm> forms = all_output_forms();
  std::size_t ranges = 0;
  for (const auto& [name, bytes] : corpus()) {
    const fs::path input = folder_.write("in.mrc", bytes);
    for (int cut = 0; cut < 2; ++cut) {
      const std::size_t batch = kSmallestBatch + random() % 3000;
      Plan plan;
      try {
        plan = plan_of({input}, random() % 20'000, batch);
      } catch (const Error& error) {
        EXPECT_EQ(error.code(), ErrorCode::kNotMarc) << name;
        break;
      }
      ranges += plan.ranges.size();
      const OutputForm& form = forms[random() % forms.size()];
      ExportOptions options = form.options();
      options.run.statistics = true;
      options.run.max_findings = random() % 30;
      options.run.strict = random() % 4 == 0;
      options.run.selection.skip = random() % 3 == 0 ? random() % 100 : 0;
      if (random() % 3 == 0) options.run.selection.where = "{001~\\1}";
      options.run.batch_bytes = kSmallestBatch + random() % 10'000;
      options.run.threads = 1 + static_cast<int>(random() % 3);
      expect_joined_is_one_run({input}, plan, options, name + " as " + form.name);
    }
  }
  EXPECT_GT(ranges, 200U);
}

TEST_F(PlanTest, JoinedRangesOfSeveralFilesAreOneRun) {
  const fs::path xml = folder_.path("in4.xml");
  export_records(Source::memory(iso2709(numbered_records(50))), Target::file(xml, {.sync = false}), {});
  ExportOptions gzip;
  gzip.format = Format::kIso2709;
  gzip.compression = Compression::kGzip;
  const fs::path gz = folder_.path("in5.mrc.gz");
  export_records(Source::memory(iso2709(numbered_records(70))), Target::file(gz, {.sync = false}), gzip);
  std::string cut = read_file(gz);
  cut.resize(cut.size() - 200);
  std::string damaged = iso2709(numbered_records(150));
  damaged.resize(damaged.size() - 30);
  const std::vector<fs::path> inputs = {
      write_catalogue("in1.mrc", 100),  folder_.write("in2.mrc", damaged), folder_.write("in3.mrc", ""),  xml, gz,
      folder_.write("in6.mrc.gz", cut), write_catalogue("in7.mrc", 10),    write_catalogue("in8.mrc", 10)};
  for (const std::uint64_t range_bytes : {1U, 9000U, 1U << 30U}) {
    const Plan plan = plan_of(inputs, range_bytes);
    for (const Format format : record_formats()) {
      ExportOptions options;
      options.format = format;
      options.run.statistics = true;
      expect_joined_is_one_run(inputs, plan, options, std::string(format_name(format)));
    }
  }
}

TEST_F(PlanTest, AFileThatCantBeDividedHasARangeOfItsOwn) {
  const fs::path mrc = write_catalogue("in1.mrc", 40);
  const fs::path xml = folder_.path("in2.xml");
  export_records(Source::file(mrc), Target::file(xml, {.sync = false}), {});
  const Plan plan = plan_of({mrc, xml, write_catalogue("in3.mrc", 20), write_catalogue("in4.mrc", 20)}, 1U << 30U);
  ASSERT_EQ(plan.ranges.size(), 3U);
  EXPECT_FALSE(plan.inputs[1].divisible);
  EXPECT_EQ(plan.ranges[1].sections.size(), 1U);
  EXPECT_EQ(plan.ranges[1].first_record, 41U);
  EXPECT_EQ(plan.ranges[1].records, 40U);
  EXPECT_EQ(plan.ranges[2].sections.size(), 2U);
  EXPECT_EQ(plan.records(), 120U);
}

TEST_F(PlanTest, ManySmallFilesShareRanges) {
  std::vector<fs::path> inputs;
  for (int i = 100; i < 260; ++i) inputs.push_back(write_catalogue("in" + std::to_string(i) + ".mrc", 2));
  for (const std::uint64_t range_bytes : {3000U, 1U << 30U}) {
    const Plan plan = plan_of(inputs, range_bytes);
    EXPECT_LT(plan.ranges.size(), 140U);
    expect_joined_is_one_run(inputs, plan, {}, "many files");
  }
}

TEST_F(PlanTest, TheSizeOfRangesIsAboutWhatWasAskedFor) {
  const fs::path input = write_catalogue("in.mrc", 2000);
  const Plan plan = plan_of({input}, 50'000);
  for (const PlannedRange& range : plan.ranges) {
    EXPECT_LE(range.bytes, 50'000U);
    EXPECT_TRUE(range.bytes > 50'000U - 2 * kSmallestBatch || &range == &plan.ranges.back());
  }
}

TEST_F(PlanTest, AnEmptyCatalogueHasOneRange) {
  const fs::path input = folder_.write("in.mrc", "");
  const Plan plan = plan_of({input});
  ASSERT_EQ(plan.ranges.size(), 1U);
  for (const Format format : record_formats()) {
    ExportOptions options;
    options.format = format;
    expect_joined_is_one_run({input}, plan, options, "nothing");
  }
}

TEST_F(PlanTest, IsTheSameForAnyNumberOfThreads) {
  const fs::path input = write_catalogue();
  const std::string plan = make_plan({input}, {.range_bytes = 9000, .threads = 1, .batch_bytes = 4096}).to_json();
  EXPECT_EQ(make_plan({input}, {.range_bytes = 9000, .threads = 4, .batch_bytes = 4096}).to_json(), plan);
}

TEST_F(PlanTest, IsJsonBothWays) {
  const Plan plan = plan_of({write_catalogue(), write_catalogue("in2.mrc")}, 9000);
  const std::string json = plan.to_json();
  EXPECT_EQ(Plan::from_json(json).to_json(), json);
  EXPECT_EQ(Json::parse(json).at("ranges").size(), plan.ranges.size());
  EXPECT_EQ(Plan::read(folder_.write("plan.json", json)).id(), plan.id());
  expect_error(ErrorCode::kInputOpen, "can't be opened", [&] { Plan::read(folder_.path("missing")); });
}

TEST_F(PlanTest, AnythingElseIsNoPlan) {
  const std::string json = plan_of({write_catalogue()}, 9000).to_json();
  for (const std::string_view other : {"", "{", "[]", "{}", "null", "7", R"({"bulkmarc": 1, "plan": []})"}) {
    expect_error(ErrorCode::kPlanMismatch, "is not a plan", [&] { Plan::from_json(other); });
  }
  for (const std::string_view name : {"records", "first_record", "begin", "end", "input", "seconds", "bytes"}) {
    std::string changed = json;
    const std::size_t at = changed.find(fmt::format("\"{}\": ", name)) + name.size() + 4;
    changed[at] = changed[at] == '7' ? '8' : '7';
    expect_error(ErrorCode::kPlanMismatch, "was changed", [&] { Plan::from_json(changed); });
  }
  std::string later = json;
  later.replace(later.find(version()), version().size(), "99");
  expect_error(ErrorCode::kPlanMismatch, "was made by bulkmarc 99", [&] { Plan::from_json(later); });
}

/// Whoever computes the id of a plan of his own making gets no further than to an error.
TEST_F(PlanTest, RangesThatCantBeAreNoPlan) {
  const Plan sound = plan_of({write_catalogue()}, 9000);
  const auto expect_unsound = [&](const std::function<void(Plan&)>& change) {
    Plan plan = sound;
    change(plan);
    expect_error(ErrorCode::kPlanMismatch, "was changed", [&] { Plan::from_json(plan.to_json()); });
  };
  expect_unsound([](Plan& plan) { plan.ranges.clear(); });
  expect_unsound([](Plan& plan) { plan.ranges[1].sections[0].input = 1; });
  expect_unsound([](Plan& plan) { plan.ranges[1].sections[0].end = plan.inputs[0].bytes + 1; });
  expect_unsound([](Plan& plan) { plan.ranges[1].sections[0].begin = plan.ranges[1].sections[0].end + 1; });
  expect_unsound([](Plan& plan) { plan.ranges[1].first_record = 1; });
  expect_unsound([](Plan& plan) { plan.ranges[1].sections.push_back(plan.ranges[1].sections[0]); });
}

TEST_F(PlanTest, NeedsFilesThatCanBeReadAgain) {
  const FilledPipe pipe(iso2709(numbered_records(3)));
  expect_error(ErrorCode::kInvalidOptions, "a plan needs regular files", [&] { plan_of({pipe.path()}); });
  expect_error(ErrorCode::kInputOpen, "missing", [&] { plan_of({folder_.path("missing")}); });
  expect_error(ErrorCode::kNotMarc, "text", [&] { plan_of({folder_.write("text", "this is no MARC")}); });
}

TEST_F(PlanTest, AndResultsAreNoRecordsOfTheirFolder) {
  const fs::path input = write_catalogue();
  const Plan plan = plan_of({input}, 9000);
  plan.write(folder_.path("plan.json"), {.sync = false});
  folder_.write("result.json", export_piece(plan, 1).to_json());
  const Report report = export_to_memory(Source::file(folder_.path(""))).report;
  EXPECT_EQ(report.records_exported, 400U);
  std::vector<std::string> why;
  for (const PassedOver& file : report.inputs_passed_over) why.push_back(file.why);
  EXPECT_THAT(why, ElementsAre("a report", "a plan", "a report"));  // The first one is in .pending.
}

TEST_F(PlanTest, ARangeHasTheNumbersAndOffsetsOfTheCatalogue) {
  const fs::path input = write_catalogue();
  const Plan plan = plan_of({input}, 9000);
  std::uint64_t number = 0;
  std::uint64_t offset = 0;
  for (std::uint64_t range = 1; range <= plan.ranges.size(); ++range) {
    EXPECT_EQ(plan.range(range).first_record, number + 1);
    RecordStream stream(Source::range(plan, range));
    RecordBatch batch;
    while (stream.next(batch)) {
      for (std::size_t i = 0; i < batch.size(); ++i) {
        EXPECT_EQ(batch.number(i), ++number);
        EXPECT_EQ(batch.offset(i), offset);
        offset += iso2709(numbered_record(number).view()).size();
      }
    }
    EXPECT_EQ(stream.report().records_read, plan.range(range).records);
  }
  EXPECT_EQ(number, 400U);
}

TEST_F(PlanTest, ARangeOfAnotherFileIsRefused) {
  const fs::path input = write_catalogue();
  const Plan plan = plan_of({input}, 9000);
  const std::string bytes = read_file(input);
  const auto time = fs::last_write_time(input);
  const auto expect_refused = [&](const std::string& words) {
    for (std::uint64_t number : {std::uint64_t{1}, std::uint64_t{plan.ranges.size()}}) {
      expect_error(ErrorCode::kPlanMismatch, words, [&] { export_piece(plan, number, {}, "refused"); });
    }
    EXPECT_FALSE(fs::exists(folder_.path(".pending/out-00001.x.refused")));
  };
  write_file(input, bytes + "\n");
  expect_refused("has " + std::to_string(bytes.size() + 1) + " bytes");
  write_file(input, bytes);
  expect_refused("was written to after the plan was made");
  std::string other = bytes;
  other[30] = other[30] == '1' ? '2' : '1';
  write_file(input, other);
  fs::last_write_time(input, time);
  expect_refused("has other bytes");
  fs::remove(input);
  expect_error(ErrorCode::kInputOpen, "in.mrc", [&] { export_piece(plan, 1); });
  write_file(input, bytes);
  fs::last_write_time(input, time);
  export_piece(plan, 1);
}

/// The ends of a file tell nothing of its middle, but the records there do.
TEST_F(PlanTest, ARangeWithOtherRecordsIsRefused) {
  const fs::path input = write_catalogue("in.mrc", 3000);
  const Plan plan = plan_of({input}, 9000);
  const auto time = fs::last_write_time(input);
  const std::uint64_t middle = plan.ranges.size() / 2;
  std::string bytes = read_file(input);
  const RangeSection section = plan.range(middle).sections.front();
  std::fill_n(bytes.begin() + static_cast<std::ptrdiff_t>(section.begin), section.end - section.begin, ' ');
  write_file(input, bytes);
  fs::last_write_time(input, time);
  expect_error(ErrorCode::kPlanMismatch, "the range has 0 records", [&] { export_piece(plan, middle); });
  EXPECT_FALSE(fs::exists(folder_.path(".pending/out-00001.x.a")));
}

TEST_F(PlanTest, LimitsAreOfAWholeCatalogue) {
  const Plan plan = plan_of({write_catalogue()}, 9000);
  const auto expect_refused = [&](const std::string& words, const std::function<void(Selection&)>& set) {
    ExportOptions options;
    set(options.run.selection);
    expect_error(ErrorCode::kInvalidOptions, words, [&] { export_piece(plan, 1, options); });
  };
  expect_refused("a limit", [](Selection& selection) { selection.limit = 3; });
  expect_refused("a sample", [](Selection& selection) { selection.sample = Sample{3}; });
  expect_refused("ids", [](Selection& selection) { selection.ids = std::vector<std::string>{"1"}; });
  expect_error(ErrorCode::kInvalidOptions, "no range 0", [&] { Source::range(plan, 0); });
  expect_error(ErrorCode::kInvalidOptions, "no range", [&] { Source::range(plan, plan.ranges.size() + 1); });
  for (const char* attempt : {"a/b", "..\\", "a b", "\n", "x.json"}) {
    expect_error(ErrorCode::kInvalidOptions, "an attempt", [&] { export_piece(plan, 1, {}, attempt); });
  }
}

TEST_F(PlanTest, RejectsOfRangesAreThoseOfOneRun) {
  std::string bytes = iso2709(numbered_records(300));
  for (std::size_t at = 40; at < bytes.size(); at += 3000) bytes.replace(at, 30, 30, 'x');
  const fs::path input = folder_.write("in.mrc", bytes);
  ExportOptions options;
  options.run.rejects = folder_.path("rejects");
  export_to_memory(Source::file(input), options);
  const std::string expected = folder_.read("rejects");
  ASSERT_NE(expected, "");
  const Plan plan = plan_of({input}, 9000);
  std::string rejects;
  for (std::uint64_t number = 1; number <= plan.ranges.size(); ++number) {
    export_piece(plan, number, options);
    rejects += folder_.read("rejects");
  }
  EXPECT_EQ(rejects == expected, true);
}

TEST_F(PlanTest, AttemptsNeverShareAName) {
  const Plan plan = plan_of({write_catalogue()}, 9000);
  const Piece first = export_piece(plan, 1, {}, "a");
  expect_error(ErrorCode::kTargetExists, "exists already", [&] { export_piece(plan, 1, {}, "a"); });
  const Piece second = export_piece(plan, 1, {}, "b");
  EXPECT_NE(first.pending(), second.pending());
  EXPECT_EQ(first.sha256, second.sha256);
  const Piece drawn = export_range(plan, 1, out_, {}, {.file = {.sync = false}});
  EXPECT_NE(export_range(plan, 1, out_, {}, {.file = {.sync = false}}).pending(), drawn.pending());
}

TEST_F(PlanTest, PublishedPiecesAreASetThatCanBeRead) {
  std::string bytes = iso2709(numbered_records(300));
  bytes.replace(40, 30, 30, 'x');  // The first record is a reject.
  const fs::path input = folder_.write("in.mrc", bytes);
  const Plan plan = plan_of({input}, 9000);
  ExportOptions options;
  options.format = Format::kNdjson;
  folder_.write("out-00001.x", "of an earlier set");
  folder_.write("out-" + std::string("000") + std::to_string(plan.ranges.size() + 1) + ".x", "of an earlier set");
  const std::vector<Piece> pieces = export_all(plan, options);
  EXPECT_EQ(folder_.read("out-00001.x"), "of an earlier set");
  const Report report = publish(plan, pieces);
  EXPECT_EQ(report.parts, plan.ranges.size());
  const Exported one = export_to_memory(Source::file(input), options);
  EXPECT_EQ(lasting_account(report), lasting_account(one.report));
  EXPECT_EQ(report.records_rejected, 1U);
  const auto files = files_of(folder_.path(""));
  EXPECT_FALSE(fs::exists(folder_.path(".pending")));
  EXPECT_EQ(files.size(), plan.ranges.size() + 1);
  const Exported read = export_to_memory(Source::file(folder_.path("out.x.manifest.json")), options);
  EXPECT_EQ(read.bytes == one.bytes, true);

  // Once more, nothing happens.
  EXPECT_EQ(lasting_account(publish(plan, pieces)), lasting_account(report));
  EXPECT_EQ(files_of(folder_.path("")), files);
}

TEST_F(PlanTest, AJoinedFileMayBeCommittedAgain) {
  const fs::path input = write_catalogue();
  const Plan plan = plan_of({input}, 9000);
  const std::vector<Piece> pieces = export_all(plan);
  const Exported joined = join(plan, pieces);
  EXPECT_THAT(folder_.names(), ElementsAre("in.mrc", "joined"));
  const Exported again = join(plan, pieces);
  EXPECT_EQ(again.bytes == joined.bytes, true);
  EXPECT_EQ(lasting_account(again.report), lasting_account(joined.report));
  std::string other = joined.bytes;
  other[other.size() / 2] ^= 1;
  folder_.write("joined", other);
  expect_error(ErrorCode::kPlanMismatch, "is missing", [&] { join(plan, pieces); });
  EXPECT_EQ(folder_.read("joined") == other, true);
}

TEST_F(PlanTest, OnlyOneWholeSetOfResultsIsCommitted) {
  const fs::path input = write_catalogue();
  const Plan plan = plan_of({input}, 9000);
  const Plan other_plan = plan_of({input}, 20'000);
  const std::vector<Piece> pieces = export_all(plan);
  folder_.write("joined", "old");
  folder_.write("out-00001.x", "old");
  const auto expect_refused = [&](const std::string& words, const std::vector<Piece>& given) {
    expect_error(ErrorCode::kPlanMismatch, words, [&] { join(plan, given); });
    expect_error(ErrorCode::kPlanMismatch, words, [&] { publish(plan, given); });
    EXPECT_EQ(folder_.read("joined"), "old");
    EXPECT_EQ(folder_.read("out-00001.x"), "old");
    EXPECT_FALSE(fs::exists(folder_.path("out.x.manifest.json")));
  };
  const auto with = [&](const Piece& piece) {
    std::vector<Piece> given = pieces;
    given.back() = piece;
    return given;
  };
  expect_refused("have no result, range 1 is the first one", {pieces.begin(), pieces.end() - 1});
  expect_refused("have no result, range 1", {});
  std::vector<Piece> doubled = pieces;
  doubled.push_back(export_piece(plan, 2, {}, "again"));
  expect_refused("range 2 has two results, of the attempts a and again", doubled);
  expect_refused("is of another plan", with(export_piece(other_plan, 1, {}, "foreign")));
  ExportOptions strict;
  strict.run.strict = true;
  expect_refused("was exported with other options", with(export_piece(plan, 1, strict, "strict")));
  Piece elsewhere = pieces.back();
  elsewhere.output = folder_.path("elsewhere.x");
  expect_refused("is of another output", with(elsewhere));
  Piece beyond = pieces.back();
  beyond.range = plan.ranges.size() + 1;
  expect_refused("no such range", with(beyond));
}

TEST_F(PlanTest, AnythingElseIsNoResult) {
  const Plan plan = plan_of({write_catalogue()}, 9000);
  Piece piece = export_piece(plan, 1);
  EXPECT_EQ(Piece::from_json(piece.to_json()).to_json(), piece.to_json());
  for (const std::string& other : {std::string(), std::string("{}"), plan.to_json(), piece.report.to_json()}) {
    expect_error(ErrorCode::kPlanMismatch, "is not the result of a range", [&] { Piece::from_json(other); });
  }
  // No name leads out of the folder.
  for (const char* attempt : {"", "/../../a", "a/b"}) {
    piece.attempt = attempt;
    expect_error(ErrorCode::kPlanMismatch, "is not the result of a range", [&] { Piece::from_json(piece.to_json()); });
  }
}

TEST_F(PlanTest, APieceThatWasChangedIsNotCommitted) {
  const Plan plan = plan_of({write_catalogue()}, 9000);
  const std::vector<Piece> pieces = export_all(plan);
  folder_.write("joined", "old");
  const auto expect_refused = [&](const std::string& words) {
    expect_error(ErrorCode::kPlanMismatch, words, [&] { join(plan, pieces); });
    expect_error(ErrorCode::kPlanMismatch, words, [&] { publish(plan, pieces); });
    EXPECT_EQ(folder_.read("joined"), "old");
    EXPECT_FALSE(fs::exists(folder_.path("out-00001.x")));
  };
  const fs::path piece = pieces[1].pending();
  const std::string bytes = read_file(piece);
  for (const std::size_t at : {std::size_t{0}, bytes.size() / 2, bytes.size() - 1}) {
    std::string changed = bytes;
    changed[at] ^= 1;
    write_file(piece, changed);
    expect_refused("was changed");
  }
  write_file(piece, bytes.substr(1));
  expect_refused("was changed, or cut off");
  fs::remove(piece);
  expect_refused("is missing");
  write_file(piece, bytes);
  join(plan, pieces);
}

TEST_F(PlanTest, WhatCantBeJoinedIsAPartAllTheSame) {
  const Plan plan = plan_of({write_catalogue()}, 9000);
  ExportOptions options;
  options.compression = Compression::kGzip;
  const std::vector<Piece> pieces = export_all(plan, options);
  expect_error(ErrorCode::kInvalidOptions, "can't be joined", [&] { join(plan, pieces); });
  EXPECT_EQ(publish(plan, pieces).parts, plan.ranges.size());
  EXPECT_EQ(export_to_memory(Source::file(folder_.path("out.x.manifest.json"))).report.records_exported, 400U);
}

TEST_F(PlanTest, AnInputIsNeverReplaced) {
  const fs::path input = write_catalogue("out-00001.x");
  const Plan plan = plan_of({input}, 9000);
  const std::vector<Piece> pieces = export_all(plan);
  expect_error(ErrorCode::kTargetIsInput, "out-00001.x", [&] { publish(plan, pieces); });
  expect_error(ErrorCode::kTargetIsInput, "out-00001.x",
               [&] { commit_pieces(plan, pieces, {.join = input, .file = {.sync = false}}); });
  EXPECT_EQ(read_file(input) == iso2709(numbered_records(400)), true);
}

TEST_F(PlanTest, WithoutClobberingOnlyANewSetIsPublished) {
  const Plan plan = plan_of({write_catalogue()}, 9000);
  const std::vector<Piece> pieces = export_all(plan);
  folder_.write("out-00002.x", "old");
  expect_error(ErrorCode::kTargetExists, "out-00002.x", [&] { publish(plan, pieces, true); });
  EXPECT_EQ(folder_.read("out-00002.x"), "old");
  fs::remove(folder_.path("out-00002.x"));
  publish(plan, pieces, true);
}

TEST_F(PlanTest, AbortRemovesWhatIsPendingAndNothingElse) {
  const Plan plan = plan_of({write_catalogue()}, 9000);
  const std::vector<Piece> pieces = export_all(plan);
  folder_.write(".pending/.out-00001.x.killed.0123abcd.part", "what a killed attempt has left");
  folder_.write(".pending/out-1.x.a", "not ours");
  folder_.write(".pending/out-00001.y.a", "not ours");
  folder_.write(".pending/outside-00001.x.a", "not ours");
  EXPECT_EQ(abort_pieces(out_), 2 * pieces.size() + 1);
  std::vector<std::string> left;
  for (const auto& entry : fs::directory_iterator(folder_.path(".pending"))) left.push_back(entry.path().filename());
  EXPECT_THAT(left, testing::UnorderedElementsAre("out-1.x.a", "out-00001.y.a", "outside-00001.x.a"));
  EXPECT_EQ(abort_pieces(out_), 0U);
  fs::remove_all(folder_.path(".pending"));
  EXPECT_EQ(abort_pieces(out_), 0U);
}

/// The operating system, but each call that changes names fails from one of them on.
class FailingPlatform final : public Platform {
 public:
  explicit FailingPlatform(int calls) : calls_(calls) {}
  int rename(const char* from, const char* to) override { return fails() ? -EIO : Platform::rename(from, to); }
  int rename_to_new(const char* from, const char* to) override {
    return fails() ? -EIO : Platform::rename_to_new(from, to);
  }
  int exchange(const char* one, const char* other) override { return fails() ? -EIO : Platform::exchange(one, other); }
  int unlink(const char* path) override { return fails() ? -EIO : Platform::unlink(path); }
  int fsync(int fd) override { return fails() ? -EIO : Platform::fsync(fd); }

 private:
  bool fails() { return calls_-- <= 0; }

  int calls_;
};

TEST_F(PlanTest, ACommitThatIsCutOffIsCompletedByTheNextOne) {
  const Plan plan = plan_of({write_catalogue()}, 20'000);
  for (const bool joined : {false, true}) {
    int failures = 0;
    for (int calls = 0;; ++calls) {
      const std::vector<Piece> pieces = export_all(plan);
      const CommitOptions options = {.join = joined ? std::optional(folder_.path("joined")) : std::nullopt};
      folder_.write("out.x.manifest.json", "old");
      folder_.write("joined", "old");
      bool failed = false;
      try {
        FailingPlatform platform(calls);
        const PlatformOverride replaced(platform);
        commit_pieces(plan, pieces, options);
      } catch (const Error&) {
        failed = true;
        ++failures;
      }
      const Report report = commit_pieces(plan, pieces, options);
      EXPECT_EQ(report.records_exported, 400U);
      if (joined) {
        EXPECT_EQ(folder_.read("joined") == export_to_memory(Source::file(folder_.path("in.mrc"))).bytes, true);
      } else {
        EXPECT_EQ(parts_of_manifest(folder_.read("out.x.manifest.json")).size(), plan.ranges.size());
        EXPECT_EQ(export_to_memory(Source::file(folder_.path("out.x.manifest.json"))).report.records_exported, 400U);
      }
      abort_pieces(out_);
      for (std::uint64_t number = 1; number <= plan.ranges.size(); ++number) {
        fs::remove(folder_.path("out-0000" + std::to_string(number) + ".x"));
      }
      if (!failed) break;
    }
    EXPECT_GT(failures, 2);
  }
}

TEST_F(PlanTest, AnExportToPartsIsNotResumedByAnotherRange) {
  const Plan plan = plan_of({write_catalogue()}, 9000);
  const auto run = [&](std::uint64_t number, bool resume) {
    return export_records(Source::range(plan, number),
                          Target::parts(out_, {.records = 1, .resume = resume}, {.sync = false}));
  };
  {
    FailingPlatform platform(4);
    const PlatformOverride replaced(platform);
    EXPECT_THROW(run(1, false), Error);
  }
  expect_error(ErrorCode::kNotResumable, "other inputs or options", [&] { run(2, true); });
  EXPECT_EQ(run(1, true).records_exported, plan.range(1).records);
}

}  // namespace
}  // namespace bulkmarc
