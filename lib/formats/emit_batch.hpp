#pragma once

#include <memory>
#include <optional>
#include <string>
#include <type_traits>
#include <utility>

#include "formats/formatter.hpp"
#include "formats/sink.hpp"
#include "record/iso2709.hpp"

namespace bulkmarc {

/// Emits batches: decides by the Policy what becomes of each record, and lets the Emitter of a format or a table emit
/// those that are exported. An Emitter is immutable, and has
///
///     static constexpr std::string_view kSeparator;  // between two records
///     static constexpr bool kUtf8;                   // records are to be converted to UTF-8 first
///     // No record becomes longer. Cheap to tell: what is too much is not used, and costs nothing. Only for
///     // destinations of bytes.
///     std::size_t most_bytes(const RecordView&, const BatchRecord&) const;
///     // What is longer is a reject; only for rows, where one record can become as long as its square.
///     static constexpr std::size_t kMostRowBytes;
///     // Emits one record. What it had to change is added to workspace.repairs. Returns why the record
///     // can't be expressed, if so; what was emitted of it is then dropped by the caller.
///     template <class Sink>
///     std::optional<Problem> emit(const RecordView&, const BatchRecord&, Workspace&, Sink&) const;
template <class Emitter>
class BatchEmitter {
 public:
  BatchEmitter(Emitter emitter, const Policy& policy) : emitter_(std::move(emitter)), policy_(policy) {}

  [[nodiscard]] const Emitter& emitter() const { return emitter_; }

  /// Emits the records from items()[from] on that are exported into `destination` (sink.hpp), without a separator
  /// before the first of them when `first`, and sets `outcome`, until there is no more room. Returns the index after
  /// the last one that `outcome` tells of.
  template <class Destination>
  std::size_t emit(const Batch& batch, std::size_t from, Workspace& workspace, Destination& destination, bool first,
                   Outcome& outcome) const {
    outcome.clear();
    const std::span<const BatchRecord> records = batch.items();
    std::size_t i = from;
    for (; i < records.size(); ++i) {
      const BatchRecord& record = records[i];
      if (record.rejected) {
        if (policy_.selector != nullptr) find_ids(record, outcome);
        reject(record, i - from, batch.problems(i).front(), outcome);
        continue;
      }
      workspace.number = batch.first_number + i;
      workspace.repairs.clear();
      if (record.repaired) workspace.repairs = batch.problems(i);
      std::optional<Problem> problem;
      const std::size_t found_ids = outcome.found_ids.size();
      const Fate fate =
          emit_record(record, {batch.input, record.offset}, first, workspace, destination, outcome, problem);
      if (fate == Fate::kPostponed) [[unlikely]] {
        outcome.found_ids.resize(found_ids);
        break;
      }
      if (fate == Fate::kSelectedOut) [[unlikely]] {
        ++outcome.selected_out;
        continue;
      }
      if constexpr (!std::is_same_v<Destination, SliceDestination>) {
        if (policy_.statistics) count(record, i - from, outcome);
      }
      if (fate == Fate::kRejected) [[unlikely]] {
        reject(record, i - from, *problem, outcome);
        continue;
      }
      first = false;
      ++outcome.exported;
      if constexpr (!std::is_same_v<Destination, SliceDestination>) {
        if (std::is_same_v<Destination, GrowingDestination> || policy_.selector != nullptr) {
          outcome.records.push_back({i, destination.size()});
        }
      }
      if (!workspace.repairs.empty()) [[unlikely]]
        note_repairs(record, i - from, workspace.repairs, outcome);
    }
    outcome.read = i - from;
    outcome.skipped_bytes = batch.skipped_bytes(from, i);
    return i;
  }

 private:
  enum class Fate { kExported, kRejected, kSelectedOut, kPostponed };

  /// Emits a record that could be decoded. Where it is rejected, `problem` says why. It is selected as the format shows
  /// it: repaired, and converted to UTF-8 if the format is.
  template <class Destination>
  Fate emit_record(const BatchRecord& record, const Place& place, bool first, Workspace& workspace,
                   Destination& destination, Outcome& outcome, std::optional<Problem>& problem) const {
    RecordView view = record.view;
    if constexpr (Emitter::kUtf8) {
      problem = workspace.utf8.convert(view, workspace.repairs);
      if (problem) return Fate::kRejected;
      if (policy_.nfc) workspace.utf8.compose(view, workspace.repairs);
    }
    if (policy_.selector != nullptr) [[unlikely]] {
      if (!policy_.selector->takes(view, place, outcome.found_ids)) return Fate::kSelectedOut;
      if (policy_.selector->filter(view, workspace.filtered)) {
        BatchRecord rest = record;
        rest.well_formed = false;  // Its raw bytes have more fields.
        return emit_view(view, rest, first, workspace, destination, problem);
      }
    }
    return emit_view(view, record, first, workspace, destination, problem);
  }

  template <class Destination>
  Fate emit_view(const RecordView& view, const BatchRecord& record, bool first, Workspace& workspace,
                 Destination& destination, std::optional<Problem>& problem) const {
    if (policy_.strict && record.repaired) {
      problem = workspace.repairs.front();
      return Fate::kRejected;
    }
    if constexpr (requires { destination.begin(); }) {
      auto sink = destination.begin();
      const Fate fate = emit_into(sink, view, record, first, workspace, destination, problem);
      return !sink.has_room() && destination.may_have_room_later() ? Fate::kPostponed : fate;
    } else {
      const std::size_t room = room_for(view, record, workspace);
      if constexpr (requires { Emitter::kMostRowBytes; }) {
        if (room > Emitter::kMostRowBytes) [[unlikely]] {
          problem = Problem{Reason::kRowsTooLong, "its rows have more than 134,217,728 bytes"};
          return Fate::kRejected;
        }
      }
      if constexpr (requires { destination.has_room(room); }) {
        if (!destination.has_room(room)) [[unlikely]]
          return Fate::kPostponed;
      }
      auto sink = destination.begin(room);
      return emit_into(sink, view, record, first, workspace, destination, problem);
    }
  }

