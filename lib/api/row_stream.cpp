#include <bulkmarc/rows.hpp>

#include <memory>
#include <utility>

#include <bulkmarc/error.hpp>

#include "api/batch_stream.hpp"
#include "pipeline/row_maker.hpp"
#include "tables/row_batch.hpp"

namespace bulkmarc {

struct [[gnu::visibility("hidden")]] RowStream::Impl {
  Impl(Source source, Table its_table, RunOptions options, const RowOptions& row_options)
      : table(std::move(its_table)),
        rows(std::move(source), std::move(options), Format::kNdjson, "rows", [&](const Run& run) {
          return std::make_unique<const RowMaker>(run.table(table), run.policy(true), row_options);
        }) {}

  Table table;
  BatchStream<RowBatch> rows;
};

RowStream::RowStream(Source source, Table table, RunOptions options, const RowOptions& row_options)
    : impl_(std::make_unique<Impl>(std::move(source), std::move(table), std::move(options), row_options)) {}
RowStream::~RowStream() = default;
RowStream::RowStream(RowStream&& other) noexcept = default;
RowStream& RowStream::operator=(RowStream&& other) noexcept = default;

bool RowStream::next(RowBatch& batch) { return impl().rows.next(batch); }

const Report& RowStream::report() const { return impl().rows.report(); }

const Table& RowStream::table() const { return impl().table; }

RowStream::Impl& RowStream::impl() const {
  if (!impl_) throw Error(ErrorCode::kInvalidOptions, {}, "the stream was moved from");
  return *impl_;
}

}  // namespace bulkmarc
