#include <fcntl.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <unistd.h>

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
                         testing::Values(Mistake{{}, "subcommand", kHelp},                                  //
                                         Mistake{{"exprot"}, "exprot", kHelp},                              //
                                         Mistake{{"--bogus"}, "--bogus", kHelp},                            //
                                         Mistake{{"export"}, "INPUT", kExportHelp},                         //
                                         Mistake{{"export", "-o", "o.xml"}, "INPUT", kExportHelp},          //
                                         Mistake{{"export", "in.mrc"}, "--output", kExportHelp},            //
                                         Mistake{{"check"}, "INPUT", "bulkmarc check --help"},              //
                                         Mistake{{"generate", "-o", "o.mrc"}, "--records", kGenerateHelp},  //
                                         Mistake{{"generate", "--records", "1"}, "--output", kGenerateHelp}));

INSTANTIATE_TEST_SUITE_P(
    ExportOptions, UsageMistake,
    testing::Values(Mistake{{"export", "in.mrc", "-o", "o.xml", "--bogus"}, "--bogus", kExportHelp},
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

using Usage = CommandTest;

TEST_F(Usage, HelpGoesToStandardOutput) {
  for (const char* subcommand : {"export", "check", "generate"}) {
    const Outcome outcome = run({subcommand, "--help"});
    EXPECT_EQ(outcome.exit_status, 0);
    EXPECT_EQ(outcome.err, "");
    EXPECT_THAT(outcome.out, HasSubstr("Examples:"));
  }
  EXPECT_THAT(run({"--help"}).out, HasSubstr("Exit status:"));
}

TEST_F(Usage, VersionIsTheLibrarys) {
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
