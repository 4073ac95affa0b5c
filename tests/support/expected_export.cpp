#include <algorithm>
#include <cstdint>
#include <map>
#include <memory>
#include <set>
#include <stdexcept>
#include <string>
#include <utility>

#include <fmt/format.h>

#include "formats/open_reader.hpp"
#include "input/record_reader.hpp"
#include "pipeline/formatter.hpp"
#include "pipeline/record_maker.hpp"
#include "pipeline/reservoir.hpp"
#include "pipeline/statistics_collector.hpp"
#include "record/internals.hpp"
#include "rules/rules_impl.hpp"
#include "support/export_case.hpp"
#include "support/temporary_folder.hpp"
#include "tables/table_impl.hpp"

using namespace bulkmarc;

namespace {

/// More than any input of a case has, so that each is one batch.
constexpr std::size_t kWhole = std::size_t{16} << 20;

/// A record as a reader gave it.
struct ReadRecord {
  const Batch* batch;
  std::size_t index;
  std::size_t input;

  [[nodiscard]] const BatchRecord& item() const { return batch->items()[index]; }
  [[nodiscard]] RecordPosition place() const { return {input, item().offset}; }
};

/// All that the inputs of a case hold.
class Inputs {
 public:
  explicit Inputs(const ExportCase& example) {
    if (example.origin != ExportCase::Origin::kFiles) {
      readers_.push_back(std::make_unique<SpanReader>(example.records, kWhole));
      read(*readers_.front(), 0);
    }
    for (std::size_t i = 0; i < example.inputs.size(); ++i) open(example, i);
    for (std::size_t i = 0; i < example.inputs.size() && !error_; ++i) read_file(example, i);
  }

  [[nodiscard]] const std::vector<ReadRecord>& records() const { return records_; }
  /// What is wrong with the input behind these records.
  [[nodiscard]] std::optional<ErrorCode> error() const { return error_; }
  /// The first that can be seen by opening all inputs before any is read.
  [[nodiscard]] std::optional<ErrorCode> error_of_opening() const { return error_of_opening_; }
  [[nodiscard]] std::uint64_t bytes() const { return bytes_; }
  /// Up to the end of one of the records.
  [[nodiscard]] std::uint64_t bytes_up_to(std::uint64_t number) const {
    if (number == 0 || !readers_.front()->counts_bytes()) return 0;
    const ReadRecord& last = records_[static_cast<std::size_t>(number) - 1];
    const BatchRecord& item = last.item();
    std::uint64_t sum = item.offset + std::max<std::size_t>(item.raw.size(), 1);
    for (std::size_t i = 0; i < last.input; ++i) sum += bytes_of_inputs_[i];
    return sum;
  }
  [[nodiscard]] std::uint64_t skipped_bytes() const { return skipped_bytes_; }
  /// The first bytes that belong to no record.
  [[nodiscard]] const std::optional<Finding>& stray_bytes() const { return stray_bytes_; }

 private:
  void open(const ExportCase& example, std::size_t input) {
    try {
      open_reader(std::make_unique<InputFile>(folder_.write("opened", example.inputs[input])), example.from, kWhole,
                  charset_from_name(example.charset));
    } catch (const Error& error) {
      if (!error_of_opening_) error_of_opening_ = error.code();
    }
  }

  void read_file(const ExportCase& example, std::size_t input) {
    try {
      const auto path = folder_.write(fmt::format("in{}", input), example.inputs[input]);
      readers_.push_back(
          open_reader(std::make_unique<InputFile>(path), example.from, kWhole, charset_from_name(example.charset)));
      read(*readers_.back(), input);
    } catch (const Error& error) {
      error_ = error.code();
    }
  }

  void read(Reader& reader, std::size_t input) {
    while (true) {
      auto batch = std::make_unique<Batch>();
      if (!reader.next(*batch)) return;
      reader.load(*batch);
      if (reader.counts_bytes()) bytes_ += batch->stop - batch->start;
      bytes_of_inputs_.resize(input + 1);
      bytes_of_inputs_[input] += batch->stop - batch->start;
      skipped_bytes_ += batch->skipped().bytes;
      if (batch->skipped().bytes != 0 && !stray_bytes_) note_stray_bytes(batch->skipped(), input);
      for (std::size_t i = 0; i < batch->items().size(); ++i) records_.push_back({batch.get(), i, input});
      batches_.push_back(std::move(batch));
    }
  }

  void note_stray_bytes(const Skipped& skipped, std::size_t input) {
    stray_bytes_.emplace();
    stray_bytes_->record = records_.size() + skipped.before + 1;
    stray_bytes_->input = input;
    stray_bytes_->offset = skipped.offset;
    stray_bytes_->code = Reason::kStrayBytes;
    stray_bytes_->detail = "bytes that belong to no record were skipped; reported once";
  }

