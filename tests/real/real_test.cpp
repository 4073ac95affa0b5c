#include <algorithm>
#include <array>
#include <sstream>

#include "real/real_data.hpp"
#include "support/output_form.hpp"
#include "support/plain_record.hpp"
#include "support/read_rows.hpp"
#include "text/marc8.hpp"
#include "text/nfc.hpp"

namespace bulkmarc {
namespace {

constexpr std::array kUtf8Files = {"loc-bibliographic.mrc", "loc-authority.mrc", "loc-three-ways.mrc"};
constexpr const char* kMarc8File = "loc-marc8.mrc";

bool is_ascii(const PlainRecord& record) {
  std::ostringstream text;
  text << record;
  return std::ranges::all_of(text.str(), [](char byte) { return static_cast<unsigned char>(byte) < 0x80; });
}

void expect_equal(const std::vector<PlainRecord>& ours, const std::vector<PlainRecord>& theirs) {
  ASSERT_EQ(ours.size(), theirs.size());
  for (std::size_t i = 0; i < ours.size(); ++i) ASSERT_EQ(ours[i], theirs[i]) << "record " << i + 1;
}

/// The tools leave leader/09 as it was; we say that the record is UTF-8.
std::vector<PlainRecord> labelled_utf8(std::vector<PlainRecord> records) {
  for (PlainRecord& record : records) record.leader.at(9) = 'a';
  return records;
}

/// The order that the schema of MARCXML wants.
std::vector<PlainRecord> control_fields_first(std::vector<PlainRecord> records) {
  for (PlainRecord& record : records) {
    std::ranges::stable_partition(record.fields, [](const PlainField& field) { return field.tag.starts_with("00"); });
  }
  return records;
}

/// One record a line, from objects of many lines.
std::string on_one_line_each(const std::string& json) {
  std::istringstream lines(json);
  std::string text;
  for (std::string line; std::getline(lines, line);) {
    text += line;
    if (line == "}") text += '\n';
  }
  return text;
}

class RealRecordsTest : public RealDataTest {};

TEST_F(RealRecordsTest, WellFormedFilesComeOutByteForByte) {
  for (const char* name : {kUtf8Files[0], kUtf8Files[1], kUtf8Files[2], kMarc8File}) {
    const Exported exported = export_as(Format::kIso2709, name);
    EXPECT_EQ(exported.bytes == read_file(real(name)), true) << name;
    EXPECT_EQ(exported.report.records_repaired, 0U) << name;
  }
}

TEST_F(RealRecordsTest, NoRecordIsMissed) {
  EXPECT_EQ(export_as(Format::kNdjson, "loc-bibliographic.mrc").report.records_exported, 129U);
  EXPECT_EQ(export_as(Format::kNdjson, "loc-authority.mrc").report.records_exported, 75U);
  EXPECT_EQ(export_as(Format::kNdjson, "loc-three-ways.mrc").report.records_exported, 12U);
  EXPECT_EQ(export_as(Format::kNdjson, kMarc8File).report.records_read, 32U);
}

TEST_F(RealRecordsTest, JsonIsThatOfTheCollectionThatHasBoth) {
  expect_equal(read_json(export_as(Format::kNdjson, "loc-three-ways.mrc").bytes),
               read_json(on_one_line_each(read_file(real("loc-three-ways.json")))));
}

TEST_F(RealRecordsTest, MarcXmlIsThatOfTheCollectionThatHasBoth) {
  expect_equal(read_marcxml(export_as(Format::kMarcXml, "loc-three-ways.mrc").bytes),
               read_marcxml(read_file(real("loc-three-ways.xml"))));
}

TEST_F(RealRecordsTest, MarcXmlIsReadAsTheRecordsThatItWasMadeOf) {
  EXPECT_TRUE(export_as(Format::kIso2709, "loc-three-ways.xml").bytes == read_file(real("loc-three-ways.mrc")));
  ExportOptions options;
  options.format = Format::kIso2709;
  for (const char* name : kUtf8Files) {
    const auto xml = folder_.write("records.xml", export_as(Format::kMarcXml, name).bytes);
    const Exported back = export_to_memory(Source::file(xml), options);
    EXPECT_TRUE(back.bytes == read_file(real(name))) << name;
    EXPECT_EQ(back.report.records_repaired, 0U) << name;
  }
}

TEST_F(RealRecordsTest, EveryFormatTellsTheSame) {
  for (const char* name : kUtf8Files) {
    const auto json = read_json(export_as(Format::kJson, name).bytes);
    expect_equal(read_json(export_as(Format::kNdjson, name).bytes), json);
    expect_equal(read_mrk(export_as(Format::kMrk, name).bytes), json);
    expect_equal(read_marcxml(export_as(Format::kMarcXml, name).bytes), control_fields_first(json));
  }
}

TEST_F(RealRecordsTest, RecordsAreMadeAgainFromTheRowsOfTheirSubfields) {
  for (const char* name : {kUtf8Files[0], kUtf8Files[1], kUtf8Files[2], kMarc8File}) {
    const auto json = read_json(export_as(Format::kJson, name).bytes);
    for (const OutputForm& form : all_output_forms()) {
      if (!form.table || !form.is_lossless()) continue;
      const Exported exported = export_to_memory(Source::file(real(name)), form.options());
      expect_equal(read_back(form, exported.bytes), json);
    }
  }
}

TEST_F(RealRecordsTest, EveryRecordHasARowOfItsOwn) {
  ExportOptions options;
  options.format = Format::kPgCopy;
  options.table = Table::records();
  for (const char* name : kUtf8Files) {
    const Exported exported = export_to_memory(Source::file(real(name)), options);
    const std::vector<Row> rows = read_rows(options.format, *options.table, exported.bytes);
    EXPECT_EQ(rows.size(), exported.report.records_exported);
    for (std::size_t i = 0; i < rows.size(); ++i) EXPECT_EQ(rows[i][0], std::to_string(i + 1));
  }
}

TEST_F(RealRecordsTest, RecordsThatWentThroughTextComeOutByteForByte) {
  for (const char* name : kUtf8Files) {
    for (const Format format : {Format::kJson, Format::kNdjson, Format::kMrk}) {
      const auto text = folder_.write("text", export_as(format, name).bytes);
      ExportOptions options;
      options.format = Format::kIso2709;
      const Exported back = export_to_memory(Source::file(text), options);
      const std::string bytes = read_file(real(name));
      EXPECT_EQ(back.report.records_exported, back.report.records_read);
      // In mrk, marks of direction beside a delimiter are taken for those that editors leave there, and that is said.
      if (format == Format::kMrk && bytes.find("\xE2\x80\x8E") != std::string::npos) {
        for (const Finding& repair : back.report.repairs) EXPECT_EQ(repair.code, Reason::kSyntax);
        continue;
      }
      EXPECT_EQ(back.bytes == bytes, true) << name << " through " << format_name(format);
      EXPECT_EQ(back.report.records_repaired, 0U);
    }
  }
}

TEST_F(RealRecordsTest, JsonOfOtherSoftwareIsRead) {
  ExportOptions options;
  options.format = Format::kIso2709;
  const Exported exported = export_to_memory(Source::file(real("loc-three-ways.json")), options);
  EXPECT_EQ(exported.bytes == read_file(real("loc-three-ways.mrc")), true);
}

TEST_F(RealRecordsTest, MarcXmlSaysWhatYazMarcdumpSays) {
  if (!is_installed("yaz-marcdump")) GTEST_SKIP() << "no yaz-marcdump";
  for (const char* name : kUtf8Files) {
    ASSERT_TRUE(run("yaz-marcdump -i marc -o marcxml '" + real(name).string() + "'", "yaz.xml"));
    expect_equal(read_marcxml(export_as(Format::kMarcXml, name).bytes),
                 labelled_utf8(read_marcxml(folder_.read("yaz.xml"))));
  }
}

TEST_F(RealRecordsTest, Marc8IsWhatYazMarcdumpSays) {
  if (!can_decode_marc8() || !is_installed("yaz-marcdump")) GTEST_SKIP() << "no YAZ";
  ASSERT_TRUE(run("yaz-marcdump -i marc -o marcxml -f marc-8 -t utf-8 '" + real(kMarc8File).string() + "'", "yaz.xml"));
  const auto theirs = control_fields_first(labelled_utf8(read_marcxml(folder_.read("yaz.xml"))));
  EXPECT_EQ(theirs.size(), 32U);
  EXPECT_EQ(std::ranges::count_if(theirs, is_ascii), 8);
  expect_equal(read_marcxml(export_as(Format::kMarcXml, kMarc8File).bytes), theirs);
}

TEST_F(RealRecordsTest, ComposedMarc8IsWhatYazMarcdumpSaysWhenItIsComposed) {
  if (!can_decode_marc8() || !is_installed("yaz-marcdump")) GTEST_SKIP() << "no YAZ";
  ASSERT_TRUE(run("yaz-marcdump -i marc -o marcxml -f marc-8 -t utf-8 '" + real(kMarc8File).string() + "'", "yaz.xml"));
  Buffer theirs;
  append_composed(folder_.read("yaz.xml"), theirs);
  EXPECT_NE(theirs.view(), folder_.read("yaz.xml"));
  ExportOptions options;
  options.run.nfc = true;
  const Exported exported = export_to_memory(Source::file(real(kMarc8File)), options);
  expect_equal(read_marcxml(exported.bytes), control_fields_first(labelled_utf8(read_marcxml(theirs.view()))));
}

TEST_F(RealRecordsTest, Marc8ThatWasConvertedInIso2709TellsTheSame) {
  if (!can_decode_marc8()) GTEST_SKIP() << "built without YAZ";
  ExportOptions options;
  options.format = Format::kIso2709;
  options.to_utf8 = true;
  const auto converted =
      folder_.write("converted.mrc", export_to_memory(Source::file(real(kMarc8File)), options).bytes);
  options.format = Format::kNdjson;
  auto told = read_json(export_to_memory(Source::file(converted), options).bytes);
  auto expected = read_json(export_as(Format::kNdjson, kMarc8File).bytes);
  for (auto* records : {&told, &expected}) {
    for (PlainRecord& record : *records) record.leader.replace(0, 5, "     ").replace(12, 5, "     ");
  }
  expect_equal(told, expected);
}

TEST_F(RealRecordsTest, JsonSaysWhatYazMarcdumpSays) {
  if (!is_installed("yaz-marcdump")) GTEST_SKIP() << "no yaz-marcdump";
  for (const char* name : kUtf8Files) {
    ASSERT_TRUE(run("yaz-marcdump -i marc -o json '" + real(name).string() + "'", "yaz.json"));
    expect_equal(read_json(export_as(Format::kNdjson, name).bytes),
                 labelled_utf8(read_json(on_one_line_each(folder_.read("yaz.json")))));
  }
}

class SchemaTest : public RealDataTest {
 protected:
  void SetUp() override {
    if (!is_installed("xmllint")) GTEST_SKIP() << "no xmllint";
  }

