#include <fcntl.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <unistd.h>

#include <algorithm>
#include <ostream>
#include <string>
#include <vector>

#include "command_test.hpp"

using testing::HasSubstr;
using testing::MatchesRegex;

namespace {

struct Mistake {
  std::vector<std::string> arguments;
  std::string named;  ///< What the message must name.
  std::string hint;
};

std::ostream& operator<<(std::ostream& out, const Mistake& mistake) {
  for (const std::string& argument : mistake.arguments) out << argument << ' ';
  return out;
}

class UsageMistake : public CommandTest, public testing::WithParamInterface<Mistake> {};

TEST_P(UsageMistake, IsOneLineThatNamesItAndPointsAtTheHelp) {
  expect_failure(run(GetParam().arguments), 2, {GetParam().named, GetParam().hint});
}

const std::string kHelp = "bulkmarc --help";
const std::string kExportHelp = "bulkmarc export --help";
const std::string kGenerateHelp = "bulkmarc generate --help";

INSTANTIATE_TEST_SUITE_P(CommandLine, UsageMistake,
                         testing::Values(Mistake{{}, "subcommand", kHelp},  //
                                         Mistake{{"exprot"}, "exprot was not expected; did you mean export?", kHelp},
                                         Mistake{{"frobnicate"}, "frobnicate was not expected (", kHelp},   //
                                         Mistake{{"--bogus"}, "--bogus", kHelp},                            //
                                         Mistake{{"export"}, "--output", kExportHelp},                      //
                                         Mistake{{"export", "-o", "o.xml"}, "INPUT", kExportHelp},          //
                                         Mistake{{"export", "in.mrc"}, "--output", kExportHelp},            //
                                         Mistake{{"check"}, "INPUT", "bulkmarc check --help"},              //
                                         Mistake{{"generate", "-o", "o.mrc"}, "--records", kGenerateHelp},  //
                                         Mistake{{"generate", "--records", "1"}, "--output", kGenerateHelp}));

INSTANTIATE_TEST_SUITE_P(
    ExportOptions, UsageMistake,
    testing::Values(Mistake{{"export", "in.mrc", "-o", "o.xml", "--bogus"}, "--bogus", kExportHelp},
                    Mistake{{"export", "in.mrc", "-o", "o.xml", "--limt", "5"}, "did you mean --limit?", kExportHelp},
                    Mistake{{"export", "in.mrc", "-o", "out"}, "--to", kExportHelp},
                    Mistake{{"export", "in.mrc", "-o", "out.pdf"}, "out.pdf", kExportHelp},
                    Mistake{{"export", "in.mrc", "-o", "-"}, "--to", kExportHelp},
                    Mistake{{"export", "in.mrc", "-o", "o", "--to", "pdf"}, "'pdf'", kExportHelp},
                    Mistake{{"export", "in.mrc", "-o", "o.xml", "--from", "pdf"}, "--from", kExportHelp},
                    Mistake{{"export", "in.mrc", "-o", "o.xml", "--backend", "fast"}, "'fast'", kExportHelp},
                    Mistake{{"export", "in.mrc", "-o", "o.xml", "--compress", "bz2"}, "'bz2'", kExportHelp},
                    Mistake{{"export", "in.mrc", "-o", "o.xml.gz", "--level", "high"}, "--level", kExportHelp},
                    Mistake{
                        {"export", "in.mrc", "-o", "o.xml", "--split-records", "0"}, "--split-records", kExportHelp},
                    Mistake{{"export", "in.mrc", "-o", "o.xml", "--split-size", "1X"}, "--split-size", kExportHelp},
                    Mistake{{"export", "in.mrc", "-o", "o.xml", "--threads", "1025"}, "--threads", kExportHelp},
                    Mistake{{"export", "in.mrc", "-o", "o.xml", "--threads", "two"}, "--threads", kExportHelp},
                    Mistake{{"export", "in.mrc", "-o", "o.xml", "--threads=-1"}, "--threads", kExportHelp},
                    Mistake{{"export", "in.mrc", "-o", "o.xml", "--batch-size", "1K"}, "--batch-size", kExportHelp},
                    Mistake{{"export", "in.mrc", "-o", "o.xml", "--batch-size", "4X"}, "--batch-size", kExportHelp},
                    Mistake{{"export", "in.mrc", "-o", "o.xml", "--rejects", "-"}, "--rejects", kExportHelp},
                    Mistake{{"export", "-", "-", "-o", "o.xml"}, "standard input", kExportHelp},
                    Mistake{{"generate", "--records", "-1", "-o", "o.mrc"}, "--records", kGenerateHelp},
                    Mistake{{"generate", "--records", "1", "-o", "o.mrc", "--seed=-1"}, "--seed", kGenerateHelp},
                    Mistake{{"check", "a.mrc", "--max-findings=-1"}, "--max-findings", "bulkmarc check --help"},
                    Mistake{{"generate", "--records", "many", "-o", "o.mrc"}, "--records", kGenerateHelp}));

INSTANTIATE_TEST_SUITE_P(
    Contradictions, UsageMistake,
    testing::Values(
        Mistake{{"export", "a.mrc", "-o", "-", "--to", "mrk", "--report", "-"}, "standard output", kExportHelp},
        Mistake{{"export", "-", "-o", "-", "--to", "mrk", "--backend", "mapped"}, "mapped", kExportHelp},
        Mistake{{"export", "-", "-o", "o.xml.gz", "--backend", "mapped"}, "compressed", kExportHelp},
        Mistake{{"export", "-", "-o", "-", "--to", "mrk", "--backend", "direct"}, "O_DIRECT", kExportHelp},
        Mistake{{"export", "-", "-o", "/dev/null", "--to", "mrk", "--backend", "direct"}, "/dev/null: ", kExportHelp},
        Mistake{{"export", "-", "-o", "o.xml.gz", "--level", "13"}, "from 1 to 12", kExportHelp},
        Mistake{{"export", "-", "-o", "o.xml", "--resume"}, "--split-records", kExportHelp},
        Mistake{{"export", "-", "-o", "-", "--to", "mrk", "--split-size", "1M"}, "standard output", kExportHelp},
        Mistake{{"export", "-", "-o", "o.xml", "--split-size", "1M", "--backend", "mapped"}, "parts", kExportHelp},
        Mistake{{"export", "-", "-o", "o.xml", "--level", "3"}, "compression", kExportHelp},
        Mistake{{"export", "a.mrc", "-o", "o.xml", "--report", "a.mrc"}, "a.mrc", kExportHelp},
        Mistake{{"export", "a.mrc", "-o", "o.xml", "--report", "./o.xml"}, "o.xml", kExportHelp},
        Mistake{{"export", "a.mrc", "-o", "o.xml", "--rejects", "r", "--report", "r"}, "r: ", kExportHelp},
        Mistake{{"export", "a.mrc", "-o", "o.xml", "--split-records", "5", "--report", "./o-00002.xml"},
                "name of a part",
                kExportHelp},
        Mistake{{"export", "a.mrc", "-o", "o.xml.gz", "--split-size", "5M", "--report", "o-00001.xml.gz"},
                "name of a part",
                kExportHelp},
        Mistake{{"export", "a.mrc", "-o", "o.xml", "--split-size", "5M", "--report", "o.xml.manifest.json"},
                "name of a part",
                kExportHelp}));

INSTANTIATE_TEST_SUITE_P(
    Numbers, UsageMistake,
    testing::Values(
        Mistake{{"export", "-", "-o", "o.xml", "--limit", "0x10"}, "'0x10' is not a decimal number", kExportHelp},
        Mistake{{"export", "-", "-o", "o.xml", "--skip", "1.5K"}, "'1.5K' is not a decimal number", kExportHelp},
        Mistake{{"export", "-", "-o", "o.xml", "--limit", "+1"}, "'+1' is not a decimal number", kExportHelp},
        Mistake{{"export", "-", "-o", "o.xml", "--limit", ""}, "--limit", kExportHelp},
        Mistake{{"export", "-", "-o", "o.xml", "--limit", "99999999999999999999"}, "too large", kExportHelp},
        Mistake{{"export", "-", "-o", "o.xml", "--limit", "18446744073709551615K"}, "too large", kExportHelp},
        Mistake{{"export", "-", "-o", "o.xml", "--threads", "1K"}, "'1K' is not a decimal number", kExportHelp},
        Mistake{{"export", "-", "-o", "o.xml", "--split-size", "0"}, "too small: at least 1", kExportHelp},
        Mistake{{"generate", "-o", "o.xml", "--records", "0x10"}, "'0x10' is not a decimal number", kGenerateHelp},
        Mistake{{"generate", "-o", "o.xml", "--records", "1", "--seed", "0x1"}, "'0x1'", kGenerateHelp}));

using Usage = CommandTest;

TEST_F(Usage, NumbersAreDecimalWhateverZerosTheyBeginWith) {
  const std::string in = write("in.mrc", well_formed(120));
  const auto exported = [&](const std::vector<std::string>& more) {
    std::vector<std::string> arguments = {"export", in, "-o", path("out.mrc"), "-q"};
    arguments.insert(arguments.end(), more.begin(), more.end());
    EXPECT_EQ(run(arguments).exit_status, 0);
    return std::ranges::count(read("out.mrc"), '\x1D');
  };
  EXPECT_EQ(exported({"--limit", "0100"}), 100);
  EXPECT_EQ(exported({"--skip", "010"}), 110);
  EXPECT_EQ(exported({"--sample", "0011", "--seed", "010", "--threads", "02"}), 11);
  EXPECT_EQ(exported({"--limit", "1k", "--batch-size", "010K"}), 120);
}

TEST_F(Usage, SuffixesStandForPowersOf1024) {
  EXPECT_EQ(run({"generate", "--records", "2k", "-o", path("out.mrc"), "-q", "--no-sync"}).exit_status, 0);
  EXPECT_EQ(std::ranges::count(read("out.mrc"), '\x1D'), 2048);
}

TEST_F(Usage, ANumberThatIsTooLargeIsOneShortSentence) {
  const Outcome outcome = run({"export", "-", "-o", "o.xml", "--limit", std::string(5000, '9')});
  expect_failure(outcome, 2, {"too large"});
  EXPECT_LT(outcome.err.size(), 150U) << outcome.err;
}

TEST_F(Usage, NothingThatATerminalActsUponIsRepeated) {
  const Outcome outcome = run({"export", "\x1b]0;title\x07\u009b31m\u202egnp.mrc", "-o", path("out.xml")});
  expect_failure(outcome, 1, {"?]0;title??31m?gnp.mrc: can't be opened"});
}

TEST_F(Usage, HelpGoesToStandardOutput) {
  for (const char* subcommand : {"export", "check", "show", "plan", "commit", "abort", "schema", "generate"}) {
    const Outcome outcome = run({subcommand, "--help"});
    EXPECT_EQ(outcome.exit_status, 0);
    EXPECT_EQ(outcome.err, "");
    EXPECT_THAT(outcome.out, HasSubstr("Examples:"));
    EXPECT_EQ(run({"help", subcommand}).out, outcome.out);
  }
  EXPECT_EQ(run({"help"}).out, run({"--help"}).out);
  EXPECT_THAT(run({"--help"}).out, HasSubstr("Exit status:"));
}

TEST_F(Usage, VersionIsTheLibrarys) {
  EXPECT_EQ(run({"-V"}).out, run({"--version"}).out);
  const Outcome outcome = run({"--version"});
  EXPECT_EQ(outcome.exit_status, 0);
  EXPECT_THAT(outcome.out, HasSubstr("bulkmarc " + std::string(bulkmarc::version()) + "\n"));
}

TEST_F(Usage, HelpThatCannotBeWrittenIsAFailure) {
  const int full = open("/dev/full", O_WRONLY | O_CLOEXEC);
  const Outcome outcome = run({"--help"}, {.out = full});
  close(full);
  expect_failure(outcome, 1, {"standard output", "No space left"});
}

TEST_F(Usage, BinaryDataIsNotWrittenToATerminal) {
  const Outcome outcome = run_on_terminal({"generate", "--records", "1", "-o", "-", "--to", "mrc"}, 80, "xterm");
  EXPECT_EQ(outcome.exit_status, 2);
  EXPECT_THAT(outcome.out, MatchesRegex("bulkmarc: [^\n]*terminal[^\n]*\n"));
}

}  // namespace
