#include <algorithm>
#include <cstdint>
#include <string>
#include <vector>

#include <gtest/gtest.h>
#include <rapidcheck/gtest.h>

#include <bulkmarc/bulkmarc.hpp>

#include "pipeline/formatter.hpp"
#include "property/arbitrary_record.hpp"
#include "support/emitted.hpp"
#include "support/exports.hpp"
#include "support/output_form.hpp"
#include "support/plain_record.hpp"
#include "support/read_rows.hpp"
#include "support/temporary_folder.hpp"

namespace bulkmarc {
namespace {

namespace gen = rc::gen;

Batch batch_of(const std::vector<Record>& records) {
  Batch batch;
  for (const Record& record : records) {
    BatchRecord item;
    item.view = record.view();
    batch.add(item);
  }
  return batch;
}

std::string account_of(const BatchResult& result) {
  Report report;
  report.records_read = result.read;
  report.records_exported = result.exported;
  report.records_repaired = result.repaired;
  report.rejects = result.rejects;
  report.repairs = result.repairs;
  return ::account_of(report);
}

Exported export_as(Format format, const std::vector<Record>& records) {
  ExportOptions options;
  options.format = format;
  options.run.threads = 1;
  return export_to_memory(Source::records(records), options);
}

/// The order that MARCXML has.
Record control_fields_first(const Record& record) {
  Record ordered(record.view().leader());
  for (const bool control : {true, false}) {
    for (const FieldView field : record.view().fields()) {
      if (field.is_control() == control) ordered.add_field(field.tag(), field.bytes());
    }
  }
  return ordered;
}

RC_GTEST_PROP(FormatsPropertyTest, MeasureIsTheLengthOfWhatIsWrittenAndAppended, ()) {
  const auto records = *arbitrary_records();
  const Batch batch = batch_of(records);
  for (const OutputForm& form : all_output_forms()) {
    for (const bool strict : {false, true}) {
      const auto formatter = make_formatter(form.format, {strict, false, 1000}, form.table);
      Workspace workspace;
      BatchResult measured;
      const std::uint64_t length = formatter->measure(batch, workspace, measured);
      Buffer appended;
      BatchResult result;
      formatter->append(batch, workspace, appended, result);
      RC_ASSERT(appended.size() == length);
      RC_ASSERT(account_of(result) == account_of(measured));
      std::string written(length, '\0');
      RC_ASSERT(formatter->write(batch, workspace, written, false));
      RC_ASSERT(written == appended.view());
    }
  }
}

RC_GTEST_PROP(FormatsPropertyTest, ASliceOfAnotherLengthIsRefused, ()) {
  const auto records = *gen::nonEmpty(arbitrary_records());
  const Batch batch = batch_of(records);
  for (const OutputForm& form : all_output_forms()) {
    const auto formatter = make_formatter(form.format, {false, false, 0}, form.table);
    Workspace workspace;
    BatchResult result;
    const std::uint64_t length = formatter->measure(batch, workspace, result);
    if (result.exported != result.read) continue;
    std::string memory(length + 1, '#');
    RC_ASSERT(!formatter->write(batch, workspace, memory, false));
    RC_ASSERT(!formatter->write(batch, workspace, std::span(memory).first(length - 1), false));
  }
}

RC_GTEST_PROP(FormatsPropertyTest, EveryRecordIsReadBackAsItWas, ()) {
  const auto records = *arbitrary_records();
  for (const OutputForm& form : all_output_forms()) {
    if (form.format == Format::kIso2709 || !form.is_lossless()) continue;
    ExportOptions options = form.options();
    options.run.threads = 1;
    const Exported exported = export_to_memory(Source::records(records), options);
    RC_ASSERT(exported.report.records_exported == records.size());
    const std::vector<PlainRecord> read = read_back(form, exported.bytes);
    RC_ASSERT(read.size() == records.size());
    for (std::size_t i = 0; i < records.size(); ++i) {
      RC_LOG() << form << "\n" << read[i] << "\n" << expected_in(form, records[i].view()) << "\n";
      RC_ASSERT(read[i] == expected_in(form, records[i].view()));
    }
  }
}

RC_GTEST_PROP(FormatsPropertyTest, ADocumentIsWhatItsFormatWrites, ()) {
  const Record record = *arbitrary_record();
  if (record.view().bytes().find('\0') != std::string_view::npos) RC_DISCARD("no table holds NUL");
  for (const Format format : {Format::kMarcXml, Format::kJson, Format::kIso2709}) {
    Policy policy;
    policy.to_utf8 = true;
    const Emitted written = emit(format, record, policy);
    const Table table = Table::documents(format);
    const Emitted row = emit(Format::kNdjson, record, policy, table);
    RC_ASSERT(row.reject() == written.reject());
    RC_ASSERT(row.result.repairs.size() == written.result.repairs.size());
    if (written.result.exported == 0) continue;
    RC_ASSERT(read_rows(Format::kNdjson, table, row.text).at(0).at(2) == written.text);
  }
}

RC_GTEST_PROP(FormatsPropertyTest, WhatIso2709CanHoldIsReadBackWithoutALoss, ()) {
  const auto records = *arbitrary_records();
  const Exported exported = export_as(Format::kIso2709, records);
  std::vector<Record> fitting;
  for (const Record& record : records) {
    if (iso2709(record.view()).size() > 99'999) continue;
    bool fits = true;
    for (const FieldView field : record.view().fields()) fits &= field.bytes().size() < 9'999;
    if (fits) fitting.push_back(record);
  }
  RC_ASSERT(exported.bytes == iso2709(fitting));
  RC_ASSERT(exported.report.records_rejected == records.size() - fitting.size());
  const TemporaryFolder folder;
  ExportOptions options;
  options.format = Format::kJson;
  const Exported json = export_to_memory(Source::file(folder.write("out.mrc", exported.bytes)), options);
  const std::vector<PlainRecord> read = read_json(json.bytes);
  RC_ASSERT(read.size() == fitting.size());
  for (std::size_t i = 0; i < fitting.size(); ++i) {
    RC_ASSERT(read[i].fields == expected_in(Format::kJson, fitting[i].view()).fields);
  }
}

RC_GTEST_PROP(FormatsPropertyTest, UsualRecordsNeedNoRepair, ()) {
  const auto records = *usual_records();
  for (const Format format : {Format::kIso2709, Format::kJson, Format::kNdjson, Format::kMrk}) {
    for (const Finding& repair : export_as(format, records).report.repairs) {
      RC_ASSERT(repair.code == Reason::kSubfields);  // A field without subfields.
    }
  }
}

RC_GTEST_PROP(FormatsPropertyTest, WellFormedRecordsComeOutByteForByte, ()) {
  const std::string bytes = iso2709(*usual_records());
  const TemporaryFolder folder;
  ExportOptions options;
  options.format = Format::kIso2709;
  options.run.batch_bytes = 4096;
  const Exported exported = export_to_memory(Source::file(folder.write("in.mrc", bytes)), options);
  RC_ASSERT(exported.bytes == bytes);
  RC_ASSERT(exported.report.records_rejected == 0U);
  RC_ASSERT(exported.report.records_repaired == 0U);
}

RC_GTEST_PROP(FormatsPropertyTest, UsualRecordsComeBackFromMarcXmlByteForByte, ()) {
  const TemporaryFolder folder;
  std::vector<Record> records = *usual_records();
  std::ranges::transform(records, records.begin(), control_fields_first);
  const std::string bytes = iso2709(records);
  const auto xml = folder.write("in.xml", export_to_memory(Source::file(folder.write("in.mrc", bytes))).bytes);
  ExportOptions options;
  options.format = Format::kIso2709;
  options.run.batch_bytes = 4096;
  const Exported back = export_to_memory(Source::file(xml), options);
  RC_ASSERT(back.bytes == bytes);
  RC_ASSERT(back.report.records_rejected == 0U);
  RC_ASSERT(back.report.records_repaired == 0U);
}

}  // namespace
}  // namespace bulkmarc
