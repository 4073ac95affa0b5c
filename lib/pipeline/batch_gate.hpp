#pragma once

#include <cstddef>
#include <functional>
#include <optional>
#include <span>
#include <string_view>
#include <vector>

#include <bulkmarc/record.hpp>
#include <bulkmarc/run_options.hpp>

#include "formats/batch_writer.hpp"
#include "pipeline/batch_result.hpp"
#include "record/batch.hpp"
#include "record/digest.hpp"
#include "record/utf8_record.hpp"
#include "select/selector.hpp"

namespace bulkmarc {

/// Decides what becomes of records.
struct Policy {
  bool strict = false;           ///< Reject what would otherwise be repaired.
  bool keep_rejected = false;    ///< Copy the raw bytes of rejects into BatchResult::rejected_bytes.
  std::size_t max_findings = 0;  ///< Of rejects, and of repairs, for each batch.
  bool to_utf8 = false;          ///< Convert to UTF-8 in mrc, too.
  bool nfc = false;              ///< Compose characters where the output is UTF-8.
  bool statistics = false;       ///< Count what the records are made of in BatchResult::statistics.
  /// Select out what can't be decoded or converted: a walk before has rejected it.
  bool known_rejects = false;
  /// Which records and fields are wanted; null where all are. Borrowed.
  const Selector* selector = nullptr;
  /// RunOptions::predicate and RunOptions::change; null where there is none. Borrowed.
  const std::function<bool(const RecordView&)>* predicate = nullptr;
  const std::function<bool(Record&)>* change = nullptr;
  const Rules::Impl* rules = nullptr;                                     ///< RunOptions::rules, likewise.
  const std::function<void(const RecordFinding&)>* on_finding = nullptr;  ///< RunOptions::on_finding, likewise.
};

/// Memory that one task needs while it handles a batch; used again for the next one.
struct Workspace {
  WriterMemory writer;
  Utf8Converter utf8;
  FieldFilter::Memory filtered;
  Record changed{};              ///< What the caller may change.
  FieldFilter::Memory compared;  ///< Of a record that is compared, what counts.
  DigestMemory digest;
};

/// What can be read of a record's control number.
[[nodiscard]] std::string_view control_number_of(const BatchRecord& record);

/// What becomes of the records of one batch: selected out, rejected, repaired, exported; each is counted, and each
/// finding listed, in a BatchResult.
class BatchGate final : public RecordGate {
 public:
  /// How the batch is handled.
  enum class Mode {
    kMeasure,  ///< Nothing is written; the ends of records are noted where there is a selection.
    kAppend,   ///< Bytes or rows are made for the first time; ends are noted.
    kRewrite,  ///< They were measured before; nothing is counted again but what is exported.
  };

  /// Borrows all. Clears `result`. Records are counted from items()[from] on; with `to_utf8` they are converted.
  BatchGate(const Policy& policy, bool to_utf8, Mode mode, const Batch& batch, std::size_t from, Workspace& workspace,
            BatchResult& result);

  const AdmittedRecord* admit(std::size_t index, WriterMemory& memory) override;
  bool settle(const std::optional<Problem>& problem, const WriterMemory& memory) override;
  void note_end(std::size_t end) override {
    if (notes_ends_) result_.records.push_back({current_, end});
  }
  void postpone() override { result_.found_ids.resize(found_ids_before_); }

  /// The records up to items()[end] are settled.
  void finish(std::size_t end);

 private:
  [[nodiscard]] const BatchRecord& record() const { return items_[current_]; }
  [[nodiscard]] bool is_wanted();
  const AdmittedRecord* select_out() {
    ++result_.selected_out;
    return nullptr;
  }
  bool leave_out_duplicate();
  void leave_out_fields();
  bool change(WriterMemory& memory);
  void set_written(const RecordView& view);
  void count();
  void reject(const Problem& problem);
  void tell(const Problem& problem, bool is_reject) const;
  void note_repairs(const std::vector<Problem>& repairs);
  [[nodiscard]] Finding finding(const Problem& problem) const;

  const Policy& policy_;
  const bool to_utf8_;
  const bool counts_;
  const bool notes_ends_;
  const Batch& batch_;
  const std::span<const BatchRecord> items_;
  const std::size_t from_;
  Workspace& workspace_;
  BatchResult& result_;
  std::size_t current_ = 0;  // Index of the record.
  std::size_t found_ids_before_ = 0;
  AdmittedRecord admitted_;
  BatchRecord written_;  // The record where it is written with other fields.
};

}  // namespace bulkmarc
