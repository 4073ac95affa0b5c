#include "input/sequence_reader.hpp"

#include <algorithm>
#include <cstdint>

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

bool SequenceReader::next(Batch& batch) {
  for (; current_ < readers_.size(); ++current_) {
    batch.input = current_;
    if (readers_[current_]->next(batch)) return true;
  }
  return false;
}

}  // namespace bulkmarc
