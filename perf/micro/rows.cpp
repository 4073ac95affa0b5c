#include <stdexcept>
#include <string>

#include <benchmark/benchmark.h>

#include <bulkmarc/table.hpp>

#include "perf/micro/benchmarks.hpp"
#include "perf/micro/sample.hpp"
#include "pipeline/row_maker.hpp"

namespace {

void register_table(const std::string& name, const bulkmarc::Table& table) {
  benchmark::RegisterBenchmark(name.c_str(), [table](benchmark::State& state) {
    const bulkmarc::RowMaker maker(table, {});
    bulkmarc::Workspace workspace;
    bulkmarc::RowBatch rows;
    bulkmarc::BatchResult outcome;
    for (auto _ : state) {
      maker.make(sample().batch, 0, workspace, {}, rows, outcome);
      benchmark::ClobberMemory();
    }
    if (outcome.exported != sample().records.size()) throw std::logic_error("not every record has rows");
    count_records(state, sample());
  });
}

}  // namespace

void register_rows() {
  register_table("rows/subfields", bulkmarc::Table::subfields());
  register_table("rows/records", bulkmarc::Table::records());
}