  void expect_valid(const std::string& xml) const {
    const auto path = folder_.write("out.xml", xml);
    EXPECT_TRUE(run("xmllint --noout --schema '" + schema().string() + "' '" + path.string() + "'", "messages"))
        << folder_.read("messages");
  }
};

TEST_F(SchemaTest, CleanRecordsAreValid) {
  for (const char* name : {"loc-authority.mrc", "loc-three-ways.mrc", kMarc8File}) {
    const Exported exported = export_as(Format::kMarcXml, name);
    for (const Finding& repair : exported.report.repairs) EXPECT_NE(repair.code, Reason::kSchema) << name;
    expect_valid(exported.bytes);
  }
}

TEST_F(SchemaTest, ExactlyTheReportedRecordsAreInvalid) {
  const Exported all = export_as(Format::kMarcXml, "loc-bibliographic.mrc");
  EXPECT_EQ(all.report.records_repaired, 3U);
  for (const Finding& repair : all.report.repairs) EXPECT_EQ(repair.code, Reason::kSchema);
  folder_.write("all.xml", all.bytes);
  EXPECT_FALSE(run("xmllint --noout --schema '" + schema().string() + "' '" + folder_.path("all.xml").string() + "'",
                   "messages"));
  ExportOptions strict;
  strict.run.strict = true;
  const Exported clean = export_to_memory(Source::file(real("loc-bibliographic.mrc")), strict);
  EXPECT_EQ(clean.report.records_exported, 126U);
  expect_valid(clean.bytes);
}

TEST_F(SchemaTest, TheSampleIsValid) {
  expect_valid(export_to_memory(Source::file(std::string(BULKMARC_SOURCE_DIR) + "/data/sample.mrc")).bytes);
}

}  // namespace
}  // namespace bulkmarc
