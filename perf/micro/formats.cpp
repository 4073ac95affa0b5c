#include <cstdint>
#include <memory>
#include <optional>
#include <span>
#include <stdexcept>
#include <string>

#include <benchmark/benchmark.h>

#include <bulkmarc/format.hpp>
#include <bulkmarc/table.hpp>

#include "perf/micro/benchmarks.hpp"
#include "perf/micro/sample.hpp"
#include "pipeline/formatter.hpp"

namespace {

using bulkmarc::Format;

/// One format and the batch that it works on. Making one verifies that measuring, writing and appending agree.
class Job {
 public:
  Job(Format format, const Sample& sample)
      : formatter_(bulkmarc::make_formatter(format, {}, table_of(format))), sample_(sample) {
    append();
    slice_.resize(measure());
    if (outcome_.exported != sample.records.size()) throw std::logic_error("not every record was exported");
    if (!write() || slice_ != output_.view()) throw std::logic_error("measure, write and append do not agree");
  }

  std::uint64_t measure() { return formatter_->measure(sample_.batch, workspace_, outcome_); }
  bool write() { return formatter_->write(sample_.batch, workspace_, {slice_.data(), slice_.size()}, false); }
  std::size_t append() {
    output_.clear();
    formatter_->append(sample_.batch, workspace_, output_, outcome_);
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
  bulkmarc::BatchResult outcome_;
  bulkmarc::Buffer output_;
  std::string slice_;
};

template <class Work>
void register_one(const std::string& name, Format format, const Sample& (*records)(), Work work) {
  benchmark::RegisterBenchmark(name.c_str(), [=](benchmark::State& state) {
    Job job(format, records());
    for (auto _ : state) {
      benchmark::DoNotOptimize(work(job));
      benchmark::ClobberMemory();
    }
    count_records(state, records());
  });
}

}  // namespace

void register_formats() {
  for (const Format format : bulkmarc::all_formats()) {
    const std::string name(bulkmarc::format_name(format));
    register_one("measure/" + name, format, sample, [](Job& job) { return job.measure(); });
    register_one("write/" + name, format, sample, [](Job& job) { return job.write(); });
    register_one("append/" + name, format, sample, [](Job& job) { return job.append(); });
    if (format == Format::kIso2709) continue;
    register_one("escape/" + name, format, sample_to_escape, [](Job& job) { return job.append(); });
  }
}
