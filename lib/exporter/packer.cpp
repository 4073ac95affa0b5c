#include "exporter/packer.hpp"

namespace bulkmarc {

Packer::Blocks* Packer::take_complete() {
  Blocks* blocks = lists_.take();
  *blocks = cutter_.take_complete();
  return blocks;
}

tbb::filter<Packer::Blocks*, void> Packer::stages() {
  const auto compress_all = [this](Blocks* blocks) {
    compress(*blocks);
    return blocks;
  };
  const auto append_all = [this](Blocks* blocks) { append(blocks); };
  return tbb::make_filter<Blocks*, Blocks*>(tbb::filter_mode::parallel, compress_all) &
         tbb::make_filter<Blocks*, void>(tbb::filter_mode::serial_in_order, append_all);
}

void Packer::finish() {
  Blocks* blocks = take_complete();
  compress(*blocks);
  append(blocks);
}

void Packer::compress(const Blocks& blocks) {
  for (Block* block : blocks) compressors_.local()->compress(block->bytes.view(), block->packed);
}

void Packer::append(Blocks* blocks) {
  for (Block* block : *blocks) {
    output_.append(block->packed.view());
    size_ += block->packed.size();
    if (block->ended) output_.end_file(*block->ended);
    pool_.give_back(block);
  }
  lists_.give_back(blocks);
}

}  // namespace bulkmarc
