#include <bulkmarc/diff.hpp>

#include <algorithm>
#include <array>
#include <cstdint>
#include <exception>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <utility>
#include <variant>
#include <vector>

#include <fmt/format.h>

#include <bulkmarc/error.hpp>
#include <bulkmarc/export.hpp>

#include "api/chosen_output.hpp"
#include "api/run.hpp"
#include "api/validation.hpp"
#include "formats/iso2709/syntax.hpp"
#include "formats/registry.hpp"
#include "pipeline/digest_maker.hpp"
#include "record/digest.hpp"
#include "record/field_location.hpp"
#include "select/parser.hpp"
#include "text/byte_set.hpp"
#include "text/hash_table.hpp"

namespace bulkmarc {
namespace {

/// What is known of a control number.
enum class Difference : std::uint32_t {
  kDeleted,     ///< Only the old records have it, as far as is known yet.
  kUnreadable,  ///< A new record that was rejected has it, too.
  kUnchanged,
  kChanged,
  kAdded,
};

/// A control number, and the content of its record on the side that was read first. Of 24 bytes, as there may be very
/// many.
class ComparedRecord {
 public:
  Hash key;

  ComparedRecord() = default;
  ComparedRecord(const RecordDigest& digest, Difference difference) : key(digest.key), content_(digest.content.words) {
    set_difference(difference);
  }
  [[nodiscard]] Difference difference() const { return static_cast<Difference>(content_[0] & kMask); }
  void set_difference(Difference difference) {
    content_[0] = (content_[0] & ~kMask) | static_cast<std::uint32_t>(difference);
  }
  [[nodiscard]] bool has_content(const Hash& content) const {
    return ((content_[0] ^ content.words[0]) & ~kMask) == 0 && content_[1] == content.words[1] &&
           content_[2] == content.words[2];
  }

 private:
  static constexpr std::uint32_t kMask = 7;
  std::array<std::uint32_t, 3> content_{};  // The lowest bits are the difference.
};
static_assert(sizeof(ComparedRecord) == 24);

/// One side's duplicates, which are left out.
class Duplicates {
 public:
  explicit Duplicates(Report& report, std::size_t max_findings) : report_(report), max_findings_(max_findings) {}

  /// Leaves out a record that was counted as exported.
  void add(const DigestBatch& batch, const RecordDigest& record) {
    --report_.records_exported;
    if (record.is_repaired) --report_.records_repaired;
    ++report_.records_selected_out;
    ++report_.records_duplicate;
    numbers_.push_back(record.number);
    if (report_.duplicates.size() >= max_findings_) return;
    report_.duplicates.push_back({.record = record.number,
                                  .input = batch.input,
                                  .offset = record.offset,
                                  .control_number = std::string(batch.id(record).substr(0, kLongestControlNumber)),
                                  .code = Reason::kDuplicate,
                                  .detail = std::string(kDuplicateLeftOut)});
  }
  [[nodiscard]] std::vector<std::uint64_t> take() { return std::move(numbers_); }

 private:
  Report& report_;
  const std::size_t max_findings_;
  std::vector<std::uint64_t> numbers_;
};

class Comparison {
 public:
  void add_old(const DigestBatch& batch, Duplicates& duplicates) {
    for (const RecordDigest& record : batch.records) {
      if (record.content.is_none()) continue;
      if (!records_.add({record, Difference::kDeleted}).second) duplicates.add(batch, record);
    }
  }

  void add_new(const DigestBatch& batch, Duplicates& duplicates, DiffCounts& counts) {
    for (const RecordDigest& record : batch.records) {
      if (record.content.is_none()) {
        keep(record.key);
        continue;
      }
      const auto [known, is_new] = records_.add({record, Difference::kAdded});
      if (is_new) {
        ++counts.added;
      } else if (known->difference() > Difference::kUnreadable) {
        duplicates.add(batch, record);
      } else {
        const bool is_same = known->has_content(record.content);
        known->set_difference(is_same ? Difference::kUnchanged : Difference::kChanged);
        ++(is_same ? counts.unchanged : counts.changed);
      }
    }
  }

  [[nodiscard]] std::uint64_t count(Difference difference) const {
    std::uint64_t count = 0;
    records_.each([&](const ComparedRecord& record) { count += record.difference() == difference ? 1 : 0; });
    return count;
  }

  [[nodiscard]] bool has(const RecordView& view, Difference difference) const {
    const ComparedRecord* record = records_.find(key_of(view.control_number()));
    return record != nullptr && record->difference() == difference;
  }

 private:
  void keep(const Hash& key) {
    ComparedRecord* known = records_.find(key);
    if (known != nullptr && known->difference() == Difference::kDeleted) known->set_difference(Difference::kUnreadable);
  }

