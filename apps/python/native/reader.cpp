#include "reader.hpp"

#include <utility>

#include "held_record.hpp"
#include "told.hpp"

namespace {

/// The stream has some ahead, too.
constexpr std::size_t kMostWaiting = 2;

}  // namespace

/// What the records of a batch share.
struct Reader::Batch {
  bulkmarc::RecordBatch records;
  std::shared_ptr<const std::vector<std::string>> inputs;
};

Reader::Reader(Options options, nb::list inputs)
    : inputs_(std::move(inputs)),
      run_options_(options.run_options()),
      record_options_(options.record_options()),
      run_(options.object("stop"), options.object("progress")) {
  run_.watch(run_options_);
  source_ = inputs_.source(options.input_options(), run_.calls());
  options.expect_none_left();
  run_.start([this] { read(); });
}

void Reader::read() {
  bulkmarc::RecordStream stream(std::move(*source_), run_options_, record_options_);
  std::shared_ptr<const std::vector<std::string>> inputs;
  while (true) {
    auto batch = std::make_shared<Batch>();
    if (!stream.next(batch->records)) break;
    if (!inputs) inputs = std::make_shared<const std::vector<std::string>>(stream.inputs());
    batch->inputs = inputs;
    if (!put(std::move(batch))) return;
  }
  report_ = stream.report();
}

bool Reader::put(std::shared_ptr<Batch> batch) {
  {
    std::unique_lock lock(mutex_);
    // Waiting without end would need a newer libstdc++ than some systems have that run the wheel.
    while (batches_.size() >= kMostWaiting && !run_.token().stop_requested())
      changed_.wait_for(lock, Run::kStopInterval);
    if (run_.token().stop_requested()) return false;
    batches_.push_back(std::move(batch));
  }
  run_.wake();
  return true;
}

bool Reader::has_batch() {
  const std::lock_guard lock(mutex_);
  return !batches_.empty();
}

std::shared_ptr<Reader::Batch> Reader::take() {
  const std::lock_guard lock(mutex_);
  if (batches_.empty()) return nullptr;
  auto batch = std::move(batches_.front());
  batches_.pop_front();
  changed_.notify_one();
  return batch;
}

nb::list Reader::next() {
  std::shared_ptr<Batch> batch;
  while (!batch) {  // Another thread of Python may have been faster.
    if (closed_ || !run_.wait_until([this] { return has_batch(); })) {
      closed_ = true;
      throw nb::stop_iteration();
    }
    batch = take();
  }
  nb::list records;
  for (std::size_t i = 0; i < batch->records.size(); ++i) {
    records.append(HeldRecord(batch, batch->records[i], batch->records.number(i), batch->records.offset(i),
                              (*batch->inputs)[batch->records.input(i)]));
  }
  return records;
}

std::optional<nb::tuple> Reader::report() const {
  if (!closed_ || !report_) return std::nullopt;
  return Told(*report_).as_tuple();
}

void Reader::close() {
  closed_ = true;
  run_.cancel();
}
