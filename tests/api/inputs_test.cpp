#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <atomic>
#include <cerrno>
#include <chrono>
#include <cstdint>
#include <filesystem>
#include <optional>
#include <string>
#include <thread>
#include <vector>

#include <gmock/gmock.h>

#include <bulkmarc/bulkmarc.hpp>

#include "platform/platform.hpp"
#include "support/exports.hpp"
#include "support/parts.hpp"
#include "support/read_rows.hpp"
#include "support/temporary_folder.hpp"

namespace bulkmarc {
namespace {

namespace fs = std::filesystem;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;

/// The operating system, but a file whose name ends so can't be read beyond an offset.
class BadDisk final : public Platform {
 public:
  BadDisk(std::string name, std::uint64_t readable) : name_(std::move(name)), readable_(readable) {}

  int open(const char* path, int flags, mode_t mode) override {
    const int fd = Platform::open(path, flags, mode);
    if (fd >= 0 && std::string_view(path).ends_with(name_)) bad_ = fd;
    return fd;
  }
  int close(int fd) override {
    if (fd == bad_) bad_ = -1;
    return Platform::close(fd);
  }
  ssize_t read(int fd, void* bytes, std::size_t length) override {
    if (fd != bad_) return Platform::read(fd, bytes, length);
    const auto position = static_cast<std::uint64_t>(::lseek(fd, 0, SEEK_CUR));
    if (position >= readable_) return -EIO;
    // However much is asked for, no more than some of it comes.
    return Platform::read(fd, bytes, std::min<std::uint64_t>({length, 1000, readable_ - position}));
  }

 private:
  std::string name_;
  std::uint64_t readable_;
  std::atomic<int> bad_ = -1;
};

class InputsTest : public testing::Test {
 protected:
  InputsTest() {
    options_.format = Format::kIso2709;
    options_.run.batch_bytes = 4096;
  }

  Exported read(const std::vector<fs::path>& paths, const InputOptions& input = {}) const {
    return export_to_memory(Source::files(paths, input), options_);
  }
  Exported keep_going(const std::vector<fs::path>& paths) const { return read(paths, {.keep_going = true}); }

  /// What a run throws.
  static std::optional<Error> error_of(const std::function<void()>& run) {
    try {
      run();
    } catch (const Error& error) {
      return error;
    }
    return std::nullopt;
  }
  void expect_error(ErrorCode code, const fs::path& path, const std::function<void()>& run) const {
    const auto error = error_of(run);
    ASSERT_TRUE(error) << path;
    EXPECT_EQ(error->code(), code) << error->what();
    EXPECT_EQ(error->path(), path) << error->what();
  }

  fs::path write(const std::string& name, std::uint64_t first, std::uint64_t count) const {
    const auto all = numbered_records(first + count - 1);
    fs::create_directories(folder_.path(name).parent_path());
    return folder_.write(name, iso2709(std::span(all).subspan(first - 1)));
  }
  fs::path write_as(const std::string& name, Format format, std::uint64_t count, Compression compression = {}) const {
    ExportOptions options;
    options.format = format;
    options.compression = compression;
    const auto records = numbered_records(count);
    return folder_.write(name, export_to_memory(Source::records(records), options).bytes);
  }
  static std::string records(std::uint64_t first, std::uint64_t count) {
    const auto all = numbered_records(first + count - 1);
    return iso2709(std::span(all).subspan(first - 1));
  }
  /// Writes parts of the records 1 to 100, and returns their manifest.
  fs::path write_parts(const std::string& name, Format format = Format::kIso2709, Compression compression = {}) const {
    ExportOptions options;
    options.format = format;
    options.compression = compression;
    const auto all = numbered_records(100);
    export_records(Source::records(all), Target::parts(folder_.path(name), {.records = 40}, {.sync = false}), options);
    return folder_.path(name + ".manifest.json");
  }
  static std::vector<std::string> passed_over(const Report& report) {
    std::vector<std::string> names;
    for (const PassedOver& each : report.inputs_passed_over) {
      names.push_back(fs::path(each.path).filename().string() + ": " + each.why);
    }
    return names;
  }

