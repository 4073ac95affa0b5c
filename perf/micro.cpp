/// \file
/// Micro-benchmarks of what one core does with one batch of generated records: scanning, decoding, measuring, writing,
/// appending, escaping. `scan/` shows all kernels; all else uses the one that BULKMARC_SIMD names. Each benchmark
/// verifies what it does before it is timed.

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <cstdio>
#include <exception>
#include <functional>
#include <memory>
#include <optional>
#include <stdexcept>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include <benchmark/benchmark.h>

#include <bulkmarc/bulkmarc.hpp>

#include "formats/iso2709/reader.hpp"
#include "generator/catalogue.hpp"
#include "pipeline/formatter.hpp"
#include "record/batch.hpp"
#include "text/scan_kernels.hpp"

namespace {

using bulkmarc::Format;

constexpr std::size_t kRecords = 100;
constexpr bulkmarc::SpecialBytes kSpecialInXml = {{'&', '<', '>', '\xEF'}};

void require(bool condition, const char* otherwise) {
  if (!condition) throw std::logic_error(otherwise);
}

/// Splits and decodes the records that stand in the memory of `batch`. Returns the number of their fields.
std::size_t decode(bulkmarc::Batch& batch, std::size_t size) {
  batch.clear();
  bulkmarc::split_records(batch, 0, size, [](bulkmarc::Batch&) { return false; });
  return batch.directory().size();
}

/// Records as one batch of the usual size.
struct Sample {
  explicit Sample(std::function<void(std::uint64_t index, bulkmarc::Record& record)> make) {
    bulkmarc::ExportOptions options;
    options.format = Format::kIso2709;
    bulkmarc::export_records(bulkmarc::Source::indexed(kRecords, std::move(make)), bulkmarc::Target::memory(bytes),
                             options);
    batch.bytes.append(bytes);
    fields = decode(batch, bytes.size());
    batch.seal(0);
    for (const bulkmarc::BatchRecord& record : batch.items()) {
      require(record.well_formed, "a sample record is not well-formed");
      records.push_back(std::string_view(bytes).substr(record.offset, record.raw.size()));
    }
    require(records.size() == kRecords, "not every sample record was decoded");
  }

  /// Lets a benchmark that goes over all records in each iteration show records and input bytes a second.
  void count(benchmark::State& state) const {
    state.SetItemsProcessed(state.iterations() * static_cast<std::int64_t>(records.size()));
    state.SetBytesProcessed(state.iterations() * static_cast<std::int64_t>(bytes.size()));
  }

  std::string bytes;                      ///< ISO 2709.
  std::vector<std::string_view> records;  ///< Each whole record in `bytes`.
  bulkmarc::Batch batch;                  ///< The same records, decoded.
  std::size_t fields = 0;
};

const Sample& sample() {
  static const Sample kSample([](std::uint64_t index, bulkmarc::Record& record) { Catalogue(1).make(index, record); });
  return kSample;
}

/// Records whose values are full of what XML, JSON and mrk must escape.
const Sample& sample_to_escape() {
  static const Sample kSample([](std::uint64_t, bulkmarc::Record& record) {
    record.add_control("001", "escape");
    for (int field = 0; field < 20; ++field) {
      record.add_data("500", "  ", {{'a', "<b>Fish & \"chips\"</b> {5 $} \\ & more < < > >"}});
    }
  });
  return kSample;
}

std::vector<std::uint8_t> bits_for(std::string_view bytes) {
  return std::vector<std::uint8_t>(8 * ((bytes.size() + 63) / 64));
}

void mark(const bulkmarc::ScanKernel& kernel, std::string_view bytes, std::vector<std::uint8_t>& bits) {
  kernel.mark(reinterpret_cast<const std::uint8_t*>(bytes.data()), bytes.size(), kSpecialInXml, bits.data());
}

void time_scan(benchmark::State& state, const bulkmarc::ScanKernel& kernel) {
  const std::string_view bytes = sample().bytes;
  std::vector<std::uint8_t> bits = bits_for(bytes);
  std::vector<std::uint8_t> expected = bits_for(bytes);
  mark(kernel, bytes, bits);
  mark(bulkmarc::scan_kernels().back(), bytes, expected);
  // The bits behind the last whole byte may differ.
  const auto whole = static_cast<std::ptrdiff_t>(bytes.size() / 8);
  require(std::equal(bits.begin(), bits.begin() + whole, expected.begin()), "the kernels do not agree");
  for (auto _ : state) {
    for (const std::string_view record : sample().records) {
      mark(kernel, record, bits);
      benchmark::ClobberMemory();
    }
  }
  sample().count(state);
}

void time_decode(benchmark::State& state) {
  bulkmarc::Batch batch;
  batch.bytes.append(sample().bytes);
  require(decode(batch, sample().bytes.size()) == sample().fields, "not every field was decoded");
  for (auto _ : state) benchmark::DoNotOptimize(decode(batch, sample().bytes.size()));
  sample().count(state);
}

/// One format and the batch that it works on. Throws unless measuring, writing and appending agree.
class Job {
 public:
  Job(Format format, const Sample& sample)
      : formatter_(bulkmarc::make_formatter(format, {}, table_of(format))), sample_(sample) {
    append();
    slice_.resize(measure());
    require(result_.exported == kRecords, "not every record was exported");
    require(write() && slice_ == output_.view(), "measure, write and append do not agree");
  }

