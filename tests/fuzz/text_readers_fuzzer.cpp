#include <cstddef>
#include <cstdint>
#include <memory>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include <bulkmarc/bulkmarc.hpp>

#include "formats/marcjson/reader.hpp"
#include "formats/marcxml/reader.hpp"
#include "formats/marcxml/xml_encoding.hpp"
#include "formats/mrk/reader.hpp"
#include "fuzz/fuzzing.hpp"
#include "input/byte_stream.hpp"
#include "input/text_reader.hpp"
#include "input/transcoder.hpp"
#include "support/exports.hpp"
#include "support/given_stream.hpp"

// Arbitrary text as MARCXML, JSON or mrk: every record lies in the text, after the one before it, and is sound; it does
// not matter in which portions the text comes and in what batches it is dealt; and what was read can be written as JSON
// and read again. The first byte chooses the format and the portions.

namespace {

using namespace bulkmarc;

constexpr Format kFormats[] = {Format::kMarcXml, Format::kJson, Format::kMrk};

/// What was made of a text. Of an input that is refused as a whole only why.
struct Read {
  std::vector<std::string> items;  // Records, rejects and what was skipped, with their places, reasons and details.
  std::vector<Record> records;
  std::string refused;
};

std::unique_ptr<ByteStream> in_utf8(std::unique_ptr<PeekedStream> xml) {
  const std::string encoding = xml_encoding_of(xml->peek(1024)).name;
  if (encoding.empty()) return xml;
  return std::make_unique<Transcoder>(std::move(xml), encoding);
}

std::unique_ptr<TextReader> open(Format format, std::string_view text, std::size_t portion, std::size_t batch_bytes) {
  auto stream = std::make_unique<PeekedStream>(std::make_unique<GivenStream>(std::string(text), portion));
  switch (format) {
    case Format::kMarcXml:
      return std::make_unique<TextReader>(in_utf8(std::move(stream)), std::make_unique<MarcXmlFormat>("given"),
                                          batch_bytes);
    case Format::kMrk:
      return std::make_unique<TextReader>(std::move(stream), std::make_unique<MrkFormat>(), batch_bytes);
    default:
      return std::make_unique<TextReader>(std::move(stream), std::make_unique<JsonFormat>(), batch_bytes);
  }
}

Record copy_of(const RecordView& view) {
  Record record(view.leader());
  for (const FieldView field : view.fields()) {
    for (const char byte : field.bytes()) {
      require(byte != kRecordTerminator && byte != kFieldTerminator, "a field holds a terminator");
    }
    record.add_field(field.tag(), field.bytes());
  }
  return record;
}

void take(const Batch& batch, std::uint64_t& end, Read& read) {
  const auto items = batch.items();
  for (std::size_t i = 0; i < items.size(); ++i) {
    require(items[i].offset >= end, "two records overlap");
    end = items[i].offset + items[i].raw.size();
    require(end <= batch.stop, "a record is not in its batch");
    std::string item = std::to_string(items[i].offset) + " " + std::string(items[i].raw);
    if (items[i].rejected || items[i].repaired) {
      for (const Problem& problem : batch.problems(i)) item += problem.detail;
    }
    if (!items[i].rejected) {
      read.records.push_back(copy_of(items[i].view));
      item += iso2709(items[i].view);
    }
    read.items.push_back(std::move(item));
  }
}

Read read(Format format, std::string_view text, std::size_t portion = std::string::npos,
          std::size_t batch_bytes = std::size_t{1} << 20) {
  Read read;
  try {
    const auto reader = open(format, text, portion, batch_bytes);
    Batch batch;
    std::uint64_t end = 0;
    std::uint64_t skipped = 0;
    while (reader->next(batch)) {
      reader->load(batch);
      take(batch, end, read);
      skipped += batch.skipped().bytes;
    }
    read.items.push_back(std::to_string(skipped) + " bytes skipped");
  } catch (const Error& error) {
    const ErrorCode code = error.code();
    require(code == ErrorCode::kNotMarc || code == ErrorCode::kInputEncoding || code == ErrorCode::kInputRefused,
            error.what());
    read.refused = error.what();
    read.records.clear();
    read.items.clear();
  }
  return read;
}

void require_lossless(const std::vector<Record>& records) {
  ExportOptions options;
  options.format = Format::kNdjson;
  options.run.threads = 1;
  const Exported json = export_to_memory(Source::records(records), options);
  require(json.report.records_exported == records.size(), "a record that was read can't be written as JSON");
  const Read again = read(Format::kJson, json.bytes);
  require(export_to_memory(Source::records(again.records), options).bytes == json.bytes,
          "a record is another one once it was JSON");
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  if (size == 0) return 0;
  const Format format = kFormats[data[0] % 3];
  const std::size_t portion = std::size_t{1} + data[0] / 3;
  const std::string_view text = bytes_of(data + 1, size - 1);

  const Read whole = read(format, text);
  for (const std::size_t batch_bytes : {std::size_t{1}, 8 * portion}) {
    const Read divided = read(format, text, portion, batch_bytes);
    require(divided.refused == whole.refused, "portions decide whether the input is refused");
    require(divided.items == whole.items, "portions decide what a record is");
  }
  require_lossless(whole.records);
  return 0;
}
