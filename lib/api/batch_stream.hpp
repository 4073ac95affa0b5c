#pragma once

#include <exception>
#include <functional>
#include <memory>
#include <optional>
#include <stop_token>
#include <string>
#include <system_error>
#include <thread>
#include <utility>

#include <bulkmarc/error.hpp>
#include <bulkmarc/run_options.hpp>
#include <bulkmarc/source.hpp>

#include "api/run.hpp"
#include "api/target_impl.hpp"
#include "pipeline/batch_maker.hpp"
#include "pipeline/engine.hpp"
#include "platform/stop.hpp"
#include "tasks/batch_queue.hpp"

namespace bulkmarc {

/// A run on a thread of its own that has no output: it makes batches, which wait in a queue for whoever takes them.
/// When it is destroyed it cancels what is left of the run, and waits for that.
template <ReusedBatch Made>
class BatchStream {
 public:
  using Maker = BatchMaker<Made>;

  /// `format` and `name` are what the report says of the batches. `make_maker` is called when the source is open.
  /// Throws Error where the options or the inputs can't be used, and what `make_maker` throws.
  BatchStream(Source source, RunOptions options, Format format, const std::string& name,
              const std::function<std::unique_ptr<const Maker>(const Run&)>& make_maker)
      : stop_of_caller_(options.stop, [this] { stop_.request_stop(); }), run_(with_own_stop(std::move(options))) {
    Report& report = run_.report();
    report.format = format;
    report.backend = UsedBackend::kNone;
    report.backend_reason = name + " are handed over";
    report.output = name;
    run_.attempt([&] {
      run_.open(std::move(source), Target::Impl{Target::Impl::None{}});
      maker_ = make_maker(run_);
      queue_.emplace(2 * static_cast<std::size_t>(report.threads) + 2);
      start();
    });
  }
  ~BatchStream() { stop_.request_stop(); }
  BatchStream(const BatchStream&) = delete;
  BatchStream& operator=(const BatchStream&) = delete;

  /// As BatchQueue::pop(); throws what ended the run early.
  bool next(Made& batch) { return queue_->pop(batch); }
  [[nodiscard]] const Report& report() { return run_.report(); }

 private:
  RunOptions with_own_stop(RunOptions options) const {
    options.stop = stop_.get_token();
    return options;
  }

  void start() try {
    producer_ = std::jthread([this] { produce(); });
  } catch (const std::system_error& error) {
    throw Error(ErrorCode::kThreadStart, {}, "can't start a thread", error.code().value());
  }

  void produce() noexcept {
    std::exception_ptr error;
    try {
      run_.attempt([this] { make_batches(); });
      run_.finish();
    } catch (...) {
      error = std::current_exception();
    }
    queue_->close(std::move(error));
  }

  void make_batches() {
    const Judge judge = [this](const Batch& batch, std::size_t from, Workspace& workspace, Room room,
                               BatchResult& result) {
      Made made;
      return maker_->make(batch, from, workspace, room, made, result);
    };
    const std::function<void(Made&)> take = [this](Made& batch) { hand_over(batch); };
    NoOutput nothing;
    run_.execute(
        judge, [&](const Pass& pass) { export_batches(pass, *maker_, take); }, nothing);
  }

  void hand_over(Made& batch) {
    if (!queue_->push(batch, stop_.get_token())) throw_if_stopped(stop_.get_token());
  }

  std::stop_source stop_;
  std::stop_callback<std::function<void()>> stop_of_caller_;
  Run run_;
  std::unique_ptr<const Maker> maker_;
  std::optional<BatchQueue<Made>> queue_;
  std::jthread producer_;  // The last one: it uses all others until it has ended.
};

}  // namespace bulkmarc