  TemporaryFolder folder_;
  std::vector<std::unique_ptr<Reader>> readers_;
  std::vector<std::unique_ptr<Batch>> batches_;
  std::vector<ReadRecord> records_;
  std::uint64_t bytes_ = 0;
  std::vector<std::uint64_t> bytes_of_inputs_;
  std::uint64_t skipped_bytes_ = 0;
  std::optional<Finding> stray_bytes_;
  std::optional<ErrorCode> error_;
  std::optional<ErrorCode> error_of_opening_;
};

std::string trimmed(std::string text) {
  text.erase(0, text.find_first_not_of(' '));
  text.erase(text.find_last_not_of(' ') + 1);
  return text;
}

/// As reports have it; of records that are in no files.
std::string name_of_records(ExportCase::Origin origin) {
  switch (origin) {
    case ExportCase::Origin::kFiles:
      break;
    case ExportCase::Origin::kRecords:
      return "records in memory";
    case ExportCase::Origin::kPulled:
      return "records one by one";
    case ExportCase::Origin::kIndexed:
      return "records made on demand";
  }
  return "";
}

/// What breaks the rules of MARC 21, by reading docs/rules.md: the details of the findings in their order.
std::vector<std::string> rules_broken_by(const RecordView& record) {
  static const std::set<std::string> kOnce = {"001", "003", "005", "008", "010", "018", "036", "038", "040", "042",
                                              "043", "044", "045", "066", "100", "110", "111", "130", "240", "243",
                                              "245", "254", "256", "263", "306", "357", "507", "514"};
  std::vector<std::string> broken;
  std::map<std::string, int> seen;
  for (const FieldView field : record.fields()) {
    const std::string tag(field.tag());
    if (++seen[tag] == 2 && kOnce.contains(tag)) broken.push_back(fmt::format("field {} is not repeatable", tag));
  }
  const bool needs_title = std::string_view("acdefgijkmoprt").find(record.leader()[6]) != std::string_view::npos;
  if (seen["001"] == 0) broken.emplace_back("there is no field 001");
  if (needs_title && seen["245"] == 0) broken.emplace_back("there is no field 245");
  return broken;
}

class Reference {
 public:
  explicit Reference(const ExportCase& example) : example_(example), inputs_(example) {
    Selection only_fields;
    only_fields.fields = example.options.run.selection.fields;
    only_fields.drop_fields = example.options.run.selection.drop_fields;
    fields_ = std::make_unique<Selector>(only_fields);
    Policy policy;
    policy.strict = example.options.run.strict;
    policy.keep_rejected = true;
    policy.max_findings = kWhole;
    policy.to_utf8 = example.options.to_utf8;
    policy.nfc = example.options.run.nfc;
    policy.statistics = example.options.run.statistics;
    policy.selector = fields_->is_needed() ? fields_.get() : nullptr;
    if (example.options.run.rules) policy.rules = Internals::of(*example.options.run.rules);
    if (example.options.run.change) policy.change = &example.options.run.change;
    if (example.output == ExportCase::Output::kRecords) maker_ = std::make_unique<RecordMaker>(policy);
    std::optional<Table> table = example.options.table;
    if (table) table = Table::Impl::with_inputs(*table, {name_of_records(example.origin)});
    formatter_ = make_formatter(example.options.format, policy, table);
    for (const std::string& id : example.options.run.selection.ids.value_or(std::vector<std::string>())) {
      if (std::ranges::find(ids_, trimmed(id)) == ids_.end()) ids_.push_back(trimmed(id));
    }
  }

  CaseResult run() {
    const Selection& selection = example_.options.run.selection;
    if (selection.unique) find_duplicates(*selection.unique);
    if (selection.sample) draw_sample(*selection.sample);
    begin_file();
    for (std::size_t i = 0; i < inputs_.records().size(); ++i) {
      result_.is_limited = selection.limit && report().records_exported >= *selection.limit;
      if (result_.is_limited) break;
      take(inputs_.records()[i], i + 1);
    }
    result_.is_limited |= selection.limit && report().records_exported >= *selection.limit;
    result_.error_if_seen = inputs_.error_of_opening() ? inputs_.error_of_opening() : inputs_.error();
    if (!result_.is_limited || selection.sample || selection.unique) result_.error = inputs_.error();
    end_file();
    finish();
    return std::move(result_);
  }

 private:
  Report& report() { return result_.report; }

