#include "input/chained_reader.hpp"

#include <algorithm>
#include <cstdint>

#include <bulkmarc/error.hpp>

#include "input/stream_reader.hpp"

namespace bulkmarc {

std::vector<std::string> SequenceReader::inputs() const {
  std::vector<std::string> names;
  for (const auto& reader : readers_) names.push_back(reader->inputs().front());
  return names;
}

std::uint64_t SequenceReader::total() const {
  std::uint64_t total = 0;
  for (const auto& reader : readers_) {
    if (!reader->rereadable()) return 0;
    total += reader->total();
  }
  return total;
}

bool SequenceReader::rereadable() const {
  return std::ranges::all_of(readers_, [](const auto& reader) { return reader->rereadable(); });
}

void SequenceReader::run_on(TaskRunner* runner) {
  for (const auto& reader : readers_) reader->run_on(runner);
}

bool SequenceReader::next(Batch& batch) {
  for (; current_ < readers_.size(); ++current_) {
    batch.input = current_;
    if (readers_[current_]->next(batch)) return true;
  }
  return false;
}

void LazyReader::run_on(TaskRunner* runner) {
  runner_ = runner;
  if (reader_) reader_->run_on(runner);
}

bool LazyReader::next(Batch& batch) {
  if (ended_) return false;
  if (reader_ == nullptr && !open(batch)) return true;
  const bool dealt = reader_->next(batch);
  const std::scoped_lock lock(mutex_);
  unloaded_ += dealt ? 1 : 0;
  ended_ = !dealt;
  if (ended_ && unloaded_ == 0) reader_.reset();
  return dealt;
}

bool LazyReader::open(Batch& batch) try {
  reader_ = open_();
  reader_->run_on(runner_);
  return true;
} catch (const Error& error) {
  if (when_unreadable_ == WhenUnreadable::kThrow || error.code() == ErrorCode::kCancelled) throw;
  batch.clear();
  batch.bytes.clear();
  batch.range = {0, 0, true};
  batch.start = batch.stop = 0;
  batch.add_rejected(0, 0, {Reason::kInputUnreadable, message_without_path(error)});
  batch.seal(0);
  ended_ = true;
  return false;
}

void LazyReader::load(Batch& batch) {
  if (reader_ == nullptr) return;  // It could not be opened.
  reader_->load(batch);
  const std::scoped_lock lock(mutex_);
  --unloaded_;
  if (ended_ && unloaded_ == 0) reader_.reset();
}

}  // namespace bulkmarc
