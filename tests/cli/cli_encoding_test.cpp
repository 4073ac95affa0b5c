#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <string>

#include "command_test.hpp"
#include "text/marc8.hpp"

using testing::HasSubstr;

namespace {

class EncodingOptions : public CommandTest {
 protected:
  /// A record in MARC-8.
  static std::string marc8() {
    bulkmarc::Record record("00000nam  2200000 i 4500");
    record.add_control("001", "1")
        .add_data("245", "10",
                  {{'a',
                    "Caf\xE2"
                    "e"}});
    std::string bytes;
    bulkmarc::ExportOptions options;
    options.format = bulkmarc::Format::kIso2709;
    bulkmarc::export_records(bulkmarc::Source::records({&record, 1}), bulkmarc::Target::memory(bytes), options);
    return bytes;
  }
};

TEST_F(EncodingOptions, Marc8IsConvertedInIso2709WhenThatIsAskedFor) {
  const std::string input = write("in.mrc", marc8());
  EXPECT_EQ(run({"export", input, "-o", path("as-is.mrc"), "-q"}).exit_status, 0);
  EXPECT_EQ(read("as-is.mrc"), marc8());
  const Outcome outcome = run({"export", input, "-o", path("out.mrc"), "--to-utf8", "-q"});
  if (!bulkmarc::can_decode_marc8()) {
    EXPECT_EQ(outcome.exit_status, 3);
    return;
  }
  EXPECT_EQ(outcome.exit_status, 0);
  EXPECT_THAT(read("out.mrc"), HasSubstr("Cafe\xCC\x81"));
  EXPECT_EQ(read("out.mrc").at(9), 'a');
}

/// One record whose 245$a has this text.
std::string titled(std::string_view leader, std::string_view title) {
  bulkmarc::Record record(leader);
  record.add_control("001", "1").add_data("245", "10", {{'a', title}});
  std::string bytes;
  bulkmarc::ExportOptions options;
  options.format = bulkmarc::Format::kIso2709;
  bulkmarc::export_records(bulkmarc::Source::records({&record, 1}), bulkmarc::Target::memory(bytes), options);
  return bytes;
}
constexpr std::string_view kSaysMarc8 = "00000nam  2200000 i 4500";
constexpr std::string_view kSaysUtf8 = "00000nam a2200000 i 4500";

TEST_F(EncodingOptions, WhatALeaderHidesComesOutRightInEveryFormatFromFilesAndPipes) {
  if (!bulkmarc::can_decode_marc8()) GTEST_SKIP() << "built without YAZ";
  struct Case {
    std::string bytes;
    std::string title;
    std::string reason;
  };
  const std::vector<Case> cases = {
      {titled(kSaysMarc8,
              "&#x4E00;\xE2"
              "e"),
       "一e\xCC\x81", ""},
      {titled(kSaysUtf8, "\xED\xA1\x80\xED\xB0\x8B"), "\xF0\xA0\x80\x8B", "invalid_utf8"},
      {titled(kSaysMarc8, "Caf\xC3\xA9 \x1Bp0\x1Bs!"), "Caf\xC3\xA9 ", "mislabelled"},
      {titled(kSaysMarc8, "Andr\xE9 Gide"), "Andr \xCC\x8CGide", "invalid_marc8"},
  };
  for (const Case& each : cases) {
    const std::string input = write("in.mrc", each.bytes);
    for (const std::string format : {"marcxml", "json", "ndjson", "mrk", "csv", "tsv", "pgcopy"}) {
      const std::string report = path("report.json");
      const Outcome of_file = run({"export", input, "-o", "-", "--to", format, "-q", "--report", report});
      EXPECT_EQ(of_file.exit_status, 0) << format;
      EXPECT_THAT(of_file.out, HasSubstr(each.title)) << format;
      if (!each.reason.empty()) {
        EXPECT_THAT(read("report.json"), HasSubstr("\"code\": \"" + each.reason + "\"")) << format;
        EXPECT_THAT(read("report.json"), HasSubstr("\"tag\": \"245\"")) << format;
        const Outcome strict = run({"export", input, "-o", path("strict"), "--to", format, "-q", "--strict"});
        EXPECT_EQ(strict.exit_status, 3) << format << " " << each.reason;
      }
      const Outcome of_pipe = run_with_input({"export", "-", "-o", "-", "--to", format, "-q"}, each.bytes);
      EXPECT_EQ(of_pipe.out, of_file.out) << format;
    }
  }
}

TEST_F(EncodingOptions, CharactersAreComposedWhenThatIsAskedFor) {
  const std::string input = write("in.mrc", marc8());
  const Outcome outcome = run({"export", input, "-o", path("out.xml"), "--nfc", "-q"});
  if (!bulkmarc::can_decode_marc8()) GTEST_SKIP() << "built without YAZ";
  EXPECT_EQ(outcome.exit_status, 0);
  EXPECT_THAT(read("out.xml"), HasSubstr("Café"));
}

TEST_F(EncodingOptions, ComposingIso2709NeedsUtf8) {
  const std::string input = write("in.mrc", well_formed(1));
  expect_failure(run({"export", input, "-o", path("out.mrc"), "--nfc"}), 2, {"NFC", "UTF-8"});
  EXPECT_FALSE(exists("out.mrc"));
  EXPECT_EQ(run({"export", input, "-o", path("out.mrc"), "--nfc", "--to-utf8"}).exit_status, 0);
}

TEST_F(EncodingOptions, ACharacterSetThatIsNamedIsConvertedInIso2709Too) {
  std::string bytes = marc8();
  bytes.replace(bytes.find("\xE2"), 2, "\xE9.");
  const std::string input = write("in.mrc", bytes);
  EXPECT_EQ(run({"export", input, "-o", path("out.mrc"), "--charset", "latin1", "--strict", "-q"}).exit_status, 0);
  EXPECT_THAT(read("out.mrc"), HasSubstr("Caf\xC3\xA9."));
  EXPECT_EQ(read("out.mrc").at(9), 'a');
  EXPECT_THAT(run({"show", input, "1", "--charset", "latin1"}).out, HasSubstr("Caf\xC3\xA9."));
  EXPECT_EQ(run({"check", input, "--charset", "latin1", "--where", "245$a=\\Caf\xC3\xA9."}).exit_status, 0);
}

TEST_F(EncodingOptions, ACharacterSetMustBeOneOfTheListAndTheInputMrcOrMrk) {
  const std::string input = write("in.mrc", well_formed(1));
  expect_failure(run({"check", input, "--charset", "utf-7"}), 2, {"unknown character set 'utf-7'", "iso5426"});
  const std::string xml = write("in.xml", "<collection xmlns=\"http://www.loc.gov/MARC21/slim\"></collection>");
  expect_failure(run({"check", xml, "--charset", "latin1"}), 1, {xml, "is marcxml", "only for mrc and mrk"});
}

}  // namespace
