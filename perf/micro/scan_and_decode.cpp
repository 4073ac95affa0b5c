#include <cstdint>
#include <stdexcept>
#include <string>
#include <string_view>
#include <vector>

#include <benchmark/benchmark.h>

#include "formats/iso2709/reader.hpp"
#include "perf/micro/benchmarks.hpp"
#include "perf/micro/sample.hpp"
#include "record/batch.hpp"
#include "text/scan_kernels.hpp"

namespace {

constexpr bulkmarc::SpecialBytes kOfXml = {{'&', '<', '>', '\xEF'}};

std::vector<std::uint8_t> mark(const bulkmarc::ScanKernel& kernel, std::string_view bytes) {
  std::vector<std::uint8_t> bits(8 * ((bytes.size() + 63) / 64));
  kernel.mark(reinterpret_cast<const std::uint8_t*>(bytes.data()), bytes.size(), kOfXml, bits.data());
  bits.resize(bytes.size() / 8);  // What is behind the last whole byte may differ.
  return bits;
}

void scan(benchmark::State& state, const bulkmarc::ScanKernel& kernel) {
  const Sample& records = sample();
  if (mark(kernel, records.bytes) != mark(bulkmarc::scan_kernels().back(), records.bytes)) {
    throw std::logic_error("the kernels do not agree");
  }
  std::vector<std::uint8_t> bits(8 * ((records.bytes.size() + 63) / 64));
  for (auto _ : state) {
    for (const std::string_view record : records.records) {
      kernel.mark(reinterpret_cast<const std::uint8_t*>(record.data()), record.size(), kOfXml, bits.data());
      benchmark::ClobberMemory();
    }
  }
  count_records(state, records);
}

/// Splits and decodes the records that stand in the memory of `batch`. Returns the number of their fields.
std::size_t decode_all(bulkmarc::Batch& batch, std::size_t size) {
  batch.clear();
  bulkmarc::split_records(batch, 0, size, [](bulkmarc::Batch&) { return false; });
  return batch.directory().size();
}

void decode(benchmark::State& state) {
  const Sample& records = sample();
  std::size_t fields = 0;
  for (const bulkmarc::BatchRecord& record : records.batch.items()) fields += record.view.fields().size();
  bulkmarc::Batch batch;
  batch.bytes.append(records.bytes);
  if (decode_all(batch, records.bytes.size()) != fields) throw std::logic_error("not every field was decoded");
  for (auto _ : state) benchmark::DoNotOptimize(decode_all(batch, records.bytes.size()));
  count_records(state, records);
}

}  // namespace

void count_records(benchmark::State& state, const Sample& records) {
  state.SetItemsProcessed(state.iterations() * static_cast<std::int64_t>(records.records.size()));
  state.SetBytesProcessed(state.iterations() * static_cast<std::int64_t>(records.bytes.size()));
}

void register_scan_and_decode() {
  for (const bulkmarc::ScanKernel& kernel : bulkmarc::scan_kernels()) {
    benchmark::RegisterBenchmark(("scan/" + std::string(kernel.name)).c_str(),
                                 [&kernel](benchmark::State& state) { scan(state, kernel); });
  }
  benchmark::RegisterBenchmark("decode/iso2709", decode);
}
