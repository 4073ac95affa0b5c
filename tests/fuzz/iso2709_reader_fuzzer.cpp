#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "formats/iso2709/reader.hpp"
#include "formats/iso2709/syntax.hpp"
#include "fuzz/fuzzing.hpp"
#include "support/exports.hpp"

// Arbitrary bytes, split into records: no byte is lost, every record is sound, and it does not matter in which portions
// the bytes come. The first byte chooses the size of the portions.

namespace {

using namespace bulkmarc;

/// A record, or the bytes before one that belong to none, as text.
using Items = std::vector<std::string>;

void require_sound(const BatchRecord& record) {
  const std::string_view bytes = record.view.bytes();
  for (const DirectoryEntry& entry : record.view.directory()) {
    require(entry.offset + std::size_t{entry.length} < bytes.size(), "a field leads out of its record");
    require(bytes[entry.offset + entry.length] == kFieldTerminator, "a field has no terminator");
  }
}

void require_rebuildable(const RecordView& view) {
  const std::string written = iso2709(view);
  if (written.size() > kLongestRecord) return;
  for (const FieldView field : view.fields()) {
    if (field.bytes().size() >= kLongestField || field.bytes().find('\x1D') != std::string_view::npos) return;
  }
  Array<DirectoryEntry> directory;
  require(decode_well_formed(written, directory), "what was read can't be written");
}

/// Appends what the batch holds, and returns how many bytes that is.
std::size_t take(Batch& batch, std::uint64_t offset, Items& items) {
  batch.seal(offset);
  std::size_t length = batch.skipped().bytes;
  for (std::size_t i = 0; i < batch.items().size(); ++i) {
    const BatchRecord& record = batch.items()[i];
    std::string item = std::to_string(record.offset) + " " + std::string(record.raw);
    if (record.rejected || record.repaired) {
      for (const Problem& problem : batch.problems(i)) item += problem.detail;
    }
    if (!record.rejected) {
      require_sound(record);
      require_rebuildable(record.view);
    }
    length += record.raw.size();
    items.push_back(std::move(item));
  }
  return length;
}

/// Splits `input` into batches of the records that begin in `batch_bytes`, of which `portion` bytes come at a time.
Items split(std::string_view input, std::size_t batch_bytes, std::size_t portion) {
  Items items;
  Batch batch;
  for (std::size_t position = 0; position < input.size();) {
    batch.clear();
    batch.bytes.clear();
    const std::string_view rest = input.substr(position);
    const auto read_more = [rest, portion](Batch& more) {
      const std::string_view next = rest.substr(more.bytes.size()).substr(0, portion);
      more.bytes.append(next);
      return !next.empty();
    };
    read_more(batch);
    const std::size_t end = split_records(batch, 0, batch_bytes, read_more);
    require(end != 0 && end <= rest.size(), "the reader does not get on");
    require(take(batch, position, items) == end, "bytes were lost");
    position += end;
  }
  return items;
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  if (size == 0) return 0;
  const std::string_view input = bytes_of(data + 1, size - 1);
  const std::size_t portion = std::size_t{1} + data[0] % 64;
  const Items whole = split(input, input.size(), input.size());
  require(split(input, 1, 16 * portion) == whole, "batches decide what a record is");
  require(split(input, 8 * portion, portion) == whole, "portions decide what a record is");
  return 0;
}
