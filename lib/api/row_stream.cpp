#include <bulkmarc/rows.hpp>

#include <exception>
#include <memory>
#include <optional>
#include <stop_token>
#include <system_error>
#include <thread>
#include <utility>

#include <bulkmarc/error.hpp>

#include "api/run.hpp"
#include "api/target_impl.hpp"
#include "pipeline/engine.hpp"
#include "pipeline/row_maker.hpp"
#include "tables/row_queue.hpp"

namespace bulkmarc {
struct [[gnu::visibility("hidden")]] RowStream::Impl {
  Impl(Source source, Table its_table, RunOptions options, const RowOptions& row_options)
      : table(std::move(its_table)),
        stop_of_caller(options.stop, [this] { stop.request_stop(); }),
        run(with_own_stop(std::move(options))) {
    run.report().format = Format::kNdjson;
    run.report().backend = UsedBackend::kNone;
    run.report().backend_reason = "rows are handed over";
    run.report().output = "rows";
    run.attempt([&] {
      run.open(std::move(source), Target::Impl{Target::Impl::None{}});
      maker.emplace(table, run.policy(true), row_options);
      queue.emplace(2 * static_cast<std::size_t>(run.report().threads) + 2);
      start();
    });
  }
  ~Impl() { stop.request_stop(); }
  Impl(const Impl&) = delete;
  Impl& operator=(const Impl&) = delete;

  RunOptions with_own_stop(RunOptions options) const {
    options.stop = stop.get_token();
    return options;
  }

  void start() try {
    producer = std::jthread([this] { produce(); });
  } catch (const std::system_error& error) {
    throw Error(ErrorCode::kThreadStart, {}, "can't start a thread", error.code().value());
  }

  void produce() noexcept {
    std::exception_ptr error;
    try {
      run.attempt([this] { make_rows(); });
      run.finish();
    } catch (...) {
      error = std::current_exception();
    }
    queue->close(std::move(error));
  }

  void make_rows() {
    const Judge judge = [this](const Batch& batch, std::size_t from, Workspace& workspace, Room room,
                               BatchResult& result) {
      RowBatch rows;
      return maker->make(batch, from, workspace, room, rows, result);
    };
    NoOutput nothing;
    run.execute(
        judge, [this](const Pass& pass) { export_rows(pass, *maker, [this](RowBatch& rows) { hand_over(rows); }); },
        nothing);
  }

  void hand_over(RowBatch & batch) {
    if (!queue->push(batch, stop.get_token())) throw Error(ErrorCode::kCancelled, {}, "the export was cancelled");
  }

  Table table;
  std::stop_source stop;
  std::stop_callback<std::function<void()>> stop_of_caller;
  Run run;
  std::optional<const RowMaker> maker;
  std::optional<RowQueue> queue;
  std::jthread producer;  // The last one: it uses all others until it has ended.
};

RowStream::RowStream(Source source, Table table, RunOptions options, const RowOptions& row_options)
    : impl_(std::make_unique<Impl>(std::move(source), std::move(table), std::move(options), row_options)) {}
RowStream::~RowStream() = default;
RowStream::RowStream(RowStream&& other) noexcept = default;
RowStream& RowStream::operator=(RowStream&& other) noexcept = default;

bool RowStream::next(RowBatch& batch) { return impl().queue->pop(batch); }

const Report& RowStream::report() const { return impl().run.report(); }

const Table& RowStream::table() const { return impl().table; }

RowStream::Impl& RowStream::impl() const {
  if (!impl_) throw Error(ErrorCode::kInvalidOptions, {}, "the stream was moved from");
  return *impl_;
}

}  // namespace bulkmarc
