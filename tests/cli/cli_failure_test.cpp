#include <fcntl.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <sys/stat.h>
#include <unistd.h>

#include <array>
#include <chrono>
#include <csignal>
#include <string>
#include <thread>
#include <vector>

#include "command_test.hpp"

namespace fs = std::filesystem;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::Not;

namespace {

/// Every test has an older output, which a run that fails must not touch.
class FailingExport : public CommandTest {
 protected:
  FailingExport() {
    write("in.mrc", well_formed(3));
    write("old.xml", "old");
  }
  ~FailingExport() override {
    EXPECT_EQ(read("old.xml"), "old");
    for (const std::string& name : files()) EXPECT_THAT(name, Not(HasSubstr(".part")));
  }
  [[nodiscard]] Outcome export_from(const std::string& input) const {
    return run({"export", input, "-o", path("old.xml")});
  }
  [[nodiscard]] Outcome export_to(const std::string& output) const {
    return run({"export", path("in.mrc"), "-o", output, "--to", "marcxml"});
  }
};

TEST_F(FailingExport, NamesAMissingInput) {
  expect_failure(export_from(path("missing.mrc")), 1, {path("missing.mrc"), "No such file"});
}

TEST_F(FailingExport, NamesAMissingInputAmongOthers) {
  const Outcome outcome = run({"export", path("in.mrc"), path("missing.mrc"), "-o", path("old.xml")});
  expect_failure(outcome, 1, {path("missing.mrc"), "No such file"});
}

TEST_F(FailingExport, NamesAFolderThatHoldsNoRecords) {
  fs::create_directory(path("folder.mrc"));
  expect_failure(export_from(path("folder.mrc")), 1, {path("folder.mrc"), "is a folder"});
}

TEST_F(FailingExport, NamesAnUnreadableInput) {
  if (geteuid() == 0) GTEST_SKIP() << "root may read everything";
  fs::permissions(path("in.mrc"), fs::perms::none);
  expect_failure(export_from(path("in.mrc")), 1, {path("in.mrc"), "Permission denied"});
}

TEST_F(FailingExport, ShowsWhatAnInputThatIsNotMarcBeginsWith) {
  expect_failure(export_from(write("not.mrc", "PK\x03\x04 this is an archive, and not a catalogue at all")), 1,
                 {path("not.mrc"), "PK"});
}

TEST_F(FailingExport, StaysOnOneLineWhateverAFileIsCalled) {
  expect_failure(export_from(path("two\nlines\x1b[31m.mrc")), 1, {"two?lines?[31m.mrc"});
}

TEST_F(FailingExport, NamesAMissingTargetFolder) {
  expect_failure(export_to(path("missing/out.xml")), 1, {"missing", "No such file"});
}

TEST_F(FailingExport, NamesATargetFolderThatMayNotBeWritten) {
  if (geteuid() == 0) GTEST_SKIP() << "root may write everywhere";
  fs::create_directory(path("locked"));
  fs::permissions(path("locked"), fs::perms::owner_read | fs::perms::owner_exec);
  expect_failure(export_to(path("locked/out.xml")), 1, {"locked", "Permission denied"});
  fs::permissions(path("locked"), fs::perms::owner_all);
}

TEST_F(FailingExport, NamesATargetThatIsADirectory) {
  fs::create_directory(path("folder.xml"));
  expect_failure(export_to(path("folder.xml")), 1, {path("folder.xml"), "irectory"});
  EXPECT_TRUE(fs::is_empty(path("folder.xml")));
}

TEST_F(FailingExport, NamesAFullDevice) { expect_failure(export_to("/dev/full"), 1, {"/dev/full", "No space left"}); }

TEST_F(FailingExport, NamesAFullStandardOutput) {
  const int full = open("/dev/full", O_WRONLY | O_CLOEXEC);
  const Outcome outcome = run({"export", path("in.mrc"), "-o", "-", "--to", "mrc"}, {.out = full});
  close(full);
  expect_failure(outcome, 1, {"standard output", "No space left"});
}

TEST_F(FailingExport, EndsQuietlyBySigpipeWhereNobodyReadsStandardOutput) {
  const std::vector<std::vector<std::string>> runs = {
      {"export", path("in.mrc"), "-o", "-", "--to", "mrc"},
      {"export", path("in.mrc"), "-o", "-", "--to", "csv", "--compress", "gz", "--report", path("report.json")},
      {"check", path("in.mrc"), "--report", "-"},
      {"--help"},
  };
  for (const std::vector<std::string>& arguments : runs) {
    int ends[2] = {};
    ASSERT_EQ(pipe2(ends, O_CLOEXEC), 0);
    close(ends[0]);
    const Outcome outcome = run(arguments, {.out = ends[1]});
    close(ends[1]);
    EXPECT_EQ(outcome.signal, SIGPIPE) << arguments[0];
    EXPECT_EQ(outcome.err, "") << arguments[0];
  }
  EXPECT_THAT(read("report.json"), testing::HasSubstr("\"failed\""));
}

TEST_F(FailingExport, NamesAPipeThatNobodyReadsAnyMore) {
  ASSERT_EQ(mkfifo(path("pipe.mrk").c_str(), 0600), 0);
  const int reader = open(path("pipe.mrk").c_str(), O_RDONLY | O_NONBLOCK | O_CLOEXEC);
  run({"generate", "--records", "20000", "-o", path("many.mrc"), "-q"});
  Process process({"export", path("many.mrc"), "-o", path("pipe.mrk"), "-q"}, {});
  std::array<char, 10> first{};
  while (::read(reader, first.data(), first.size()) <= 0) std::this_thread::sleep_for(std::chrono::milliseconds(1));
  close(reader);
  expect_failure(process.wait(), 1, {"pipe.mrk", "Broken pipe"});
}

TEST_F(FailingExport, DoesNotReplaceItsInput) {
  expect_failure(export_to(path("in.mrc")), 1, {path("in.mrc"), "input"});
  EXPECT_EQ(read("in.mrc"), well_formed(3));
}

TEST_F(FailingExport, DoesNotReplaceItsInputThroughASymbolicLink) {
  fs::create_symlink("in.mrc", path("link.xml"));
  expect_failure(export_to(path("link.xml")), 1, {"input"});
  EXPECT_TRUE(fs::is_symlink(path("link.xml")));
  EXPECT_EQ(read("in.mrc"), well_formed(3));
}

TEST_F(FailingExport, DoesNotReplaceItsInputThroughAHardLink) {
  fs::create_hard_link(path("in.mrc"), path("link.xml"));
  expect_failure(export_to(path("link.xml")), 1, {path("link.xml"), "input"});
  EXPECT_EQ(read("link.xml"), well_formed(3));
}

TEST_F(FailingExport, DoesNotReplaceItsInputWithItsRejects) {
  expect_failure(run({"export", path("in.mrc"), "-o", path("old.xml"), "--rejects", path("in.mrc")}), 1,
                 {path("in.mrc"), "input"});
  EXPECT_EQ(read("in.mrc"), well_formed(3));
}

TEST_F(FailingExport, DoesNotReplaceItsOutputWithItsRejects) {
  expect_failure(run({"export", path("in.mrc"), "-o", path("old.xml"), "--rejects", path("./old.xml")}), 2,
                 {path("./old.xml"), "rejects"});
  expect_failure(run({"export", path("in.mrc"), "-o", path("new.xml"), "--rejects", path("new.xml")}), 2,
                 {path("new.xml"), "rejects"});
}

TEST_F(FailingExport, KeepsAnExistingTargetIfItMayNotClobber) {
  const Outcome outcome = run({"export", path("in.mrc"), "-o", path("old.xml"), "--no-clobber"});
  expect_failure(outcome, 1, {path("old.xml"), "exists"});
}

TEST_F(FailingExport, ExportsNothingIfTheReportCannotBeCreated) {
  const Outcome outcome =
      run({"export", path("in.mrc"), "-o", path("old.xml"), "--report", path("missing/report.json")});
  expect_failure(outcome, 1, {path("missing/report.json"), "No such file"});
}

}  // namespace
