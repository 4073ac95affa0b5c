#include "perf/micro/sample.hpp"

#include <cstdint>
#include <memory>
#include <stdexcept>
#include <utility>

#include <bulkmarc/bulkmarc.hpp>

#include "formats/iso2709/reader.hpp"
#include "generator/catalogue.hpp"

namespace {

constexpr std::size_t kRecords = 100;

std::string serialize(std::function<void(std::uint64_t index, bulkmarc::Record& record)> make) {
  std::string bytes;
  bulkmarc::ExportOptions options;
  options.format = bulkmarc::Format::kIso2709;
  bulkmarc::export_records(bulkmarc::Source::indexed(kRecords, std::move(make)), bulkmarc::Target::memory(bytes),
                           options);
  return bytes;
}

std::unique_ptr<Sample> decode(std::string bytes) {
  auto sample = std::make_unique<Sample>();
  sample->bytes = std::move(bytes);
  bulkmarc::Batch& batch = sample->batch;
  batch.bytes.append(sample->bytes);
  bulkmarc::split_records(batch, 0, batch.bytes.size(), [](bulkmarc::Batch&) { return false; });
  batch.seal(0);
  for (const bulkmarc::BatchRecord& record : batch.items()) {
    if (!record.well_formed) throw std::logic_error("a sample record is not well-formed");
    sample->records.push_back(std::string_view(sample->bytes).substr(record.offset, record.raw.size()));
  }
  if (sample->records.size() != kRecords) throw std::logic_error("not every sample record was decoded");
  return sample;
}

void make_record_to_escape(std::uint64_t, bulkmarc::Record& record) {
  record.add_control("001", "escape");
  for (int field = 0; field < 20; ++field) {
    record.add_data("500", "  ", {{'a', "<b>Fish & \"chips\"</b> {5 $} \\ & more < < > >"}});
  }
}

}  // namespace

const Sample& sample() {
  static const auto kSample =
      decode(serialize([](std::uint64_t index, bulkmarc::Record& record) { Catalogue(1).make(index, record); }));
  return *kSample;
}

const Sample& sample_to_escape() {
  static const auto kSample = decode(serialize(make_record_to_escape));
  return *kSample;
}
