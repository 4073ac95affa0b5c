#include <stdexcept>
#include <string>
#include <vector>

#include <benchmark/benchmark.h>

#include "perf/micro/benchmarks.hpp"
#include "perf/micro/sample.hpp"
#include "record/iso2709.hpp"
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

std::size_t decode_all(const Sample& records, std::vector<bulkmarc::DirectoryEntry>& directory) {
  std::size_t fields = 0;
  for (const std::string_view record : records.records) {
    directory.clear();
    if (bulkmarc::decode_iso2709(record, directory)) throw std::logic_error("a record can't be decoded");
    fields += directory.size();
  }
  return fields;
}

void decode(benchmark::State& state) {
  const Sample& records = sample();
  std::vector<bulkmarc::DirectoryEntry> directory;
  std::size_t fields = 0;
  for (const bulkmarc::BatchRecord& record : records.batch.items()) fields += record.view.fields().size();
  if (decode_all(records, directory) != fields) throw std::logic_error("not every field was decoded");
  for (auto _ : state) benchmark::DoNotOptimize(decode_all(records, directory));
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
