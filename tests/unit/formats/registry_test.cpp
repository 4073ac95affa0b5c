#include <algorithm>
#include <set>
#include <string>

#include <gtest/gtest.h>

#include <bulkmarc/format.hpp>

namespace bulkmarc {
namespace {

TEST(FormatTest, EveryFormatIsFoundByItsName) {
  std::set<std::string_view> names;
  for (const Format format : all_formats()) {
    EXPECT_EQ(format_from_name(format_name(format)), format);
    names.insert(format_name(format));
  }
  EXPECT_EQ(names, (std::set<std::string_view>{"mrc", "marcxml", "json", "ndjson", "mrk", "csv", "tsv", "pgcopy",
                                               "parquet", "arrow", "xlsx"}));
}

TEST(FormatTest, EveryFormatHoldsRecordsOrNeedsATable) {
  for (const Format format : all_formats()) {
    EXPECT_EQ(needs_table(format), std::ranges::count(record_formats(), format) == 0) << format_name(format);
    EXPECT_EQ(takes_table(format), needs_table(format) || format == Format::kNdjson) << format_name(format);
    EXPECT_TRUE(needs_table(format) || !needs_encoder(format)) << format_name(format);
  }
  EXPECT_FALSE(needs_encoder(Format::kPgCopy));
  for (const Format format : {Format::kParquet, Format::kArrow, Format::kXlsx}) EXPECT_TRUE(needs_encoder(format));
}

TEST(FormatTest, NamesAreTakenInAnyCaseAndAsPeopleCallThem) {
  EXPECT_EQ(format_from_name("MarcXML"), Format::kMarcXml);
  EXPECT_EQ(format_from_name("XML"), Format::kMarcXml);
  EXPECT_EQ(format_from_name("marc"), Format::kIso2709);
  EXPECT_EQ(format_from_name("jsonl"), Format::kNdjson);
  EXPECT_EQ(format_from_name("copy"), Format::kPgCopy);
}

TEST(FormatTest, WhatNamesNoFormatIsNone) {
  for (const char* name : {"", "marcxml2", "mrc "}) EXPECT_EQ(format_from_name(name), std::nullopt) << name;
}

TEST(FormatTest, AnExtensionStandsForAFormatInAnyCase) {
  EXPECT_EQ(format_from_path("a.mrc"), Format::kIso2709);
  EXPECT_EQ(format_from_path("a.MARC"), Format::kIso2709);
  EXPECT_EQ(format_from_path("some/folder.json/a.Xml"), Format::kMarcXml);
  EXPECT_EQ(format_from_path("a.mrc.json"), Format::kJson);
  EXPECT_EQ(format_from_path("a.ndjson"), Format::kNdjson);
  EXPECT_EQ(format_from_path("a.jsonl"), Format::kNdjson);
  EXPECT_EQ(format_from_path("a.mrk"), Format::kMrk);
  EXPECT_EQ(format_from_path("a.csv"), Format::kCsv);
  EXPECT_EQ(format_from_path("a.TSV"), Format::kTsv);
  EXPECT_EQ(format_from_path("a.copy"), Format::kPgCopy);
  EXPECT_EQ(format_from_path("a.parquet"), Format::kParquet);
  EXPECT_EQ(format_from_path("a.arrow"), Format::kArrow);
  EXPECT_EQ(format_from_path("a.Arrows"), Format::kArrow);
  EXPECT_EQ(format_from_path("a.xlsx"), Format::kXlsx);
}

TEST(FormatTest, TheExtensionOfACompressionMayFollow) {
  EXPECT_EQ(format_from_path("a.xml.gz"), Format::kMarcXml);
  EXPECT_EQ(format_from_path("a.MRC.ZST"), Format::kIso2709);
  for (const char* name : {"a.gz", ".xml.gz", "a.xml.gz.gz", "a.xml.bz2"}) {
    EXPECT_EQ(format_from_path(name), std::nullopt) << name;
  }
}

TEST(FormatTest, OtherNamesStandForNone) {
  for (const char* name : {"", "a", ".mrc", "a.mrcx", "mrc", "a.xml/"}) {
    EXPECT_EQ(format_from_path(name), std::nullopt) << name;
  }
}

}  // namespace
}  // namespace bulkmarc
