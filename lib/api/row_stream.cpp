#include <bulkmarc/rows.hpp>

#include <exception>
#include <memory>
#include <stop_token>
#include <system_error>
#include <thread>
#include <utility>

#include <bulkmarc/error.hpp>

#include "api/job.hpp"
#include "api/run_report.hpp"
#include "api/target_impl.hpp"
#include "api/validation.hpp"
#include "pipeline/engine.hpp"
#include "pipeline/row_maker.hpp"
#include "tables/row_queue.hpp"

namespace bulkmarc {
namespace {

/// What has no meaning here has the values that suit rows.
ExportOptions without_output(ExportOptions options) {
  const ExportOptions usual;
  options.format = Format::kNdjson;
  options.compression = usual.compression;
  options.compression_level = usual.compression_level;
  options.backend = usual.backend;
  return options;
}

}  // namespace

struct [[gnu::visibility("hidden")]] RowStream::Impl {
  Impl(Source source, Table its_table, ExportOptions its_options, std::shared_ptr<RunReport> its_account,
       const RowOptions& row_options)
      : table(std::move(its_table)),
        stop_of_caller(its_options.stop, [this] { stop.request_stop(); }),
        options(with_own_stop(without_output(std::move(its_options)))),
        account(std::move(its_account)),
        job(std::move(source), options, *account),
        maker(table, job.policy(), row_options),
        queue(2 * static_cast<std::size_t>(job.report().threads) + 2) {
    validate_report(options, job.source());
    account->permit_file();
    if (options.rejects) refuse_input_as_target(job.source(), *options.rejects);
    account->begin_file(true);
    job.report().backend = Backend::kNone;
    job.report().backend_reason = "rows are handed over";
    job.report().output = "rows";
    job.begin_rejects();
    start();
  }
  ~Impl() { stop.request_stop(); }
  Impl(const Impl&) = delete;
  Impl& operator=(const Impl&) = delete;

  ExportOptions with_own_stop(ExportOptions its_options) const {
    its_options.stop = stop.get_token();
    return its_options;
  }

  void start() try {
    producer = std::jthread([this] { produce(); });
  } catch (const std::system_error& error) {
    throw Error(ErrorCode::kThreadStart, {}, "can't start a thread", error.code().value());
  }

  void produce() noexcept {
    std::exception_ptr error;
    try {
      run();
      account->tell();
    } catch (...) {
      error = std::current_exception();
      account->fail(error);
    }
    queue.close(std::move(error));
  }

  void run() {
    job.draw_sample([&](const Batch& batch, std::size_t from, Workspace& workspace, Room room, BatchResult& outcome) {
      RowBatch rows;
      return maker.make(batch, from, workspace, room, rows, outcome);
    });
    const Run run = job.run();
    job.on_threads([&] { export_rows(run, maker, [this](RowBatch& batch) { hand_over(batch); }); });
    NoOutput nothing;
    job.commit(nothing);
  }

  void hand_over(RowBatch & batch) {
    if (!queue.push(batch, options.stop)) throw Error(ErrorCode::kCancelled, {}, "the export was cancelled");
  }

  Table table;
  std::stop_source stop;
  std::stop_callback<std::function<void()>> stop_of_caller;
  ExportOptions options;
  std::shared_ptr<RunReport> account;
  Job job;
  const RowMaker maker;
  RowQueue queue;
  std::jthread producer;  // The last one: it uses all others until it has ended.
};

RowStream::RowStream(Source source, Table table, ExportOptions options, const RowOptions& row_options) {
  const auto account = std::make_shared<RunReport>(options);
  try {
    if (validate_report(options, Target::Impl{Target::Impl::None{}}, source.impl())) account->permit_file();
    impl_ = std::make_unique<Impl>(std::move(source), std::move(table), std::move(options), account, row_options);
  } catch (...) {
    account->fail(std::current_exception());
    throw;
  }
}
RowStream::~RowStream() = default;
RowStream::RowStream(RowStream&& other) noexcept = default;
RowStream& RowStream::operator=(RowStream&& other) noexcept = default;

bool RowStream::next(RowBatch& batch) { return impl().queue.pop(batch); }

const Report& RowStream::report() const { return impl().job.report(); }

const Table& RowStream::table() const { return impl().table; }

RowStream::Impl& RowStream::impl() const {
  if (!impl_) throw Error(ErrorCode::kInvalidOptions, {}, "the stream was moved from");
  return *impl_;
}

}  // namespace bulkmarc
