#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <unordered_map>
#include <utility>
#include <vector>

#include <bulkmarc/record_view.hpp>
#include <bulkmarc/selection.hpp>

#include "select/condition.hpp"
#include "select/field_filter.hpp"

namespace bulkmarc {

/// Control numbers, in the order in which they were given, each once. Blanks at either end do not count. Immutable, and
/// may be asked by many threads at once.
class IdSet {
 public:
  explicit IdSet(const std::vector<std::string>& ids);
  IdSet(const IdSet&) = delete;
  IdSet& operator=(const IdSet&) = delete;

  /// The place of a control number among the ids, or nothing. Allocates nothing.
  [[nodiscard]] std::optional<std::uint32_t> find(std::string_view control_number) const;
  /// The ids in their order.
  [[nodiscard]] const std::vector<std::string>& ids() const { return ids_; }

 private:
  std::vector<std::string> ids_;
  std::unordered_map<std::string_view, std::uint32_t> places_;  // Borrows from ids_.
};

/// Where a record stands, which tells it from all others of a run: its input, and its offset there.
using RecordPosition = std::pair<std::size_t, std::uint64_t>;

/// What a Selection asks of each record by itself, compiled; skip and limit ask for its number and are the engine's.
/// Allocates nothing for a record. May be used from any thread, and is immutable but for leave_out() and draw().
class Selector {
 public:
  /// Throws Error (kInvalidOptions) where an expression is invalid.
  explicit Selector(const Selection& selection);

  /// True when anything at all is asked for.
  [[nodiscard]] bool is_needed() const { return needed_ || !left_out_.empty(); }

  /// Leaves out records by their numbers in the run. Not thread-safe.
  void leave_out(std::vector<std::uint64_t> numbers);
  /// Whether the record with this number is one of them.
  [[nodiscard]] bool leaves_out(std::uint64_t number) const;

  /// Keeps only the records of a sample. Not thread-safe.
  void draw(std::vector<RecordPosition> sample);

  /// Whether a record is taken, whose number in the run is `number`. If one of its control numbers is among the ids,
  /// its place there is added to `found_ids`.
  [[nodiscard]] bool takes(const RecordView& record, const RecordPosition& place, std::uint64_t number,
                           std::vector<std::uint32_t>& found_ids) const;
  /// Adds the ids as takes() does, of all control numbers that a record has.
  void find_ids(const RecordView& record, std::vector<std::uint32_t>& found_ids) const;
  /// The same for a record of which there is no more than its control number.
  void find_id(std::string_view control_number, std::vector<std::uint32_t>& found_ids) const;

  /// Leaves out fields; as FieldFilter::apply().
  bool filter(RecordView& view, FieldFilter::Memory& memory) const { return fields_ && fields_->apply(view, memory); }

  /// The ids in their order; empty where none are asked for.
  [[nodiscard]] const std::vector<std::string>& ids() const;

 private:
  bool needed_;
  std::optional<IdSet> ids_;
  std::optional<std::vector<std::uint64_t>> numbers_;  // Sorted.
  std::vector<std::uint64_t> left_out_;
  std::optional<std::vector<RecordPosition>> sample_;
  std::optional<Condition> where_;
  std::optional<FieldFilter> fields_;
};

}  // namespace bulkmarc