  TemporaryFolder folder_;
  ExportOptions options_;
};

class OwnFilesTest : public InputsTest {};

TEST_F(OwnFilesTest, AFolderOfPartsWithManifestAndReportsIsReadAgain) {
  write_parts("catalog.json", Format::kJson);
  const auto exported = export_to_memory(Source::file(folder_.path("catalog-00001.json")), options_);
  folder_.write("report.json", exported.report.to_json());
  folder_.write("report.txt", exported.report.to_text());
  const Exported again = read({folder_.path("")});
  EXPECT_EQ(again.bytes, records(1, 100));
  EXPECT_EQ(again.report.inputs.size(), 3U);
  EXPECT_THAT(
      passed_over(again.report),
      ElementsAre("catalog.json.manifest.json: a manifest; its parts are read by themselves", "report.json: a report"));
  EXPECT_THAT(again.report.to_json(), HasSubstr("\"why\": \"a report\""));
  EXPECT_THAT(again.report.to_text(), HasSubstr("inputs passed over: 2\n  "));
}

TEST_F(OwnFilesTest, AReportWithLongListsAndACommandLineBeforeThemIsKnown) {
  write("in/a.mrc", 1, 3);
  Report report;
  report.inputs.assign(20'000, std::string(60, 'x'));
  folder_.write("in/long.json", report.to_json());
  const std::string json = report.to_json();
  folder_.write("in/late.json", "{\n  \"command_line\": [\"" + std::string(1'000'000, 'x') + "\"]," + json.substr(1));
  const Exported exported = read({folder_.path("in")});
  EXPECT_EQ(exported.bytes, records(1, 3));
  EXPECT_EQ(exported.report.inputs_passed_over.size(), 2U);
}

TEST_F(OwnFilesTest, RecordsThatSpeakOfReportsAreRecords) {
  Record record("00000nam a2200000 i 4500");
  record.add_control("001", "1")
      .add_data(
          "500", "  ",
          {{'a',
            R"("records_read": "records_exported": "records_selected_out": "bytes_skipped": "parts": "bulkmarc":)"}});
  ExportOptions options;
  options.format = Format::kNdjson;
  fs::create_directories(folder_.path("in"));
  folder_.write("in/a.json", export_to_memory(Source::records({&record, 1}), options).bytes);
  const Exported exported = read({folder_.path("in")});
  EXPECT_EQ(exported.report.records_exported, 1U);
  EXPECT_THAT(exported.report.inputs_passed_over, IsEmpty());
}

TEST_F(OwnFilesTest, LinksThatLeadNowhereOrToFoldersAreSaid) {
  write("in/a.mrc", 1, 3);
  write("other/b.mrc", 4, 3);
  fs::create_symlink("nowhere", folder_.path("in/broken.mrc"));
  fs::create_directory_symlink("../other", folder_.path("in/other"));
  ASSERT_EQ(mkfifo(folder_.path("in/pipe.mrc").c_str(), 0600), 0);
  const Exported exported = read({folder_.path("in")});
  EXPECT_EQ(exported.bytes, records(1, 3));
  EXPECT_THAT(passed_over(exported.report),
              ElementsAre("broken.mrc: a link that leads nowhere", "other: a link to a folder",
                          "pipe.mrc: neither a file nor a folder"));
}

class ManifestTest : public InputsTest {
 protected:
  /// Replaces the first `old` in a file by `other`.
  void edit(const fs::path& path, const std::string& old, const std::string& other) const {
    std::string text = read_file(path);
    const std::size_t place = text.find(old);
    ASSERT_NE(place, std::string::npos) << old;
    write_file(path, text.replace(place, old.size(), other));
  }
  void expect_mismatch(const fs::path& manifest, const fs::path& path) const {
    folder_.write("out.mrc", "old");
    for (const Backend backend : {Backend::kMapped, Backend::kStreamed, Backend::kPlaced, Backend::kDirect}) {
      ExportOptions options = options_;
      options.backend = backend;
      expect_error(ErrorCode::kInputMismatch, path, [&] {
        export_records(Source::file(manifest), Target::file(folder_.path("out.mrc"), {.sync = false}), options);
      });
    }
    EXPECT_EQ(folder_.read("out.mrc"), "old");
    expect_error(ErrorCode::kInputMismatch, path, [&] {
      export_records(Source::file(manifest), Target::parts(folder_.path("new.mrc"), {.records = 5}, {.sync = false}),
                     options_);
    });
    EXPECT_FALSE(fs::exists(folder_.path("new-00001.mrc"))) << "a part was committed before its input was checked";
  }
};

TEST_F(ManifestTest, StandsForItsPartsInTheirOrder) {
  for (const auto& [name, format, compression] :
       std::vector<std::tuple<std::string, Format, Compression>>{{"a.mrc", Format::kIso2709, Compression::kNone},
                                                                 {"b.xml", Format::kMarcXml, Compression::kNone},
                                                                 {"c.mrc.gz", Format::kIso2709, Compression::kGzip},
                                                                 {"d.json.zst", Format::kJson, Compression::kZstd}}) {
    const fs::path manifest = write_parts(name, format, compression);
    const Exported exported = read({manifest});
    EXPECT_EQ(exported.bytes, records(1, 100)) << name;
    ASSERT_EQ(exported.report.inputs.size(), 3U);
    EXPECT_THAT(exported.report.inputs[1], HasSubstr("-00002."));
  }
}

TEST_F(ManifestTest, AndItsFolderNamedBesideItAreReadOnce) {
  const fs::path manifest = write_parts("./a.mrc");
  const Exported exported = read({folder_.path("a-00002.mrc"), manifest, folder_.path("")});
  EXPECT_EQ(exported.bytes, records(41, 40) + records(1, 40) + records(81, 20));
  EXPECT_EQ(exported.report.inputs.size(), 3U);
}

TEST_F(ManifestTest, APartThatIsNotWhatItSaysIsAnErrorAndNothingIsWritten) {
  const fs::path manifest = write_parts("a.mrc");
  const fs::path part = folder_.path("a-00002.mrc");
  const std::string sound = read_file(part);
  std::string other = sound;
  other[sound.size() / 2] ^= 1;
  write_file(part, other);
  expect_mismatch(manifest, part);
  write_file(part, sound + "x");
  expect_mismatch(manifest, part);
  write_file(part, sound.substr(1));
  expect_mismatch(manifest, part);
  fs::remove(part);
  expect_mismatch(manifest, part);
  ASSERT_EQ(mkfifo(part.c_str(), 0600), 0);
  expect_mismatch(manifest, part);
}

TEST_F(ManifestTest, ThatContradictsItselfIsAnError) {
  const fs::path manifest = write_parts("a.mrc");
  const std::string sound = read_file(manifest);
  const std::vector<std::pair<std::string, std::string>> edits = {{"a-00002.mrc", "../a-00002.mrc"},
                                                                  {"a-00002.mrc", "/etc/passwd"},
                                                                  {"a-00002.mrc", ".."},
                                                                  {"a-00002.mrc", ""},
                                                                  {"a-00002.mrc", "a\\u0000b"},
                                                                  {"\"first_record\": 41", "\"first_record\": 40"},
                                                                  {"\"records\": 100", "\"records\": 99"},
                                                                  {"\"sha256\"", "\"sha255\""},
                                                                  {"\"first_record\": 41", "\"first_record\": \"41\""}};
  for (const auto& [old, other] : edits) {
    write_file(manifest, sound);
    edit(manifest, old, other);
    expect_mismatch(manifest, manifest);
  }
}

TEST_F(ManifestTest, IsNotReplacedByTheOutput) {
  const fs::path manifest = write_parts("a.mrc");
  expect_error(ErrorCode::kTargetIsInput, manifest,
               [&] { export_records(Source::file(manifest), Target::file(manifest), options_); });
}

class SameFileTest : public InputsTest {};

TEST_F(SameFileTest, IsReadOnceHoweverItIsReached) {
  const fs::path a = write("in/a.mrc", 1, 5);
  fs::create_symlink("a.mrc", folder_.path("in/b.mrc"));
  fs::create_hard_link(a, folder_.path("in/c.mrc"));
  const std::string why = ": the same file as " + a.string() + ", which is read";
  for (const bool keep_going : {false, true}) {
    const InputOptions input = {.keep_going = keep_going};
    EXPECT_THAT(passed_over(read({a, a}, input).report), ElementsAre("a.mrc" + why));
    const Exported exported = read({a, folder_.path("in"), folder_.path("in/../in/a.mrc")}, input);
    EXPECT_EQ(exported.bytes, records(1, 5));
    EXPECT_EQ(exported.report.inputs.size(), 1U);
    EXPECT_THAT(passed_over(exported.report), ElementsAre("a.mrc" + why, "b.mrc" + why, "c.mrc" + why, "a.mrc" + why));
  }
}

TEST_F(SameFileTest, AnotherFileOfTheSameBytesIsRead) {
  EXPECT_EQ(read({write("a.mrc", 1, 5), write("b.mrc", 1, 5)}).bytes, records(1, 5) + records(1, 5));
}

class KeepGoingTest : public InputsTest {
 protected:
  void expect_unreadable(const Report& report, std::size_t index, std::size_t input, std::uint64_t record,
                         const std::string& detail) const {
    ASSERT_GT(report.rejects.size(), index);
    const Finding& finding = report.rejects[index];
    EXPECT_EQ(finding.code, Reason::kInputUnreadable);
    EXPECT_EQ(finding.input, input);
    EXPECT_EQ(finding.record, record);
    EXPECT_EQ(finding.length, 0U);
    EXPECT_THAT(finding.detail, HasSubstr(detail));
  }
};

TEST_F(KeepGoingTest, InputsThatCantBeReadAreRejectsAndTheOthersAreExported) {
  const fs::path a = write("a.mrc", 1, 5);
  const fs::path missing = folder_.path("missing.mrc");
  const fs::path text = folder_.write("text.mrc", "no records at all, but a text of some length");
  const fs::path gzip = folder_.write("damaged.mrc.gz", "\x1F\x8B\x08 no gzip");
  const fs::path doctype = folder_.write("evil.xml", "<!DOCTYPE a [<!ENTITY b \"c\">]><collection/>");
  const fs::path encoding = folder_.write("encoding.xml", "<?xml version='1.0' encoding='Klingon'?><collection/>");
  fs::create_directories(folder_.path("empty"));
  const fs::path b = write("b.mrc", 6, 5);
  const std::vector<fs::path> paths = {a, missing, text, gzip, doctype, encoding, folder_.path("empty"), b};
  for (const int threads : {1, 4}) {
    options_.run.threads = threads;
    const Exported exported = keep_going(paths);
    EXPECT_EQ(exported.bytes, records(1, 10));
    EXPECT_EQ(exported.report.records_read, 16U);
    EXPECT_EQ(exported.report.records_exported, 10U);
    ASSERT_EQ(exported.report.records_rejected, 6U);
    expect_unreadable(exported.report, 0, 1, 6, "can't be opened: No such file");
    expect_unreadable(exported.report, 1, 2, 7, "holds no MARC 21 records");
    expect_unreadable(exported.report, 2, 3, 8, "the gzip data is damaged");
    expect_unreadable(exported.report, 3, 4, 9, "has a DOCTYPE");
    expect_unreadable(exported.report, 4, 5, 10, "is in the encoding \"Klingon\"");
    expect_unreadable(exported.report, 5, 6, 11, "is a folder without a file of a known extension");
  }
  for (std::size_t i = 1; i + 1 < paths.size(); ++i) {
    EXPECT_TRUE(error_of([&] { read({a, paths[i], b}); })) << paths[i];
  }
}

TEST_F(KeepGoingTest, IsTheSameForChecksRowsAndAllWaysToSelect) {
  const std::vector<fs::path> paths = {write("a.mrc", 1, 50), folder_.path("missing"),
                                       write_as("b.xml", Format::kMarcXml, 50)};
  const auto source = [&] { return Source::files(paths, {.keep_going = true}); };
  EXPECT_EQ(export_records(source(), Target::none(), options_).records_rejected, 1U);
  RowStream rows(source(), Table::records(), options_.run);
  RowBatch batch;
  while (rows.next(batch)) {
  }
  EXPECT_EQ(rows.report().records_exported, 100U);
  expect_unreadable(rows.report(), 0, 1, 51, "can't be opened");
  options_.run.selection.skip = 45;
  options_.run.selection.limit = 20;
  const Exported some = export_to_memory(source(), options_);
  EXPECT_EQ(some.bytes, records(46, 5) + records(1, 15));
  expect_unreadable(some.report, 0, 1, 51, "can't be opened");
  options_.run.selection = {.sample = Sample{10, 3}};
  EXPECT_EQ(export_to_memory(source(), options_).report.records_exported, 10U);
}

TEST_F(KeepGoingTest, AManifestsPartThatDiffersIsAReject) {
  const fs::path manifest = write_parts("a.mrc");
  write_file(folder_.path("a-00002.mrc"), "x");
  const Exported exported = keep_going({manifest});
  EXPECT_EQ(exported.bytes, records(1, 40) + records(81, 20));
  expect_unreadable(exported.report, 0, 1, 41, "has not the ");
}

TEST_F(KeepGoingTest, AFolderThatCantBeListedIsAReject) {
  if (::geteuid() == 0) GTEST_SKIP() << "root may list everything";
  write("in/a.mrc", 1, 3);
  write("in/closed/b.mrc", 4, 3);
  fs::permissions(folder_.path("in/closed"), fs::perms::none);
  const Exported exported = keep_going({folder_.path("in")});
  fs::permissions(folder_.path("in/closed"), fs::perms::owner_all);
  EXPECT_EQ(exported.bytes, records(1, 3));
  expect_unreadable(exported.report, 0, 1, 4, "can't be listed");
}

/// Whatever the format and wherever it happens, nothing that was read is lost, however it was dealt.
TEST_F(KeepGoingTest, AFailureWithinAnInputIsARejectAfterAllThatCouldBeRead) {
  const std::vector<fs::path> inputs = {write("bad.mrc", 1, 300),
                                        write_as("bad.xml", Format::kMarcXml, 300),
                                        write_as("bad.json", Format::kJson, 300),
                                        write_as("bad.mrk", Format::kMrk, 300),
                                        write_as("bad.mrc.gz", Format::kIso2709, 3000, Compression::kGzip),
                                        write_as("bad.xml.zst", Format::kMarcXml, 1000, Compression::kZstd)};
  const fs::path next = write("next.mrc", 1, 2);
  for (const fs::path& input : inputs) {
    const std::uint64_t size = fs::file_size(input);
    for (const std::uint64_t readable : {std::uint64_t{0}, std::uint64_t{700}, size / 2, size - 1, size}) {
      std::optional<Exported> first;
      for (const auto& [batch_bytes, threads] :
           std::vector<std::pair<std::size_t, int>>{{4096, 1}, {4096, 4}, {1 << 20, 2}}) {
        options_.run.batch_bytes = batch_bytes;
        options_.run.threads = threads;
        BadDisk platform(input.filename().string(), readable);
        const PlatformOverride replaced(platform);
        Exported exported = keep_going({input, next});
        const auto unreadable = std::ranges::count(exported.report.rejects, Reason::kInputUnreadable, &Finding::code);
        EXPECT_EQ(unreadable, 1) << input << " " << readable;
        EXPECT_TRUE(exported.bytes.ends_with(records(1, 2)));
        if (!first)
          first = std::move(exported);
        else
          expect_same(exported, *first);
      }
      if (readable == size) {
        EXPECT_EQ(first->report.records_read, first->report.records_exported + 1);
        EXPECT_GE(first->report.records_exported, 302U);
      }
    }
  }
}

TEST_F(KeepGoingTest, AnElementThatIsRefusedCostsNothingThatWasBeforeIt) {
  std::string xml = read_file(write_as("a.xml", Format::kMarcXml, 100));
  std::string deep;
  for (int i = 0; i < 200; ++i) deep += "<x>";
  xml.insert(xml.rfind("</collection>"), deep);
  const fs::path input = folder_.write("deep.xml", xml);
  std::optional<Exported> first;
  for (const std::size_t batch_bytes : {std::size_t{4096}, std::size_t{1} << 20}) {
    options_.run.batch_bytes = batch_bytes;
    Exported exported = keep_going({input, write("b.mrc", 101, 2)});
    EXPECT_EQ(exported.bytes, records(1, 102));
    if (!first)
      first = std::move(exported);
    else
      expect_same(exported, *first);
  }
}

TEST_F(KeepGoingTest, ARequestToStopEndsTheRun) {
  ASSERT_EQ(mkfifo(folder_.path("pipe").c_str(), 0600), 0);
  std::stop_source stop;
  options_.run.stop = stop.get_token();
  stop.request_stop();
  expect_error(ErrorCode::kCancelled, {}, [&] { keep_going({folder_.path("pipe")}); });
}

class PipeTest : public InputsTest {
 protected:
  PipeTest() { EXPECT_EQ(mkfifo(pipe_.c_str(), 0600), 0); }

  /// Asks a run to stop after a while, and returns how long it takes then.
  double seconds_to_stop(const std::vector<fs::path>& paths) {
    std::stop_source stop;
    options_.run.stop = stop.get_token();
    std::chrono::steady_clock::time_point asked;
    const std::jthread asking([&] {
      std::this_thread::sleep_for(std::chrono::milliseconds(100));
      asked = std::chrono::steady_clock::now();
      stop.request_stop();
    });
    const auto error = error_of([&] { read(paths); });
    EXPECT_TRUE(error && error->code() == ErrorCode::kCancelled);
    return std::chrono::duration<double>(std::chrono::steady_clock::now() - asked).count();
  }

  fs::path pipe_ = folder_.path("pipe");
};

TEST_F(PipeTest, ThatNobodyWritesToIsLeftWhenARunIsStopped) {
  EXPECT_LT(seconds_to_stop({pipe_}), 2);
  EXPECT_LT(seconds_to_stop({write("a.mrc", 1, 3), pipe_}), 2);
}

TEST_F(PipeTest, ThatIsSilentIsLeftWhenARunIsStopped) {
  const int writer = ::open(pipe_.c_str(), O_RDWR);
  const std::string begin = records(1, 3);
  ASSERT_EQ(::write(writer, begin.data(), begin.size()), static_cast<ssize_t>(begin.size()));
  EXPECT_LT(seconds_to_stop({pipe_}), 2);
  ::close(writer);
}

TEST_F(PipeTest, IsReadWheneverItsWriterComes) {
  const std::jthread writer([this] {
    std::this_thread::sleep_for(std::chrono::milliseconds(150));
    const int fd = ::open(pipe_.c_str(), O_WRONLY);
    const std::string bytes = records(4, 3);
    EXPECT_EQ(::write(fd, bytes.data(), 10), 10);
    std::this_thread::sleep_for(std::chrono::milliseconds(100));
    EXPECT_EQ(::write(fd, bytes.data() + 10, bytes.size() - 10), static_cast<ssize_t>(bytes.size() - 10));
    ::close(fd);
  });
  EXPECT_EQ(read({write("a.mrc", 1, 3), pipe_}).bytes, records(1, 6));
}

TEST_F(PipeTest, IsOpenedOnceSoThatItsWriterKeepsItsReader) {
  const std::jthread writer([this] {
    const int fd = ::open(pipe_.c_str(), O_WRONLY);
    std::this_thread::sleep_for(std::chrono::milliseconds(100));
    const std::string bytes = records(1, 3);
    EXPECT_EQ(::write(fd, bytes.data(), bytes.size()), static_cast<ssize_t>(bytes.size()));
    ::close(fd);
  });
  std::this_thread::sleep_for(std::chrono::milliseconds(50));  // The writer waits for its reader.
  EXPECT_EQ(read({pipe_}).bytes, records(1, 3));
}

class NoTargetTest : public InputsTest {
 protected:
  void expect_refused(const std::vector<fs::path>& paths, const InputOptions& input, Target target,
                      const fs::path& path) {
    expect_error(ErrorCode::kTargetIsInput, path,
                 [&] { export_records(Source::files(paths, input), std::move(target), options_); });
  }
};

TEST_F(NoTargetTest, IsWhatIsReadByWhateverName) {
  const fs::path a = write("in/a.mrc", 1, 3);
  const fs::path link = folder_.path("link.mrc");
  fs::create_symlink(a, link);
  const fs::path hard = folder_.path("hard.mrc");
  fs::create_hard_link(a, hard);
  const fs::path ids = folder_.write("ids", "1\n");
  const fs::path pipe = folder_.path("pipe");
  ASSERT_EQ(mkfifo(pipe.c_str(), 0600), 0);
  for (const bool keep_going : {false, true}) {
    const InputOptions input = {.keep_going = keep_going, .also_read = {ids}};
    for (const fs::path& target : {a, link, hard, ids}) {
      expect_refused({folder_.path("in")}, input, Target::file(target), target);
      options_.run.rejects = target;
      expect_refused({folder_.path("in")}, input, Target::none(), target);
      expect_error(ErrorCode::kTargetIsInput, target,
                   [&] { RowStream(Source::files({a}, input), Table::records(), options_.run); });
      options_.run.rejects.reset();
    }
    expect_refused({a, pipe}, input, Target::file(pipe), pipe);
  }
  EXPECT_EQ(read_file(a), records(1, 3));
  EXPECT_EQ(read_file(ids), "1\n");
}

TEST_F(NoTargetTest, IsAnInputAmongMoreThanCanBeOpenAtOnce) {
  std::vector<fs::path> paths;
  for (int i = 0; i < 150; ++i) paths.push_back(write(std::to_string(i) + ".mrc", 1, 1));
  expect_refused(paths, {}, Target::file(paths.back()), paths.back());
}

}  // namespace
}  // namespace bulkmarc
