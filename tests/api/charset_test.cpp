#include <string>
#include <string_view>
#include <vector>

#include <gmock/gmock.h>

#include <bulkmarc/bulkmarc.hpp>

#include "support/exports.hpp"
#include "support/temporary_folder.hpp"

namespace bulkmarc {
namespace {

using testing::HasSubstr;
using testing::IsEmpty;
using testing::Not;
using testing::SizeIs;

/// A record whose title is in Latin-1, which the leader does not tell.
Record record_of(std::string_view title, char scheme) {
  std::string leader = "00000nam a2200000 i 4500";
  leader[9] = scheme;
  Record record(leader);
  record.add_control("001", "1").add_data("245", "10", {{'a', title}, {'c', "x"}});
  return record;
}

Exported exported(Source source, Format format = Format::kNdjson, std::size_t batch_bytes = 4096) {
  ExportOptions options;
  options.format = format;
  options.to_utf8 = true;
  options.run.batch_bytes = batch_bytes;
  return export_to_memory(std::move(source), options);
}

InputOptions in(const std::string& charset) { return {.charset = charset}; }

TEST(CharsetOfInputTest, TextIsInTheSetThatIsNamedWhateverTheLeaderSays) {
  for (const char scheme : {' ', 'a'}) {
    const std::string bytes = iso2709(record_of("\xC9t\xE9", scheme).view());
    const Exported made = exported(Source::memory(bytes, in("latin1")));
    EXPECT_THAT(made.bytes, HasSubstr("\xC3\x89t\xC3\xA9"));
    EXPECT_THAT(made.report.repairs, IsEmpty());
    EXPECT_EQ(exported(Source::memory(bytes, in("ISO8859-1"))).bytes, made.bytes);
  }
}

TEST(CharsetOfInputTest, AnAccentBelongsToOneSubfield) {
  const std::string bytes = iso2709(record_of("e\xC2"
                                              "e\xC2",
                                              ' ')
                                        .view());
  const Exported made = exported(Source::memory(bytes, in("iso5426")));
  EXPECT_THAT(made.bytes, HasSubstr("\"ee\xCC\x81\xEF\xBF\xBD\xCC\x81\""));
  ASSERT_THAT(made.report.repairs, SizeIs(1));
  EXPECT_EQ(made.report.repairs[0].code, Reason::kInvalidCharset);
  EXPECT_EQ(made.report.repairs[0].location.tag, "245");
}

TEST(CharsetOfInputTest, MrcIsWrittenInUtf8WithSoundLengths) {
  std::vector<Record> records;
  std::string bytes;
  for (int i = 0; i < 500; ++i)
    bytes += iso2709(record_of(std::string(static_cast<std::size_t>(i % 90), '\xE9'), ' ').view());
  const Exported made = exported(Source::memory(bytes, in("cp1252")), Format::kIso2709);
  const Exported again = exported(Source::memory(made.bytes), Format::kIso2709);
  EXPECT_EQ(again.bytes, made.bytes);
  EXPECT_THAT(again.report.repairs, IsEmpty());
  EXPECT_EQ(made.report.records_exported, 500U);
  EXPECT_EQ(exported(Source::memory(bytes, in("cp1252")), Format::kIso2709, 1 << 20).bytes, made.bytes);
  std::size_t at = 0;
  const auto read = [&](std::span<char> to) {
    const std::string_view next = std::string_view(bytes).substr(at, to.size());
    std::ranges::copy(next, to.begin());
    at += next.size();
    return next.size();
  };
  EXPECT_EQ(exported(Source::function(read, in("cp1252")), Format::kIso2709).bytes, made.bytes);
}

TEST(CharsetOfInputTest, MrkIsReadInItTooAndMnemonicsStayCharacters) {
  const std::string text =
      "=LDR  00000nam  2200000 i 4500\n=001  1\n=245  "
      "10$a\xC9t\xE9 {eacute}$cx\n\n";
  const Exported made = exported(Source::memory(text, in("latin1")));
  EXPECT_THAT(made.bytes, HasSubstr("\xC3\x89t\xC3\xA9 "));
  EXPECT_THAT(made.bytes, Not(HasSubstr("eacute")));
  EXPECT_THAT(made.report.repairs, IsEmpty());
  const Exported wrong = exported(Source::memory("=LDR  00000nam  2200000 i 4500\n=245  10$a\x81\n\n", in("cp1252")));
  ASSERT_THAT(wrong.report.repairs, SizeIs(1));
  EXPECT_EQ(wrong.report.repairs[0].code, Reason::kInvalidCharset);
}

TEST(CharsetOfInputTest, InputsOfBothFormatsAreReadInOneRun) {
  const TemporaryFolder folder;
  const auto mrc = folder.write("a.mrc", iso2709(record_of("\xE9", ' ').view()));
  const auto mrk = folder.write("b.mrk", "=LDR  00000nam  2200000 i 4500\n=245  10$a\xE8\n\n");
  const Exported made = exported(Source::files({mrc, mrk, mrc}, in("latin1")));
  EXPECT_THAT(made.bytes, HasSubstr("\xC3\xA9"));
  EXPECT_THAT(made.bytes, HasSubstr("\xC3\xA8"));
  EXPECT_THAT(made.report.repairs, IsEmpty());
}

TEST(CharsetOfInputTest, AConditionIsAskedInUtf8) {
  ExportOptions options;
  options.format = Format::kNdjson;
  options.run.selection.where = "245$a=\\\xC3\xA9";
  const std::string bytes = iso2709(record_of("\xE9", ' ').view());
  EXPECT_EQ(export_to_memory(Source::memory(bytes, in("latin1")), options).report.records_exported, 1U);
}

TEST(CharsetOfInputTest, WhatCannotBeMeantIsAnError) {
  const auto code = [](Source source) {
    try {
      exported(std::move(source));
    } catch (const Error& error) {
      return error.code();
    }
    return ErrorCode{};
  };
  EXPECT_EQ(code(Source::memory(iso2709(record_of("x", 'a').view()), in("utf-7"))), ErrorCode::kInvalidOptions);
  EXPECT_EQ(code(Source::memory(R"({"leader":"00000nam a2200000 i 4500","fields":[]})", in("latin1"))),
            ErrorCode::kInputEncoding);
  EXPECT_THAT(charset_names(), testing::Contains("iso5426"));
}

}  // namespace
}  // namespace bulkmarc
