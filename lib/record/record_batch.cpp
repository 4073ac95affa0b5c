#include "record/record_batch.hpp"

#include <memory>

#include "record/internals.hpp"
#include "record/leader.hpp"

namespace bulkmarc {

RecordBatch::RecordBatch() : impl_(std::make_unique<Impl>()) {}
RecordBatch::~RecordBatch() = default;
RecordBatch::RecordBatch(RecordBatch&& other) noexcept = default;
RecordBatch& RecordBatch::operator=(RecordBatch&& other) noexcept = default;

std::size_t RecordBatch::size() const { return impl_ ? impl_->records.size() : 0; }

RecordView RecordBatch::operator[](std::size_t index) const {
  const Impl::Entry& entry = impl_->records.data()[index];
  return {impl_->bytes.view().substr(entry.begin, entry.length),
          impl_->directory.elements().subspan(entry.first_field, entry.fields)};
}

std::uint64_t RecordBatch::number(std::size_t index) const { return impl_->records.data()[index].number; }

std::uint64_t RecordBatch::offset(std::size_t index) const { return impl_->records.data()[index].offset; }

std::size_t RecordBatch::input(std::size_t /*index*/) const { return impl_->input; }

void RecordBatch::Impl::begin(std::size_t its_input, bool records_are_utf8) {
  input = its_input;
  is_utf8 = records_are_utf8;
  bytes.clear();
  directory.clear();
  records.clear();
}

void RecordBatch::Impl::add(const RecordView& record, std::uint64_t number, std::uint64_t offset) {
  const std::size_t begin = bytes.size();
  records.push_back({number, offset, begin, record.bytes().size(), directory.size(), record.directory().size()});
  bytes.append(record.bytes());
  directory.append(record.directory());
  if (is_utf8) bytes.data()[begin + kCodingScheme] = kUtf8Scheme;
}

std::size_t RecordBatch::Impl::size_with(const RecordView& record) const {
  return bytes.size() + record.bytes().size() + directory.elements().size_bytes() + record.directory().size_bytes() +
         (records.size() + 1) * sizeof(Entry);
}

std::size_t bytes_kept(const RecordBatch& batch) {
  const RecordBatch::Impl* records = Internals::of(batch);
  if (records == nullptr) return 0;
  return records->bytes.capacity() + records->directory.capacity() * sizeof(DirectoryEntry) +
         records->records.capacity() * sizeof(RecordBatch::Impl::Entry);
}

}  // namespace bulkmarc