  HashTable<ComparedRecord> records_;
};

/// Several outputs that take effect together.
class JointOutput final : public Output {
 public:
  void add(Output& output) { outputs_.push_back(&output); }
  void prepare() override {
    for (Output* output : outputs_) output->prepare();
  }
  /// Only the first one may still fail to take effect. What fails later is that a folder can't be synced.
  void commit() override {
    for (std::size_t i = 1; i < outputs_.size(); ++i) outputs_[i]->publish();
    std::exception_ptr unsynced;
    for (Output* output : outputs_) {
      try {
        output->commit();
      } catch (const Error& error) {
        if (output == outputs_.front() && error.code() != ErrorCode::kOutputSyncFolder) throw;
        if (!unsynced) unsynced = std::current_exception();
      }
    }
    if (unsynced) std::rethrow_exception(unsynced);
  }

 private:
  std::vector<Output*> outputs_;
};

std::optional<FieldFilter> ignored_fields(const std::string& list) try {
  if (list.empty()) return std::nullopt;
  return FieldFilter({}, parse_field_list(list));
} catch (const SpecError& error) {
  refuse(fmt::format("ignore-fields '{}': {}", list, error.what()));
}

bool mark_deleted(Record& record) {
  constexpr std::size_t kStatusAt = 5;
  std::string leader(record.view().leader());
  if (!all_in(leader, kPrintable)) return true;  // One of a program's own records: it can't be set.
  leader[kStatusAt] = 'd';
  record.set_leader(leader);
  return true;
}

void validate_diff(const RunOptions& options) {
  const Selection& selection = options.selection;
  if (selection.skip != 0 || selection.limit || selection.sample || selection.unique)
    refuse("a diff compares all records: it takes no skip, limit, sample or unique");
  if (options.statistics) refuse("a diff counts no statistics");
}

/// One of the outputs: which records it gets, and from which side.
struct DiffWriting {
  const DiffOutput& output;
  Difference difference;
  bool is_old;
  std::shared_ptr<const Report> DiffCounts::*account;
  std::uint64_t DiffCounts::*count;
  ExportOptions options = {};
  ChosenOutput chosen = {};

  [[nodiscard]] const Target::Impl& target() const { return impl_of(output.target); }
};

class Diff {
 public:
  Diff(const DiffTargets& targets, const DiffOptions& options)
      : options_(options), new_run_(new_options()), old_run_(old_options()) {
    if (targets.added)
      writings_.push_back({*targets.added, Difference::kAdded, false, &DiffCounts::added_output, &DiffCounts::added});
    if (targets.changed)
      writings_.push_back(
          {*targets.changed, Difference::kChanged, false, &DiffCounts::changed_output, &DiffCounts::changed});
    if (targets.deleted)
      writings_.push_back(
          {*targets.deleted, Difference::kDeleted, true, &DiffCounts::deleted_output, &DiffCounts::deleted});
  }

  Report run(Source old_records, Source new_records) {
    new_run_.attempt([&] {
      open(std::move(old_records), std::move(new_records));
      begin_outputs();
      compare();
    });
    new_run_.finish();
    return std::move(new_run_.report());
  }

 private:
  [[nodiscard]] RunOptions old_options() const {
    RunOptions options = options_.run;
    options.rejects.reset();
    options.report.reset();
    options.on_report = {};
    options.progress = part_of(options.progress, 0, kShareOfOld);
    return options;
  }
  [[nodiscard]] RunOptions new_options() const {
    RunOptions options = options_.run;
    options.progress = part_of(options.progress, kShareOfOld, 1);
    return options;
  }

  Run& side(const DiffWriting& writing) { return writing.is_old ? old_run_ : new_run_; }

  /// The report is written, whatever fails, as soon as it is known to replace no file of the run.
  void open(Source old_records, Source new_records) {
    const Target::Impl none{Target::Impl::None{}};
    bool may_write_report = validate_report(options_.run, none, impl_of(old_records));
    for (const DiffWriting& writing : writings_) {
      may_write_report &= validate_report(options_.run, writing.target(), impl_of(old_records));
    }
    const auto open_old = [&] {
      old_run_.open(std::move(old_records), none);
      if (options_.run.report) refuse_input_as_target(old_run_.source(), *options_.run.report);
    };
    if (!may_write_report) open_old();
    new_run_.open(std::move(new_records), none, [&] {
      validate();
      if (may_write_report) open_old();
    });
    for (const DiffWriting& writing : writings_) {
      for (const Run* run : {&old_run_, &new_run_}) validate_files(writing.target(), options_.run, run->source());
      if (!side(writing).source().opens_again)
        refuse("the records of a diff are written from inputs that can be read twice: files, not a pipe");
    }
  }

  void validate() {
    validate_diff(options_.run);
    ignored_fields(options_.ignore_fields);
    for (std::size_t i = 0; i < writings_.size(); ++i) {
      validate(writings_[i]);
      for (std::size_t j = 0; j < i; ++j) refuse_same_target(writings_[i].target(), writings_[j].target());
    }
  }

