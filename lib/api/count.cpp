#include <bulkmarc/count.hpp>

#include <algorithm>
#include <cstdint>
#include <functional>
#include <memory>
#include <string>
#include <string_view>
#include <tuple>
#include <utility>
#include <vector>

#include <fmt/format.h>

#include <bulkmarc/error.hpp>

#include "api/run.hpp"
#include "api/validation.hpp"
#include "pipeline/value_maker.hpp"
#include "select/parser.hpp"
#include "text/hash_table.hpp"

namespace bulkmarc {
namespace {

RecordColumn compile(const std::string& spec) try {
  RecordColumn column;
  column.type = ColumnType::kTexts;
  column.specs = {parse_column_spec(spec)};
  return column;
} catch (const SpecError& error) {
  refuse(fmt::format("spec '{}': {}", spec, error.what()));
}

/// The values of one spec.
class ValueCounter {
 public:
  ValueCounter(const std::string& spec, std::size_t distinct_limit) : distinct_limit_(distinct_limit) {
    counts_.spec = spec;
  }

  void add(const ValueBatch& batch, const FoundValue& found) {
    ++counts_.occurrences;
    if (std::exchange(last_record_, found.record) != found.record) ++counts_.records;
    Entry* known = entries_.find(found.key);
    if (known == nullptr) {
      if (counts_.values.size() >= distinct_limit_) {
        ++counts_.beyond;
        return;
      }
      known = entries_.add({found.key, static_cast<std::uint32_t>(counts_.values.size())}).first;
      counts_.values.push_back({std::string(batch.text_of(found))});
      last_records_.push_back(0);
    }
    ValueCounts::Value& value = counts_.values[known->index];
    ++value.occurrences;
    if (std::exchange(last_records_[known->index], found.record) != found.record) ++value.records;
  }

  /// The `top` most frequent values.
  ValueCounts take(std::size_t top) {
    counts_.distinct = counts_.values.size();
    std::ranges::sort(counts_.values, [](const auto& one, const auto& other) {
      return std::tuple(other.occurrences, std::string_view(one.value)) <
             std::tuple(one.occurrences, std::string_view(other.value));
    });
    if (top != 0 && counts_.values.size() > top) counts_.values.resize(top);
    return std::move(counts_);
  }

 private:
  struct Entry {
    Hash key;
    std::uint32_t index = 0;
  };

  const std::size_t distinct_limit_;
  ValueCounts counts_;
  HashTable<Entry> entries_;
  std::vector<std::uint64_t> last_records_;  // That has each value, by its number.
  std::uint64_t last_record_ = 0;
};

void validate_count(const CountOptions& options) {
  constexpr std::size_t kMostValues = std::size_t{1} << 31;
  if (options.specs.empty()) refuse("expected a spec of the values that are to be counted");
  if (options.distinct_limit == 0 || options.distinct_limit > kMostValues)
    refuse(fmt::format("the limit of distinct values must be from 1 to {}", kMostValues));
}

}  // namespace

ValueReport count_values(Source source, const CountOptions& options) {
  Run run(options.run);
  run.report().backend_reason = "values are counted";
  run.report().output = "counts";
  ValueReport result;
  run.attempt([&] {
    std::vector<RecordColumn> columns;
    std::vector<std::unique_ptr<ValueCounter>> counters;
    run.open(std::move(source), Target::Impl{Target::Impl::None{}}, [&] {
      validate_count(options);
      for (const std::string& spec : options.specs) {
        columns.push_back(compile(spec));
        counters.push_back(std::make_unique<ValueCounter>(spec, options.distinct_limit));
      }
    });
    const ValueMaker maker(run.policy(true), std::move(columns));
    const Judge judge = [&](const Batch& batch, std::size_t from, Workspace& workspace, Room room,
                            BatchResult& batch_result) {
      ValueBatch values;
      return maker.make(batch, from, workspace, room, values, batch_result);
    };
    const std::function<void(ValueBatch&)> take = [&](ValueBatch& batch) {
      for (const FoundValue& value : batch.values.elements()) counters[value.spec]->add(batch, value);
    };
    NoOutput nothing;
    run.execute(
        judge, [&](const Pass& pass) { export_batches(pass, maker, take); }, nothing);
    for (const auto& counter : counters) result.counts.push_back(counter->take(options.top));
  });
  run.finish();
  result.report = std::move(run.report());
  return result;
}

}  // namespace bulkmarc
