#include "pipeline/batch_gate.hpp"

#include <algorithm>
#include <array>
#include <bitset>
#include <string>
#include <string_view>

#include "formats/iso2709/syntax.hpp"
#include "record/leader.hpp"
#include "rules/rules_impl.hpp"
#include "text/byte_set.hpp"

namespace bulkmarc {
namespace {

/// Makes the leader say so. One that is not printable comes from a program's own record, and stays as it is.
void say_utf8(Record& record) {
  const std::string_view leader = record.view().leader();
  if (leader[kCodingScheme] == kUtf8Scheme || !all_in(leader, kPrintable)) return;
  std::array<char, kLeaderLength> changed{};
  std::ranges::copy(leader, changed.begin());
  changed[kCodingScheme] = kUtf8Scheme;
  record.set_leader({changed.data(), changed.size()});
}

}  // namespace

std::string_view control_number_of(const BatchRecord& record) {
  return record.view.bytes().empty() ? salvage_control_number(record.raw) : record.view.control_number();
}

BatchGate::BatchGate(const Policy& policy, bool to_utf8, Mode mode, const Batch& batch, std::size_t from,
                     Workspace& workspace, BatchResult& result)
    : policy_(policy),
      to_utf8_(to_utf8),
      counts_(policy.statistics && mode != Mode::kRewrite),
      notes_ends_(mode == Mode::kAppend || (mode != Mode::kRewrite && policy.selector != nullptr)),
      batch_(batch),
      items_(batch.items()),
      from_(from),
      workspace_(workspace),
      result_(result) {
  result_.clear();
}

const AdmittedRecord* BatchGate::admit(std::size_t index, WriterMemory& memory) {
  current_ = index;
  const BatchRecord& item = record();
  if (item.rejected) [[unlikely]] {
    if (policy_.known_rejects) return select_out();
    if (policy_.selector != nullptr) {
      // What could not be decoded may have a control number all the same.
      if (item.view.bytes().empty()) {
        policy_.selector->find_id(salvage_control_number(item.raw), result_.found_ids);
      } else {
        policy_.selector->find_ids(item.view, result_.found_ids);
      }
    }
    reject(batch_.problems(index).front());
    return nullptr;
  }
  memory.origin = {batch_.first_number + index, batch_.input, item.offset};
  memory.repairs.clear();
  if (item.repaired) [[unlikely]]
    memory.repairs = batch_.problems(index);
  found_ids_before_ = result_.found_ids.size();
  admitted_ = {item.view, &item};
  if (to_utf8_) {
    if (batch_.charset != nullptr) {
      workspace_.utf8.decode(*batch_.charset, admitted_.view, memory.repairs);
    } else if (const auto problem = workspace_.utf8.convert(admitted_.view, memory.repairs)) [[unlikely]] {
      if (policy_.known_rejects) return select_out();
      count();
      reject(*problem);
      return nullptr;
    }
    if (policy_.nfc) workspace_.utf8.compose(admitted_.view, memory.repairs);
  }
  if (leave_out_duplicate() || !is_wanted()) [[unlikely]]
    return select_out();
  if (policy_.rules != nullptr) policy_.rules->check(admitted_.view, memory.repairs);
  leave_out_fields();
  if (policy_.strict && item.repaired) [[unlikely]] {
    count();
    reject(memory.repairs.front());
    return nullptr;
  }
  if (policy_.change != nullptr && !change(memory)) return select_out();
  return &admitted_;
}

bool BatchGate::leave_out_duplicate() {
  if (policy_.selector == nullptr || !policy_.selector->leaves_out(batch_.first_number + current_)) return false;
  ++result_.duplicate;
  if (result_.duplicates.size() < policy_.max_findings) {
    result_.duplicates.push_back(finding({Reason::kDuplicate, std::string(kDuplicateLeftOut)}));
  }
  return true;
}

/// A record is selected as the format shows it: repaired, and converted to UTF-8 if the format is.
bool BatchGate::is_wanted() {
  if (policy_.selector != nullptr && !policy_.selector->takes(admitted_.view, {batch_.input, record().offset},
                                                              batch_.first_number + current_, result_.found_ids)) {
    return false;
  }
  return policy_.predicate == nullptr || (*policy_.predicate)(admitted_.view);
}

void BatchGate::leave_out_fields() {
  RecordView view = admitted_.view;
  if (policy_.selector != nullptr && policy_.selector->filter(view, workspace_.filtered)) set_written(view);
}

/// Lets the caller change the record. Returns false where it is to be left out.
bool BatchGate::change(WriterMemory& memory) {
  Record& changed = workspace_.changed;
  changed.assign(admitted_.view);
  if (to_utf8_) say_utf8(changed);
  if (!(*policy_.change)(changed)) return false;
  RecordView view = changed.view();
  if (to_utf8_) {
    workspace_.utf8.make_valid(view, memory.repairs);
    if (policy_.nfc) workspace_.utf8.compose(view, memory.repairs);
  }
  set_written(view);
  return true;
}

/// The record is written as `view` has it, and so its raw bytes are not to be copied.
void BatchGate::set_written(const RecordView& view) {
  written_ = record();
  written_.well_formed = false;
  admitted_ = {view, &written_};
}

bool BatchGate::settle(const std::optional<Problem>& problem, const WriterMemory& memory) {
  count();
  if (problem) [[unlikely]] {
    reject(*problem);
    return false;
  }
  if (!memory.repairs.empty()) [[unlikely]] {
    if (policy_.strict) {
      reject(memory.repairs.front());
      return false;
    }
    note_repairs(memory.repairs);
  }
  ++result_.exported;
  return true;
}

void BatchGate::finish(std::size_t end) {
  result_.read = end - from_;
  result_.skipped_bytes = batch_.skipped_bytes(from_, end);
}

void BatchGate::count() {
  if (!counts_) return;
  const BatchRecord& item = record();
  const std::size_t bytes = item.raw.empty() ? item.view.bytes().size() : item.raw.size();
  result_.statistics.add(item.view, bytes, current_ - from_, item.offset);
}

void BatchGate::reject(const Problem& problem) {
  ++result_.rejects_by_reason[problem.reason];
  if (policy_.keep_rejected) result_.rejected_bytes.append(record().raw);
  if (result_.rejects.size() < policy_.max_findings) result_.rejects.push_back(finding(problem));
  tell(problem, true);
}

void BatchGate::tell(const Problem& problem, bool is_reject) const {
  if (policy_.on_finding == nullptr) return;
  Finding told = finding(problem);
  told.record = batch_.first_number + current_;
  told.input = batch_.input;
  (*policy_.on_finding)({told, is_reject, record().raw, record().view});
}

void BatchGate::note_repairs(const std::vector<Problem>& repairs) {
  ++result_.repaired;
  std::bitset<256> counted;  // Rules may be broken more than once.
  for (const Problem& repair : repairs) {
    const auto reason = static_cast<std::size_t>(repair.reason);
    if (!counted.test(reason)) ++result_.repairs_by_reason[repair.reason];
    counted.set(reason);
    if (result_.repairs.size() < policy_.max_findings) result_.repairs.push_back(finding(repair));
    tell(repair, false);
  }
}

Finding BatchGate::finding(const Problem& problem) const {
  Finding result;
  result.record = current_ - from_;
  result.offset = record().offset;
  result.control_number = control_number_of(record()).substr(0, kLongestControlNumber);
  result.code = problem.reason;
  result.detail = shortened(problem.detail, kLongestDetail);
  result.length = record().raw.size();
  result.location = problem.location;
  for (std::string* quote : {&result.location.tag, &result.location.subfield, &result.location.snippet}) {
    *quote = shortened(*quote, kLongestQuote);
  }
  return result;
}

}  // namespace bulkmarc