  void validate(DiffWriting& writing) const {
    const std::optional<Format> format = writing.output.format;
    if (format && std::ranges::find(record_formats(), *format) == record_formats().end())
      refuse("a diff writes records or control numbers, and no tables");
    if (std::holds_alternative<Target::Impl::Parts>(writing.target().kind))
      refuse("the records of a diff can't be divided into parts");
    writing.options.format = format.value_or(Format::kMrk);
    writing.options.compression = writing.output.compression;
    writing.options.to_utf8 = true;
    writing.options.run = options_.run;
    bulkmarc::validate(writing.options, writing.target());
  }

  void begin_outputs() {
    for (DiffWriting& writing : writings_) {
      RunOptions& options = writing.options.run;
      options.predicate = [this, &writing](const RecordView& record) {
        return comparison_.has(record, writing.difference) &&
               (!options_.run.predicate || options_.run.predicate(record));
      };
      if (writing.is_old) {
        options.change = [this](Record& record) {
          return (!options_.run.change || options_.run.change(record)) && mark_deleted(record);
        };
      }
      writing.chosen =
          choose_output(writing.target(), writing.options, new_run_.report().threads, side(writing).source());
    }
  }

  /// Reads all records of one side, and gives their digests to `take`, in their order.
  void digest(const Pass& pass, const Run& run, const std::function<void(DigestBatch&)>& take) const {
    export_batches(pass, DigestMaker(run.policy(true), ignored_fields(options_.ignore_fields)), take);
  }

  void compare() {
    Report& report = new_run_.report();
    report.backend_reason = "records are compared";
    report.output = "a diff";
    DiffCounts counts;
    NoOutput nothing;
    const std::size_t most = options_.run.max_findings;
    old_run_.execute(
        {},
        [&](const Pass& pass) {
          Duplicates duplicates(old_run_.report(), most);
          digest(pass, old_run_, [&](DigestBatch& batch) { comparison_.add_old(batch, duplicates); });
          old_run_.leave_out(duplicates.take());
        },
        nothing);
    JointOutput outputs;
    for (const DiffWriting& writing : writings_) outputs.add(writing.chosen.output());
    new_run_.execute(
        {},
        [&](const Pass& pass) {
          Duplicates duplicates(report, most);
          digest(pass, new_run_, [&](DigestBatch& batch) { comparison_.add_new(batch, duplicates, counts); });
          new_run_.leave_out(duplicates.take());
          counts.deleted = comparison_.count(Difference::kDeleted);
          counts.old_records = std::make_shared<const Report>(old_run_.report());
          for (const DiffWriting& writing : writings_) write(writing, counts);
          report.diff = std::move(counts);
        },
        outputs);
  }

  void write(const DiffWriting& writing, DiffCounts& counts) {
    Run& run = side(writing);
    Report account;
    account.format = writing.output.format.value_or(Format::kTsv);
    account.inputs = run.report().inputs;
    writing.chosen.describe(account, writing.options.compression);
    Policy policy = run.policy(true);
    policy.keep_rejected = false;
    policy.known_rejects = true;
    policy.predicate = &writing.options.run.predicate;
    policy.change = writing.options.run.change ? &writing.options.run.change : nullptr;
    const Formatter formatter(
        writing.output.format ? make_batch_writer(*writing.output.format, true, std::nullopt) : make_id_writer(),
        policy);
    run.walk_again(account, new_run_.next_part(kShareOfWriting), [&](Pass pass) {
      pass.make_compressor = compressor_of(writing.options);
      bulkmarc::write(pass, formatter, writing.chosen);
    });
    const std::uint64_t expected = counts.*writing.count;
    if (account.records_read != run.report().records_read || account.records_exported > expected ||
        account.records_exported + account.records_rejected < expected) {
      throw Error(ErrorCode::kInputChanged, {}, "the input changed while it was compared");
    }
    account.records_duplicate = 0;  // Those of its side, which has them already.
    account.duplicates.clear();
    new_run_.report().bytes_written += account.bytes_written;
    new_run_.report().bytes_uncompressed += account.bytes_uncompressed;
    counts.*writing.account = std::make_shared<const Report>(std::move(account));
  }

  // Of the time; only for the progress display.
  static constexpr double kShareOfOld = 0.4;
  static constexpr double kShareOfWriting = 0.4;

  const DiffOptions& options_;
  std::vector<DiffWriting> writings_;
  Run new_run_;
  Run old_run_;
  Comparison comparison_;
};

}  // namespace

Report diff_records(Source old_records, Source new_records, DiffTargets targets, const DiffOptions& options) {
  return Diff(targets, options).run(std::move(old_records), std::move(new_records));
}

}  // namespace bulkmarc
