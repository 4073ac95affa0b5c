#include <string>
#include <vector>

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <rapidcheck/gtest.h>

#include <bulkmarc/bulkmarc.hpp>

#include "property/arbitrary_record.hpp"
#include "support/exports.hpp"
#include "support/temporary_folder.hpp"

namespace bulkmarc {
namespace {

namespace gen = rc::gen;

constexpr Format kTexts[] = {Format::kJson, Format::kNdjson, Format::kMrk};

Exported export_as(Format format, Source source) {
  ExportOptions options;
  options.format = format;
  options.run.threads = 1;
  return export_to_memory(std::move(source), options);
}

Exported export_text(Format to, std::string_view text, Format from, std::size_t batch_bytes = 128 * 1024) {
  const TemporaryFolder folder;
  ExportOptions options;
  options.format = to;
  options.run.threads = 1;
  options.run.batch_bytes = batch_bytes;
  options.run.max_findings = 100'000;
  return export_to_memory(Source::file(folder.write("in", text), {.format = from}), options);
}

RC_GTEST_PROP(InputsPropertyTest, RecordsThatWentThroughTextAreTheSame, ()) {
  const auto records = *usual_records();
  for (const Format text : kTexts) {
    const Exported back = export_text(Format::kIso2709, export_as(text, Source::records(records)).bytes, text);
    RC_ASSERT(back.bytes == iso2709(records));
    RC_ASSERT(back.report.records_exported == records.size());
    for (const Finding& repair : back.report.repairs) RC_ASSERT(repair.code == Reason::kSubfields);
  }
}

RC_GTEST_PROP(InputsPropertyTest, JsonOfAnyRecordIsReadWithoutALoss, ()) {
  const auto records = *arbitrary_records();
  const Exported json = export_as(Format::kJson, Source::records(records));
  const Exported again = export_text(Format::kJson, json.bytes, Format::kJson);
  RC_LOG() << json.bytes << again.bytes;
  RC_ASSERT(again.bytes == json.bytes);
}

TEST(InputsTest, IndicatorsWithoutSubfieldsStayIndicatorsWhateverTheTag) {
  const std::vector<Record> records = {Record().add_field("CAT", "a\x1F").add_field("245", "10")};
  for (const Format text : {Format::kJson, Format::kMarcXml}) {
    const Exported first = export_as(text, Source::records(records));
    EXPECT_THAT(first.bytes, testing::HasSubstr(text == Format::kJson ? R"("ind1":"a")" : R"(ind1="a")"));
    EXPECT_EQ(export_text(text, first.bytes, text).bytes, first.bytes);
  }
}

/// Wherever a record is damaged, all are accounted for, and the same however the text is cut into batches.
void expect_sound_account(std::string_view text, Format format) {
  try {
    const Exported exported = export_text(Format::kNdjson, text, format);
    const Report& report = exported.report;
    RC_ASSERT(report.records_read == report.records_exported + report.records_rejected);
    RC_ASSERT(report.bytes_read == text.size());
    const Exported in_pieces = export_text(Format::kNdjson, text, format, 4096);
    RC_ASSERT(in_pieces.bytes == exported.bytes);
    RC_ASSERT(account_of(in_pieces.report) == account_of(report));
  } catch (const Error& error) {
    RC_ASSERT(error.code() == ErrorCode::kNotMarc);
  }
}

RC_GTEST_PROP(InputsPropertyTest, DamagedTextIsAccountedForInFull, ()) {
  const auto records = *gen::nonEmpty(usual_records());
  for (const Format format : kTexts) {
    std::string text;
    while (text.size() < 9000) text += export_as(format, Source::records(records)).bytes;
    const auto damages = *gen::inRange(1, 6);
    for (int i = 0; i < damages; ++i) {
      const auto at = *gen::inRange<std::size_t>(0, text.size());
      const auto length = *gen::inRange<std::size_t>(0, 4);
      text.replace(at, length,
                   *gen::elementOf(std::vector<std::string>{"", "\"", "{", "}", "[", "]", "\\", "$", "\n",
                                                            "\n=", "\n\n", "\xFF", std::string(1, '\0'), "\x1E"}));
    }
    expect_sound_account(text, format);
  }
}

RC_GTEST_PROP(InputsPropertyTest, ArbitraryBytesAreAccountedForInFull, ()) {
  const auto text = *arbitrary_text();
  for (const Format format : kTexts) {
    expect_sound_account("{\"leader\":" + text, format);
    expect_sound_account("=LDR  " + text, format);
  }
}

}  // namespace
}  // namespace bulkmarc
