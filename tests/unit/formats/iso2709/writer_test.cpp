#include <string>

#include <gtest/gtest.h>

#include <bulkmarc/record.hpp>

#include "support/emitted.hpp"
#include "support/exports.hpp"
#include "support/temporary_folder.hpp"
#include "text/marc8.hpp"

namespace bulkmarc {
namespace {

TEST(Iso2709FormatTest, LengthsAndAddressesAreFilledIn) {
  Record record("xxxxxnam axxyyyyy i zzzz");
  record.add_control("001", "abc").add_data("245", "10", {{'a', "Title"}});
  const Emitted emitted = emit(Format::kIso2709, record);
  EXPECT_EQ(emitted.text,
            "00064nam a2200049 i 4500"
            "001000400000"
            "245001000004\x1E"
            "abc\x1E"
            "10\x1F"
            "aTitle\x1E\x1D");
  EXPECT_EQ(emitted.repair(), "none");
}

TEST(Iso2709FormatTest, TheEncodingIsKept) {
  Record record("00000nam  2200000 i 4500");
  record.add_data("245", "10",
                  {{'a',
                    "caf\xE2"
                    "e"}});
  const Emitted emitted = emit(Format::kIso2709, record);
  EXPECT_EQ(emitted.text, iso2709(record.view()));
  EXPECT_EQ(emitted.result.exported, 1U);
  EXPECT_EQ(emitted.repair(), "none");
}

constexpr Policy kToUtf8 = {.to_utf8 = true};

TEST(Iso2709FormatTest, AConvertedRecordSaysThatItIsUtf8) {
  if (!can_decode_marc8()) GTEST_SKIP() << "built without YAZ";
  Record record("00000nam  2200000 i 4500");
  record
      .add_data("245", "10",
                {{'a',
                  "\xE2"
                  "e\x1B(NA"}})
      .add_control("001", "1");
  Record expected("00000nam a2200000 i 4500");
  expected.add_data("245", "10", {{'a', "e\xCC\x81а"}}).add_control("001", "1");
  const Emitted emitted = emit(Format::kIso2709, record, kToUtf8);
  EXPECT_EQ(emitted.text, iso2709(expected.view()));
  EXPECT_EQ(emitted.repair(), "none");
}

TEST(Iso2709FormatTest, AFieldThatIsTooLongInUtf8IsRejected) {
  if (!can_decode_marc8()) GTEST_SKIP() << "built without YAZ";
  Record record("00000nam  2200000 i 4500");
  record.add_control("009", std::string(5'000, '\xB5'));
  EXPECT_EQ(emit(Format::kIso2709, record).reject(), "none");
  EXPECT_EQ(emit(Format::kIso2709, record, kToUtf8).reject(), "field_too_long");
}

TEST(Iso2709FormatTest, AWellFormedRecordIsOnlyRelabelledOrNotTouchedAtAll) {
  // The fields are not stored in the order of the directory, and no writer would write it so.
  const std::string directory = "00066nam a2200049 i 4500001000400012245001200000\x1E";
  const std::string fields =
      "10\x1F"
      "aTitle!!\x1E"
      "abc\x1E\x1D";
  const TemporaryFolder folder;
  for (const char scheme : {'a', ' '}) {
    std::string bytes = directory + fields;
    bytes[9] = scheme;
    ExportOptions options;
    options.format = Format::kIso2709;
    options.to_utf8 = true;
    const Exported exported = export_to_memory(Source::file(folder.write("in.mrc", bytes)), options);
    bytes[9] = 'a';
    EXPECT_EQ(exported.bytes, bytes);
    EXPECT_EQ(exported.report.records_repaired, 0U);
  }
}

TEST(Iso2709FormatTest, TheLongestFieldIsExportedAndALongerOneRejected) {
  Record record;
  record.add_control("009", std::string(9'998, 'x'));
  EXPECT_EQ(emit(Format::kIso2709, record).text, iso2709(record.view()));
  record.clear();
  record.add_control("001", "too-long").add_control("009", std::string(9'999, 'x'));
  const Emitted emitted = emit(Format::kIso2709, record);
  EXPECT_EQ(emitted.text, "");
  EXPECT_EQ(emitted.reject(), "field_too_long");
  EXPECT_EQ(emitted.result.rejects.front().control_number, "too-long");
}

TEST(Iso2709FormatTest, TheLongestRecordIsExportedAndALongerOneRejected) {
  Record record;
  for (int i = 0; i < 10; ++i) record.add_control("009", std::string(9'900, 'x'));
  const std::size_t so_far = iso2709(record.view()).size();
  record.add_control("001", std::string(99'999 - so_far - 13, 'y'));
  const Emitted longest = emit(Format::kIso2709, record);
  EXPECT_EQ(longest.text.size(), 99'999U);
  EXPECT_EQ(longest.text, iso2709(record.view()));
  record.add_control("002", "");
  EXPECT_EQ(emit(Format::kIso2709, record).reject(), "record_too_long");
}

TEST(Iso2709FormatTest, ARejectSaysWhichFieldIsTooLong) {
  Record record;
  record.add_control("009", "short").add_control("009", std::string(9'999, 'x'));
  const FieldLocation location = emit(Format::kIso2709, record).result.rejects.at(0).location;
  EXPECT_EQ(location.tag, "009");
  EXPECT_EQ(location.occurrence, 2U);
  EXPECT_EQ(location.position, 9'998U);
}

TEST(Iso2709FormatTest, OtherFormatsHaveNoSuchLimits) {
  Record record;
  for (int i = 0; i < 20; ++i) record.add_control("009", std::string(10'000, 'x'));
  for (const Format format : {Format::kMarcXml, Format::kJson, Format::kNdjson, Format::kMrk}) {
    const Emitted emitted = emit(format, record);
    EXPECT_EQ(emitted.reject(), "none") << format_name(format);
    EXPECT_GT(emitted.text.size(), 200'000U) << format_name(format);
  }
}

}  // namespace
}  // namespace bulkmarc
