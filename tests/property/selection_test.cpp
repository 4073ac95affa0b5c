#include <algorithm>
#include <cstdint>
#include <functional>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include <gtest/gtest.h>
#include <rapidcheck/gtest.h>

#include <bulkmarc/bulkmarc.hpp>

#include "property/arbitrary_record.hpp"
#include "support/exports.hpp"
#include "support/temporary_folder.hpp"

namespace bulkmarc {
namespace {

namespace gen = rc::gen;

using Predicate = std::function<bool(const RecordView&)>;

/// An expression, and what it means by an implementation of the tests' own.
struct Expression {
  std::string text;
  Predicate holds;
};

/// The values of `tag`, in which dots are wildcards, and of one of its subfields, or of all where `code` is 0.
std::vector<std::string> values(const RecordView& record, const std::string& tag, char code) {
  std::vector<std::string> found;
  for (const FieldView field : record.fields()) {
    bool same = true;
    for (std::size_t i = 0; i < 3; ++i) same &= tag[i] == '.' || tag[i] == field.tag()[i];
    if (!same) continue;
    const std::string bytes(field.bytes());
    if (field.is_control()) {
      if (code == 0) found.push_back(bytes);
      continue;
    }
    const std::size_t before = found.size();
    for (std::size_t at = bytes.find('\x1F'); at != std::string::npos; at = bytes.find('\x1F', at + 1)) {
      const std::string subfield = bytes.substr(at + 1, bytes.find('\x1F', at + 1) - at - 1);
      if (!subfield.empty() && (code == 0 || subfield[0] == code)) found.push_back(subfield.substr(1));
    }
    if (found.size() != before || bytes.find('\x1F') != std::string::npos) continue;
    const bool is_data = field.tag() == "CAT" && bytes.find_first_not_of(' ') != std::string::npos;
    if (code == 0) found.push_back(is_data ? bytes : "");
  }
  return found;
}

Expression test_of(const std::string& tag, char code, const std::string& op, const std::string& text) {
  const std::string spec = code == 0 ? tag : tag + "$" + code;
  const auto met = [op, text](const std::string& value) {
    if (op.front() == '<') return op == "<" ? value < text : value <= text;
    if (op.front() == '>') return op == ">" ? value > text : value >= text;
    return op.back() == '=' ? value == text : value.find(text) != std::string::npos;
  };
  if (op == "?") return {spec, [=](const RecordView& record) { return !values(record, tag, code).empty(); }};
  if (op == "!") return {"!" + spec, [=](const RecordView& record) { return values(record, tag, code).empty(); }};
  if (op == "#" && code != 0) {
    return {"#" + spec + "=2-3", [=](const RecordView& record) {
              const std::size_t count = values(record, tag, code).size();
              return count == 2 || count == 3;
            }};
  }
  if (op == "#") return test_of(tag, code, "?", text);
  std::string escaped;
  for (const char byte : text) escaped += byte == ' ' ? "\\s" : std::string(1, byte);
  return {spec + op + (op.back() == '/' ? text + "/" : "\\" + escaped), [=](const RecordView& record) {
            const std::vector<std::string> found = values(record, tag, code);
            const bool any = std::ranges::any_of(found, met);
            return op.front() == '!' ? !found.empty() && !any : any;
          }};
}

rc::Gen<Expression> arbitrary_test() {
  const auto tag = gen::elementOf(std::vector<std::string>{"245", "650", "6..", "..0", "880", "CAT", "..."});
  const auto code = gen::elementOf(std::string("\0abx05", 6));
  const auto op =
      gen::elementOf(std::vector<std::string>{"?", "!", "=", "!=", "~", "!~", "~/", "!~/", "<", "<=", ">", ">=", "#"});
  const auto text = gen::elementOf(std::vector<std::string>{"", "a", "Z", "0", " ", "word", "\xC3\xA9", "many words"});
  return gen::apply(test_of, tag, code, op, text);
}

Expression conjunction_of(const std::vector<std::vector<Expression>>& groups) {
  Expression all{"", [](const RecordView&) { return true; }};
  for (const std::vector<Expression>& group : groups) {
    std::string text;
    for (const Expression& test : group) text += (text.empty() ? "{" : "|") + test.text;
    all.text += text + "}";
    all.holds = [group, before = all.holds](const RecordView& record) {
      const auto holds = [&](const Expression& test) { return test.holds(record); };
      return before(record) && std::ranges::any_of(group, holds);
    };
  }
  return all;
}

rc::Gen<Expression> arbitrary_condition() {
  const auto group = gen::resize(3, gen::nonEmpty(gen::container<std::vector<Expression>>(arbitrary_test())));
  return gen::map(gen::resize(3, gen::nonEmpty(gen::container<std::vector<std::vector<Expression>>>(group))),
                  conjunction_of);
}

ExportOptions arbitrary_options() {
  ExportOptions options;
  options.format = *gen::elementOf(std::vector<Format>(record_formats().begin(), record_formats().end()));
  options.run.threads = *gen::element(1, 2, 3);
  options.run.batch_bytes = *gen::inRange<std::size_t>(4096, 20'000);
  options.backend = *gen::element(Backend::kAuto, Backend::kStreamed);
  return options;
}

/// What is exported when the records that a selection takes are all there are.
void expect_exports_only(const Exported& exported, const std::vector<Record>& taken, ExportOptions options) {
  options.run.selection = {};
  const Exported expected = export_to_memory(Source::records(taken), options);
  RC_ASSERT(exported.bytes == expected.bytes);
  RC_ASSERT(exported.report.records_exported == expected.report.records_exported);
  RC_ASSERT(exported.report.records_rejected == expected.report.records_rejected);
  RC_ASSERT(exported.report.records_repaired == expected.report.records_repaired);
  RC_ASSERT(exported.report.records_read ==
            exported.report.records_exported + exported.report.records_rejected + exported.report.records_selected_out);
}

RC_GTEST_PROP(SelectionPropertyTest, AConditionTakesWhatItMeans, ()) {
  const auto records = *usual_records();
  const Expression condition = *arbitrary_condition();
  const auto skip =
      *gen::weightedOneOf<std::size_t>({{2, gen::just<std::size_t>(0)}, {1, gen::inRange<std::size_t>(0, 20)}});
  ExportOptions options = arbitrary_options();
  options.run.selection.where = condition.text;
  options.run.selection.skip = skip;
  RC_LOG() << condition.text << "\n";
  std::vector<Record> taken;
  for (std::size_t i = skip; i < records.size(); ++i) {
    if (condition.holds(records[i].view())) taken.push_back(records[i]);
  }
  expect_exports_only(export_to_memory(Source::records(records), options), taken, options);
}

RC_GTEST_PROP(SelectionPropertyTest, ALimitEndsTheRunWithItsLastRecord, ()) {
  const auto records = *arbitrary_records();
  ExportOptions options = arbitrary_options();
  const auto limit = *gen::inRange<std::uint64_t>(0, records.size() + 2);
  std::vector<Record> taken;
  std::uint64_t exported = 0;
  for (const Record& record : records) {
    if (exported == limit) break;
    taken.push_back(record);
    exported += export_to_memory(Source::records({&record, 1}), options).report.records_exported;
  }
  options.run.selection.limit = limit;
  const Exported limited = export_to_memory(Source::records(records), options);
  expect_exports_only(limited, taken, options);
  RC_ASSERT(limited.report.records_read == taken.size());
}

RC_GTEST_PROP(SelectionPropertyTest, ASampleHasTheAskedSizeAndTheOrderOfTheInput, ()) {
  std::vector<Record> records = *arbitrary_records();
  for (std::size_t i = 0; i < records.size(); ++i) {
    Record numbered;
    numbered.add_control("001", std::to_string(100'000 + i));
    for (const FieldView field : records[i].view().fields()) numbered.add_field(field.tag(), field.bytes());
    records[i] = numbered;
  }
  ExportOptions options = arbitrary_options();
  const std::uint64_t all = export_to_memory(Source::records(records), options).report.records_exported;
  const auto size = *gen::inRange<std::uint64_t>(0, records.size() + 2);
  options.run.selection.sample = {size, *gen::arbitrary<std::uint64_t>()};
  const Exported sample = export_to_memory(Source::records(records), options);
  RC_ASSERT(sample.report.records_exported == std::min(size, all));
  ExportOptions other = arbitrary_options();
  other.format = options.format;
  other.run.selection = options.run.selection;
  RC_ASSERT(export_to_memory(Source::records(records), other).bytes == sample.bytes);
}

RC_GTEST_PROP(SelectionPropertyTest, FieldsAreLeftOutOfEveryRecord, ()) {
  const auto records = *usual_records();
  ExportOptions options = arbitrary_options();
  options.run.selection.fields = "245,6..$a,00.";
  options.run.selection.drop_fields = "...$x,001";
  std::vector<Record> taken;
  for (const Record& record : records) {
    Record rest(record.view().leader());
    for (const FieldView field : record.view().fields()) {
      const std::string tag(field.tag());
      if (tag.starts_with("00") && tag != "001") rest.add_field(tag, field.bytes());
      if (tag != "245" && tag[0] != '6') continue;
      std::vector<SubfieldView> subfields;
      bool had_some = false;
      for (const SubfieldView subfield : field.subfields()) {
        had_some = true;
        if (subfield.code != 'x' && (tag == "245" || subfield.code == 'a')) subfields.push_back(subfield);
      }
      if (!subfields.empty() || (tag == "245" && !had_some)) rest.add_data(tag, field.bytes().substr(0, 2), subfields);
    }
    taken.push_back(rest);
  }
  expect_exports_only(export_to_memory(Source::records(records), options), taken, options);
}

RC_GTEST_PROP(SelectionPropertyTest, NoTextBreaksTheParser, ()) {
  const auto text = *gen::container<std::string>(gen::elementOf(std::string("0156LDRa.$^/#-{}|=!~?\\s []\xC3\xA9")));
  ExportOptions options;
  options.run.selection.where = text;
  options.run.selection.fields = *gen::container<std::string>(gen::elementOf(std::string("0256.$a-,{\\ ")));
  const Record record = numbered_record(3);
  try {
    export_to_memory(Source::records({&record, 1}), options);
  } catch (const Error& error) {
    RC_ASSERT(error.code() == ErrorCode::kInvalidOptions);
  }
}

}  // namespace
}  // namespace bulkmarc