  /// Always a part of its caller, so that the sink stays in registers.
  template <class Sink, class Destination>
  [[gnu::always_inline]] Fate emit_into(Sink& sink, const RecordView& view, const BatchRecord& record, bool first,
                                        Workspace& workspace, Destination& destination,
                                        std::optional<Problem>& problem) const {
    if constexpr (!Emitter::kSeparator.empty()) {
      if (!first) sink.append(Emitter::kSeparator);
    }
    problem = emitter_.emit(view, record, workspace, sink);
    if (!problem && policy_.strict && !workspace.repairs.empty()) problem = workspace.repairs.front();
    if (problem) return Fate::kRejected;
    destination.keep(sink);
    return Fate::kExported;
  }

  /// How many bytes a record may take. Of a very long one it is worth the time to find out.
  std::size_t room_for(const RecordView& view, const BatchRecord& record, Workspace& workspace) const {
    constexpr std::size_t kMuch = std::size_t{4} << 20;
    const std::size_t most = emitter_.most_bytes(view, record);
    if (most <= kMuch) return Emitter::kSeparator.size() + most;
    CountingSink sink;
    emitter_.emit(view, record, workspace, sink);
    return Emitter::kSeparator.size() + sink.size();
  }

  static void count(const BatchRecord& record, std::size_t index, Outcome& outcome) {
    const std::size_t bytes = record.raw.empty() ? record.view.bytes().size() : record.raw.size();
    outcome.census.add(record.view, bytes, index, record.offset);
  }

  void reject(const BatchRecord& record, std::size_t index, const Problem& problem, Outcome& outcome) const {
    ++outcome.rejects_by_reason[problem.reason];
    if (policy_.keep_rejected) outcome.rejected_bytes.append(record.raw);
    if (outcome.rejects.size() < policy_.max_findings) {
      outcome.rejects.push_back(finding(record, index, problem));
    }
  }

  void note_repairs(const BatchRecord& record, std::size_t index, std::vector<Problem>& repairs,
                    Outcome& outcome) const {
    ++outcome.repaired;
    for (const Problem& repair : repairs) {
      ++outcome.repairs_by_reason[repair.reason];
      if (outcome.repairs.size() < policy_.max_findings) outcome.repairs.push_back(finding(record, index, repair));
    }
  }

  /// Finds the ids of a record that could not be decoded.
  void find_ids(const BatchRecord& record, Outcome& outcome) const {
    if (record.view.bytes().empty()) {
      policy_.selector->find_id(salvage_control_number(record.raw), outcome.found_ids);
    } else {
      policy_.selector->find_ids(record.view, outcome.found_ids);
    }
  }

  static std::string_view control_number_of(const BatchRecord& record) {
    return record.view.bytes().empty() ? salvage_control_number(record.raw) : record.view.control_number();
  }

  static Finding finding(const BatchRecord& record, std::size_t index, const Problem& problem) {
    Finding result;
    result.record = index;
    result.offset = record.offset;
    result.control_number = control_number_of(record).substr(0, kLongestControlNumber);
    result.code = problem.reason;
    result.detail = shortened(problem.detail, kLongestDetail);
    result.length = record.raw.size();
    result.location = problem.location;
    for (std::string* quote : {&result.location.tag, &result.location.subfield, &result.location.snippet}) {
      *quote = shortened(*quote, kLongestQuote);
    }
    return result;
  }

  Emitter emitter_;
  Policy policy_;
};

/// Makes a Formatter of a format's Emitter, which also has
///
///     std::string_view prologue() const;
///     std::string_view epilogue() const;
template <class Emitter>
class FormatterOf final : public Formatter {
 public:
  explicit FormatterOf(const Policy& policy, Emitter emitter = {}) : batches_(std::move(emitter), policy) {}

  [[nodiscard]] std::string_view prologue() const override { return batches_.emitter().prologue(); }
  [[nodiscard]] std::string_view separator() const override { return Emitter::kSeparator; }
  [[nodiscard]] std::string_view epilogue() const override { return batches_.emitter().epilogue(); }

  std::uint64_t measure(const Batch& batch, Workspace& workspace, Outcome& outcome) const override {
    Measurement measurement;
    batches_.emit(batch, 0, workspace, measurement, false, outcome);
    return measurement.size();
  }

  bool write(const Batch& batch, Workspace& workspace, std::span<char> slice, bool first) const override {
    SliceDestination destination(slice, workspace.spare);
    Outcome known;
    batches_.emit(batch, 0, workspace, destination, first, known);
    return destination.complete();
  }

  std::size_t append(const Batch& batch, std::size_t from, Workspace& workspace, Room room, Buffer& output,
                     Outcome& outcome) const override {
    GrowingDestination destination(output, room);
    return batches_.emit(batch, from, workspace, destination, false, outcome);
  }

 private:
  BatchEmitter<Emitter> batches_;
};

}  // namespace bulkmarc
