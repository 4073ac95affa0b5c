#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <sstream>
#include <string>
#include <vector>

#include "command_test.hpp"

using testing::ContainsRegex;
using testing::Each;
using testing::HasSubstr;
using testing::Not;
using testing::SizeIs;

namespace {

constexpr std::string_view kClearLine = "\r\x1b[K";
constexpr std::size_t kColumns = 70;

class TerminalTest : public CommandTest {
 protected:
  TerminalTest() { run({"generate", "--records", "60000", "-o", path("in.mrc"), "--no-sync", "-q"}); }

  [[nodiscard]] Outcome export_on(const char* terminal, const std::vector<std::string>& more = {}) const {
    std::vector<std::string> arguments = {"export", path("in.mrc"), "-o", path("out.xml"), "--no-sync"};
    arguments.insert(arguments.end(), more.begin(), more.end());
    return run_on_terminal(arguments, kColumns, terminal);
  }
};

/// What was shown between clearing the line and clearing it again; the last part is what stays.
std::vector<std::string> drawings(const std::string& shown) {
  std::vector<std::string> parts;
  std::size_t begin = shown.find(kClearLine);
  while (begin != std::string::npos) {
    begin += kClearLine.size();
    const std::size_t end = shown.find(kClearLine, begin);
    parts.push_back(shown.substr(begin, end - begin));
    begin = end;
  }
  return parts;
}

TEST_F(TerminalTest, ShowsAProgressBarThatIsGoneAtTheEnd) {
  const Outcome outcome = export_on("xterm");
  ASSERT_EQ(outcome.exit_status, 0) << outcome.out;
  std::vector<std::string> lines = drawings(outcome.out);
  ASSERT_THAT(lines, SizeIs(testing::Ge(2))) << outcome.out;
  const std::string report = lines.back();
  lines.pop_back();
  EXPECT_THAT(lines, Each(ContainsRegex("^(Measuring|Exporting|Syncing) .* records")));
  EXPECT_THAT(lines, Each(Not(HasSubstr("\n"))));
  EXPECT_THAT(lines, Each(SizeIs(testing::Lt(kColumns))));
  EXPECT_THAT(lines, testing::Contains(ContainsRegex("[0-9]+%.* records .*/s .* MB/s .* left")));
  EXPECT_THAT(report, HasSubstr("60,000"));
}

TEST_F(TerminalTest, ShowsNothingIfQuiet) { EXPECT_EQ(export_on("xterm", {"--quiet"}).out, ""); }

TEST_F(TerminalTest, ShowsNoBarOnATerminalThatCannotRedraw) {
  const Outcome outcome = export_on("dumb");
  EXPECT_THAT(outcome.out, Not(HasSubstr("\x1b")));
  EXPECT_THAT(outcome.out, HasSubstr("60,000"));
}

TEST_F(TerminalTest, ClearsTheBarBeforeAnError) {
  const Outcome outcome = export_on("xterm", {"--report", "/dev/full"});
  EXPECT_EQ(outcome.exit_status, 1);
  EXPECT_THAT(drawings(outcome.out).back(), testing::StartsWith("bulkmarc: /dev/full: "));
}

/// All that an export of rejects from a file with such a name, and with such data, lets a terminal see.
TEST_F(TerminalTest, NoNameAndNoRecordControlsTheTerminal) {
  std::string damaged = truncated();
  const std::size_t number = damaged.find(
      "\x1E"
      "1\x1E");
  ASSERT_NE(number, std::string::npos);
  damaged[number + 1] = '\x1b';
  const std::string in = write("\x1b[2J\u202e\u0090.mrc", well_formed(1) + damaged);
  const Outcome outcome = run_on_terminal({"export", in, "-o", path("\u2067.xml")}, kColumns, "dumb");
  EXPECT_EQ(outcome.exit_status, 3);
  std::string shown = outcome.out;
  std::erase(shown, '\n');
  std::erase(shown, '\r');
  EXPECT_THAT(shown, HasSubstr("(001: ?)"));
  EXPECT_EQ(bulkmarc::printable(shown), shown);
}

}  // namespace
