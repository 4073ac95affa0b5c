#include "writer.hpp"

#include <span>
#include <utility>

#include "take_over.hpp"
#include "text.hpp"

Writer::Writer(Options options, const TargetArguments& target)
    : export_(options, target), input_options_(options.input_options()), queue_(export_.run()) {
  options.expect_none_left();
}

void Writer::write(nb::handle record) {
  const bool is_bytes = PyBytes_Check(record.ptr()) != 0;
  if (kind_ == Kind::kUnknown) start(is_bytes ? Kind::kBytes : Kind::kObjects);
  if (is_bytes != (kind_ == Kind::kBytes)) {
    throw nb::type_error("records are all bytes of ISO 2709, or all objects: both were given");
  }
  if (is_bytes) {
    batch_.add_bytes(bytes_of(record));
  } else {
    TakenRecords one = std::move(one_);
    one.clear();
    take_over(record, one);
    batch_.add(one[0]);
    one_ = std::move(one);
  }
  if (batch_.is_full()) put();
}

void Writer::write_all(nb::handle records) {
  for (const nb::handle record : records) {
    write(record);
    if (has_ended_) return;
  }
}

nb::tuple Writer::close() {
  if (kind_ == Kind::kUnknown) start(Kind::kObjects);
  put();
  queue_.close();
  return export_.finish();
}

void Writer::discard() { export_.run().cancel(); }

void Writer::start(Kind kind) {
  kind_ = kind;
  if (kind == Kind::kBytes) {
    if (!input_options_.format) input_options_.format = bulkmarc::Format::kIso2709;
    export_.start(
        bulkmarc::Source::function([this](std::span<char> bytes) { return queue_.read(bytes); }, input_options_));
  } else {
    export_.start(bulkmarc::Source::pulled([this](bulkmarc::Record& record) { return queue_.next(record); }));
  }
}

void Writer::put() {
  Run& run = export_.run();
  has_ended_ = !run.wait_until([this] { return queue_.has_room(); });
  if (!has_ended_ && run.has_ended()) {
    run.wait_for_end();
    has_ended_ = true;
  }
  if (!has_ended_ && !batch_.empty()) queue_.put(batch_);
  batch_.clear();
}