  /// What becomes of one record by itself.
  BatchResult emit(const ReadRecord& record, std::uint64_t number, std::string& bytes) {
    Batch one;
    BatchRecord item = record.item();
    one.add(item);
    if (item.rejected) one.set_rejected(0, item.view, record.batch->problems(record.index).front());
    if (item.repaired) {
      std::vector<Problem> repairs = record.batch->problems(record.index);
      one.set_parsed(0, item.view, repairs);
    }
    one.first_number = number;
    one.input = record.input;
    one.charset = record.batch->charset;
    Buffer buffer;
    BatchResult result;
    if (maker_) {
      RecordBatch made;
      maker_->make(one, 0, workspace_, Room{}, made, result);
      bytes = made.size() == 0 ? "" : text_of(made, 0);
      return result;
    }
    formatter_->append(one, workspace_, buffer, result);
    bytes = buffer.view();
    return result;
  }

  /// Whether it is wanted, as the format shows it.
  bool is_selected(const ReadRecord& record) {
    RecordView view = record.item().view;
    Utf8Converter converter;
    std::vector<Problem> ignored;
    if (example_.is_utf8() && record.batch->charset != nullptr) {
      converter.decode(*record.batch->charset, view, ignored);
    } else if (example_.is_utf8()) {
      (void)converter.convert(view, ignored);
    }
    if (example_.options.run.nfc) converter.compose(view, ignored);
    if (example_.options.run.selection.ids && !note_ids(view)) return false;
    if (sample_ && !sample_->contains(record.place())) return false;
    if (example_.where && !example_.where->holds(view)) return false;
    return !example_.options.run.predicate || example_.options.run.predicate(view);
  }

  /// Notes which of the ids the record has.
  bool note_ids(const RecordView& view) {
    bool any = false;
    for (const FieldView field : view.fields()) {
      if (field.tag() == "001") any |= note_id(std::string(field.bytes()));
    }
    return any;
  }
  /// Of a reject there may be fields, or no more than the number that was found in its bytes.
  void note_ids_of_reject(const ReadRecord& record, const std::string& control_number) {
    const RecordView& view = record.item().view;
    if (view.bytes().empty()) {
      note_id(control_number);
    } else {
      note_ids(view);
    }
  }
  bool note_id(const std::string& control_number) {
    const bool is_wanted = std::ranges::find(ids_, trimmed(control_number)) != ids_.end();
    if (is_wanted) found_ids_.insert(trimmed(control_number));
    return is_wanted;
  }

  void find_duplicates(Unique unique) {
    std::map<std::string, std::uint64_t> taken;
    for (std::size_t i = static_cast<std::size_t>(example_.options.run.selection.skip); i < inputs_.records().size();
         ++i) {
      const ReadRecord& record = inputs_.records()[i];
      std::string bytes;
      if (record.item().rejected || !is_selected(record)) continue;
      if (emit(record, i + 1, bytes).exported != 1) continue;
      const std::string id = trimmed(std::string(record.item().view.control_number()));
      if (id.empty()) continue;
      const auto [known, is_new] = taken.emplace(id, i + 1);
      if (is_new) continue;
      duplicates_.insert(unique == Unique::kFirst ? i + 1 : known->second);
      if (unique == Unique::kLast) known->second = i + 1;
    }
    found_ids_.clear();
  }

  void draw_sample(const Sample& sample) {
    Reservoir<RecordPosition> reservoir(sample.records, sample.seed);
    for (std::size_t i = static_cast<std::size_t>(example_.options.run.selection.skip); i < inputs_.records().size();
         ++i) {
      const ReadRecord& record = inputs_.records()[i];
      std::string bytes;
      if (record.item().rejected || duplicates_.contains(i + 1) || !is_selected(record)) continue;
      if (emit(record, i + 1, bytes).exported == 1) reservoir.offer(record.place());
    }
    found_ids_.clear();
    sample_.emplace();
    for (const RecordPosition& place : reservoir.take()) sample_->insert(place);
  }

  void take(const ReadRecord& record, std::uint64_t number) {
    ++report().records_read;
    if (number <= example_.options.run.selection.skip) {
      ++report().records_selected_out;
      return;
    }
    if (!record.item().rejected && duplicates_.contains(number)) {
      ++report().records_duplicate;
      ++report().records_selected_out;
      return;
    }
    if (!record.item().rejected && !is_selected(record)) {
      ++report().records_selected_out;
      return;
    }
    std::string bytes;
    BatchResult result = emit(record, number, bytes);
    if (example_.has_marc21_rules && result.exported == 1) require_rules(record.item().view, result);
    if (record.item().rejected) note_ids_of_reject(record, result.rejects.front().control_number);
    settle(result, record, number);
    if (result.exported == 1) append(bytes.substr(separator().size()));
  }

