#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <string>

#include "command_test.hpp"
#include "text/marc8.hpp"
#include "text/nfc.hpp"

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

TEST_F(EncodingOptions, CharactersAreComposedWhenThatIsAskedFor) {
  const std::string input = write("in.mrc", marc8());
  const Outcome outcome = run({"export", input, "-o", path("out.xml"), "--nfc", "-q"});
  if (!bulkmarc::can_compose()) return expect_failure(outcome, 2, {"ICU"});
  if (!bulkmarc::can_decode_marc8()) GTEST_SKIP() << "built without YAZ";
  EXPECT_EQ(outcome.exit_status, 0);
  EXPECT_THAT(read("out.xml"), HasSubstr("Café"));
}

TEST_F(EncodingOptions, ComposingIso2709NeedsUtf8) {
  if (!bulkmarc::can_compose()) GTEST_SKIP() << "built without ICU";
  const std::string input = write("in.mrc", well_formed(1));
  expect_failure(run({"export", input, "-o", path("out.mrc"), "--nfc"}), 2, {"NFC", "UTF-8"});
  EXPECT_FALSE(exists("out.mrc"));
  EXPECT_EQ(run({"export", input, "-o", path("out.mrc"), "--nfc", "--to-utf8"}).exit_status, 0);
}

}  // namespace