  std::uint64_t measure() { return formatter_->measure(sample_.batch, workspace_, result_); }
  bool write() { return formatter_->write(sample_.batch, workspace_, {slice_.data(), slice_.size()}, false); }
  std::size_t append() {
    output_.clear();
    formatter_->append(sample_.batch, workspace_, output_, result_);
    return output_.size();
  }

 private:
  static std::optional<bulkmarc::Table> table_of(Format format) {
    if (!bulkmarc::needs_table(format)) return std::nullopt;
    return bulkmarc::Table::subfields();
  }

  std::unique_ptr<bulkmarc::Formatter> formatter_;
  const Sample& sample_;
  bulkmarc::Workspace workspace_;
  bulkmarc::BatchResult result_;
  bulkmarc::Buffer output_;
  std::string slice_;
};

template <class Work>
void add_format(std::string_view what, Format format, const Sample& (*records)(), Work work) {
  const std::string name = std::string(what) + "/" + std::string(bulkmarc::format_name(format));
  benchmark::RegisterBenchmark(name.c_str(), [=](benchmark::State& state) {
    Job job(format, records());
    for (auto _ : state) {
      benchmark::DoNotOptimize(work(job));
      benchmark::ClobberMemory();
    }
    records().count(state);
  });
}

void add_all() {
  for (const bulkmarc::ScanKernel& kernel : bulkmarc::scan_kernels()) {
    const std::string name = "scan/" + std::string(kernel.name);
    benchmark::RegisterBenchmark(name.c_str(), [&kernel](benchmark::State& state) { time_scan(state, kernel); });
  }
  benchmark::RegisterBenchmark("decode/iso2709", time_decode);
  for (const Format format : bulkmarc::all_formats()) {
    if (bulkmarc::needs_encoder(format)) continue;
    add_format("measure", format, sample, [](Job& job) { return job.measure(); });
    add_format("write", format, sample, [](Job& job) { return job.write(); });
    add_format("append", format, sample, [](Job& job) { return job.append(); });
    if (format == Format::kIso2709) continue;
    add_format("escape", format, sample_to_escape, [](Job& job) { return job.append(); });
  }
}

}  // namespace

int main(int argc, char** argv) {
  try {
    benchmark::Initialize(&argc, argv);
    if (benchmark::ReportUnrecognizedArguments(argc, argv)) return 2;
    benchmark::AddCustomContext("simd", std::string(bulkmarc::scan_kernel().name));
    add_all();
    benchmark::RunSpecifiedBenchmarks();
    benchmark::Shutdown();
    return 0;
  } catch (const std::exception& error) {
    std::fprintf(stderr, "bulkmarc-micro: %s\n", error.what());
    return 1;
  }
}