  /// What the emitted record says of the rules is what the tests' own reading of it says.
  void require_rules(const RecordView& view, const BatchResult& result) const {
    std::vector<std::string> broken;
    for (const Finding& finding : result.repairs) {
      const bool is_of_rules = finding.code == Reason::kMissing || finding.code == Reason::kRepeated;
      if (is_of_rules) broken.push_back(finding.detail);
    }
    const std::vector<std::string> expected = rules_broken_by(view);
    const bool is_rejected = example_.options.run.strict && !expected.empty();
    if (broken != expected || is_rejected)
      throw std::logic_error("the findings are not the rules that are broken:" + example_.description);
  }

  void settle(BatchResult& result, const ReadRecord& record, std::uint64_t number) {
    report().records_exported += result.exported;
    report().records_selected_out += result.selected_out;  // By a change.
    report().records_rejected += 1 - result.exported - result.selected_out;
    report().records_repaired += result.repaired;
    for (const auto& [reason, records] : result.rejects_by_reason) report().rejects_by_reason[reason] += records;
    for (const auto& [reason, records] : result.repairs_by_reason) report().repairs_by_reason[reason] += records;
    if (example_.keep_rejects) result_.rejects += result.rejected_bytes.view();
    list(result.rejects, report().rejects, record, number);
    list(result.repairs, report().repairs, record, number);
    statistics_.merge(result.statistics, number, record.input);
    if (result.statistics.control_numbers().empty()) return;
    const bool is_new = seen_.insert(trimmed(std::string(record.item().view.control_number()))).second;
    report().records_duplicate += is_new ? 0 : 1;
  }

  static void list(std::vector<Finding>& from, std::vector<Finding>& to, const ReadRecord& record,
                   std::uint64_t number) {
    for (Finding& finding : from) {
      finding.record = number;
      finding.input = record.input;
      to.push_back(std::move(finding));
    }
  }

  // What a stream hands over has nothing before, between and after the records.
  [[nodiscard]] std::string_view prologue() const { return maker_ ? "" : formatter_->prologue(); }
  [[nodiscard]] std::string_view separator() const { return maker_ ? "" : formatter_->separator(); }
  [[nodiscard]] std::string_view epilogue() const { return maker_ ? "" : formatter_->epilogue(); }

  void begin_file() {
    file_ = prologue();
    records_in_file_ = 0;
  }
  void end_file() {
    result_.files.push_back(file_ + std::string(epilogue()));
    if (!maker_) report().bytes_uncompressed += result_.files.back().size();
  }
  void append(const std::string& record) {
    const std::size_t between = records_in_file_ == 0 ? 0 : separator().size();
    const bool is_full = (example_.parts.records != 0 && records_in_file_ >= example_.parts.records) ||
                         (example_.parts.bytes != 0 &&
                          file_.size() + between + record.size() + epilogue().size() > example_.parts.bytes);
    if (is_full && records_in_file_ != 0) {
      end_file();
      begin_file();
    }
    if (records_in_file_ != 0) file_ += separator();
    file_ += record;
    ++records_in_file_;
  }

  void finish() {
    if (inputs_.stray_bytes() && (!result_.is_limited || inputs_.stray_bytes()->record <= report().records_read)) {
      report().bytes_skipped = inputs_.skipped_bytes();
      auto& repairs = report().repairs;
      repairs.insert(std::ranges::lower_bound(repairs, inputs_.stray_bytes()->record, {}, &Finding::record),
                     *inputs_.stray_bytes());
    }
    for (std::vector<Finding>* findings : {&report().rejects, &report().repairs}) {
      if (findings->size() > example_.options.run.max_findings) findings->resize(example_.options.run.max_findings);
    }
    for (const std::string& id : ids_) {
      if (id.empty() || found_ids_.contains(id)) continue;
      ++report().ids_not_found;
      if (report().missing_ids.size() < example_.options.run.max_findings) report().missing_ids.push_back(id);
    }
    if (example_.options.run.statistics) report().statistics = statistics_.statistics();
    report().bytes_read = result_.is_limited ? inputs_.bytes_up_to(report().records_read) : inputs_.bytes();
    report().bytes_written = report().bytes_uncompressed;
    if (example_.output == ExportCase::Output::kNothing) result_.files.clear();
  }

  const ExportCase& example_;
  Inputs inputs_;
  std::unique_ptr<Selector> fields_;
  std::unique_ptr<Formatter> formatter_;
  std::unique_ptr<RecordMaker> maker_;  // In place of it, where records are handed over.
  Workspace workspace_;
  std::vector<std::string> ids_;
  std::set<std::string> found_ids_;
  std::set<std::uint64_t> duplicates_;
  std::optional<std::set<RecordPosition>> sample_;
  StatisticsCollector statistics_;
  std::set<std::string> seen_;  // By the statistics.
  std::string file_;
  std::size_t records_in_file_ = 0;
  CaseResult result_;
};

}  // namespace

CaseResult expected_result(const ExportCase& example) { return Reference(example).run(); }
