#pragma once

#include <concepts>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <optional>
#include <span>
#include <string_view>
#include <utility>
#include <vector>

#include <bulkmarc/record_view.hpp>

#include "formats/sink.hpp"
#include "record/batch.hpp"
#include "record/field_location.hpp"
#include "tables/row_memory.hpp"
#include "text/buffer.hpp"
#include "text/specials.hpp"

namespace bulkmarc {

/// The most bytes that the rows of one record may have.
inline constexpr std::size_t kMostRowBytes = std::size_t{1} << 27;

/// Memory that writing takes; used again for the next record.
struct WriterMemory {
  Specials specials;
  RowMemory rows;
  Buffer spare;                  ///< For a record that must be copied to its place.
  std::vector<Problem> repairs;  ///< What was repaired in the current record, and what a format adds to that.
  RecordOrigin origin;           ///< The current record's.

  /// Marks the special bytes of a record's fields.
  const Specials& mark_fields(const RecordView& view, const BatchRecord& record, SpecialBytes special) {
    const bool has_directory = view.bytes().data() == record.raw.data();
    const std::size_t directory = has_directory ? kDirectoryEntryLength * view.directory().size() + 1 : 0;
    specials.mark(view.bytes(), kLeaderLength + directory, special);
    return specials;
  }
};

/// A record as it is to be written: repaired, with the fields that are wanted, in UTF-8 where the format is.
struct AdmittedRecord {
  RecordView view;
  const BatchRecord* record = nullptr;  ///< Where it comes from. Only if `well_formed` has `raw` the same fields.
};

/// Decides for the records of a batch, one after the other, whether a format writes them. So formats know nothing of
/// selections, policies and accounts.
class RecordGate {
 public:
  virtual ~RecordGate() = default;
  RecordGate() = default;
  RecordGate(const RecordGate&) = delete;
  RecordGate& operator=(const RecordGate&) = delete;

  /// What is to be written of the batch's items()[index], borrowed until the next call, or null where nothing is. Sets
  /// `origin` and `repairs` of `memory`.
  virtual const AdmittedRecord* admit(std::size_t index, WriterMemory& memory) = 0;
  /// Takes the answer of the format for the admitted record: why it can't be expressed, if so. Returns whether what was
  /// emitted is to be kept.
  virtual bool settle(const std::optional<Problem>& problem, const WriterMemory& memory) = 0;
  /// Says where in the output the record ends that was kept.
  virtual void note_end(std::size_t end) = 0;
  /// Takes back that the record was admitted: there is no room for it yet.
  virtual void postpone() = 0;
};

/// The writer of one format, or of one kind of row, can emit a record into such a sink. It adds what it had to change
/// to `memory.repairs`, and returns why the record can't be expressed, if so; what it emitted is then dropped.
template <class Writer, class Sink>
concept EmitsInto = requires(const Writer& writer, const RecordView& view, const BatchRecord& record,
                             WriterMemory& memory, Sink& sink) {
  { Writer::kSeparator } -> std::convertible_to<std::string_view>;  // Between two records.
  { Writer::kUtf8 } -> std::convertible_to<bool>;                   // Records are to be in UTF-8.
  { writer.emit(view, record, memory, sink) } -> std::same_as<std::optional<Problem>>;
};

/// The writer of a format of files. `most_bytes()` is what no record becomes longer than; it is cheap to tell, and what
/// is too much costs nothing. A writer may also have a `kMostRowBytes`: what may become longer is a reject.
template <class Writer>
concept RecordWriter = EmitsInto<Writer, CountingSink> && EmitsInto<Writer, WritingSink> &&
    requires(const Writer& writer, const RecordView& view, const BatchRecord& record) {
  { writer.most_bytes(view, record) } -> std::same_as<std::size_t>;
  { writer.prologue() } -> std::convertible_to<std::string_view>;
  { writer.epilogue() } -> std::convertible_to<std::string_view>;
};

inline Problem rows_too_long() { return {Reason::kRowsTooLong, "its rows have more than 134,217,728 bytes"}; }

/// How many bytes a record may take. Of a very long one it is worth the time to find out.
template <class Writer>
std::size_t room_for(const Writer& writer, const RecordView& view, const BatchRecord& record, WriterMemory& memory) {
  constexpr std::size_t kMuch = std::size_t{4} << 20;
  const std::size_t most = writer.most_bytes(view, record);
  if (most <= kMuch) return most;
  const std::size_t repaired = memory.repairs.size();
  CountingSink sink;
  writer.emit(view, record, memory, sink);
  memory.repairs.resize(repaired);
  return sink.size();
}

/// Writes the records of a batch into one destination (sink.hpp).
template <class Writer, class Destination>
class BatchWriting {
 public:
  BatchWriting(const Writer& writer, WriterMemory& memory, Destination& destination, RecordGate& gate)
      : writer_(writer), memory_(memory), destination_(destination), gate_(gate) {}

  /// Writes the records from items()[from] on, without a separator before the first of them when `first`, until there
  /// is no more room. Returns the index after the last one that was settled.
  std::size_t run(const Batch& batch, std::size_t from, bool first) {
    first_ = first;
    const std::size_t count = batch.items().size();
    for (std::size_t i = from; i < count; ++i) {
      const AdmittedRecord* admitted = gate_.admit(i, memory_);
      if (admitted == nullptr) [[unlikely]]
        continue;
      if (!write(admitted->view, *admitted->record)) [[unlikely]] {
        gate_.postpone();
        return i;
      }
    }
    return count;
  }

 private:
  /// Returns false when there is no room for the record yet.
  bool write(const RecordView& view, const BatchRecord& record) {
    if constexpr (requires { destination_.begin(); }) {
      return write_into(destination_.begin(), view, record);
    } else {
      const std::size_t room = Writer::kSeparator.size() + room_for(writer_, view, record, memory_);
      if constexpr (requires { Writer::kMostRowBytes; }) {
        if (room > Writer::kMostRowBytes) [[unlikely]] {
          gate_.settle(rows_too_long(), memory_);
          return true;
        }
      }
      if constexpr (requires { destination_.has_room(room); }) {
        if (!destination_.has_room(room)) [[unlikely]]
          return false;
      }
      return write_into(destination_.begin(room), view, record);
    }
  }

  /// Always a part of its caller, so that the sink stays in registers.
  template <class Sink>
  [[gnu::always_inline]] bool write_into(Sink sink, const RecordView& view, const BatchRecord& record) {
    if constexpr (!Writer::kSeparator.empty()) {
      if (!first_) sink.append(Writer::kSeparator);
    }
    const std::optional<Problem> problem = writer_.emit(view, record, memory_, sink);
    if constexpr (requires { sink.has_room(); }) {
      if (!sink.has_room() && destination_.may_have_room_later()) [[unlikely]]
        return false;
    }
    if (!gate_.settle(problem, memory_)) [[unlikely]]
      return true;
    destination_.keep(sink);
    first_ = false;
    if constexpr (requires { destination_.size(); }) gate_.note_end(destination_.size());
    return true;
  }

  const Writer& writer_;
  WriterMemory& memory_;
  Destination& destination_;
  RecordGate& gate_;
  bool first_ = false;
};

/// Writes batches in one output format. A file is prologue, records with separators between them, epilogue. Immutable,
/// and may be used from any thread.
class BatchWriter {
 public:
  virtual ~BatchWriter() = default;

  [[nodiscard]] virtual std::string_view prologue() const = 0;
  [[nodiscard]] virtual std::string_view separator() const = 0;
  [[nodiscard]] virtual std::string_view epilogue() const = 0;
  /// Records are to be in UTF-8.
  [[nodiscard]] virtual bool is_utf8() const = 0;

  /// Returns the exact number of bytes that write() will produce with a separator before every record.
  virtual std::uint64_t measure(const Batch& batch, WriterMemory& memory, RecordGate& gate) const = 0;

  /// Fills `slice`, without a separator before the first record when `first`. Returns false, and has written nothing
  /// outside the slice, when the records don't fit it exactly: then they are not those that were measured.
  virtual bool write(const Batch& batch, WriterMemory& memory, std::span<char> slice, bool first,
                     RecordGate& gate) const = 0;

  /// Appends the records from items()[from] on, with a separator before every one, to an empty buffer, as far as there
  /// is `room` for them. Returns the index after the last one.
  virtual std::size_t append(const Batch& batch, std::size_t from, WriterMemory& memory, Room room, Buffer& output,
                             RecordGate& gate) const = 0;

  /// What no record becomes longer than; cheap to tell.
  [[nodiscard]] virtual std::size_t most_bytes(const RecordView& view, const BatchRecord& record) const = 0;
  /// Appends one record without a separator, for a row. Adds to `memory.repairs` what had to be changed, and returns
  /// why the record can't be expressed, if so: because it would be longer than kMostRowBytes, too.
  virtual std::optional<Problem> append_record(const RecordView& view, const BatchRecord& record, WriterMemory& memory,
                                               Buffer& output) const = 0;
};

/// The BatchWriter of a format.
template <RecordWriter Writer>
class BatchWriterOf final : public BatchWriter {
 public:
  explicit BatchWriterOf(Writer writer = {}) : writer_(std::move(writer)) {}

  [[nodiscard]] std::string_view prologue() const override { return writer_.prologue(); }
  [[nodiscard]] std::string_view separator() const override { return Writer::kSeparator; }
  [[nodiscard]] std::string_view epilogue() const override { return writer_.epilogue(); }
  [[nodiscard]] bool is_utf8() const override { return Writer::kUtf8; }

  std::uint64_t measure(const Batch& batch, WriterMemory& memory, RecordGate& gate) const override {
    Measurement measurement;
    BatchWriting(writer_, memory, measurement, gate).run(batch, 0, false);
    return measurement.size();
  }

  bool write(const Batch& batch, WriterMemory& memory, std::span<char> slice, bool first,
             RecordGate& gate) const override {
    SliceDestination destination(slice, memory.spare);
    BatchWriting(writer_, memory, destination, gate).run(batch, 0, first);
    return destination.complete();
  }

  std::size_t append(const Batch& batch, std::size_t from, WriterMemory& memory, Room room, Buffer& output,
                     RecordGate& gate) const override {
    GrowingDestination destination(output, room);
    return BatchWriting(writer_, memory, destination, gate).run(batch, from, false);
  }

  [[nodiscard]] std::size_t most_bytes(const RecordView& view, const BatchRecord& record) const override {
    return writer_.most_bytes(view, record);
  }
  std::optional<Problem> append_record(const RecordView& view, const BatchRecord& record, WriterMemory& memory,
                                       Buffer& output) const override {
    const std::size_t room = room_for(writer_, view, record, memory);
    if (room > kMostRowBytes) [[unlikely]]
      return rows_too_long();
    GrowingDestination destination(output);
    WritingSink sink = destination.begin(room);
    auto problem = writer_.emit(view, record, memory, sink);
    if (!problem) destination.keep(sink);
    return problem;
  }

 private:
  Writer writer_;
};

}  // namespace bulkmarc
