#pragma once

#include <optional>
#include <string>

#include <bulkmarc/bulkmarc.hpp>

#include "pipeline/formatter.hpp"

/// What a formatter makes of one record, without prologue, separator and epilogue.
struct Emitted {
  std::string text;
  bulkmarc::BatchResult result;

  /// The reason of the only repair or reject, `none`, or `several`.
  [[nodiscard]] std::string repair() const { return only(result.repairs); }
  [[nodiscard]] std::string reject() const { return only(result.rejects); }

 private:
  static std::string only(const std::vector<bulkmarc::Finding>& findings) {
    if (findings.size() > 1) return "several";
    return findings.empty() ? "none" : std::string(bulkmarc::reason_name(findings.front().code));
  }
};

inline Emitted emit(bulkmarc::Format format, const bulkmarc::Record& record, bulkmarc::Policy policy = {},
                    const std::optional<bulkmarc::Table>& table = std::nullopt) {
  policy.max_findings = 100;
  const auto formatter = bulkmarc::make_formatter(format, policy, table);
  bulkmarc::Batch batch;
  batch.first_number = 1;
  bulkmarc::BatchRecord item;
  item.view = record.view();
  batch.add(item);
  bulkmarc::Workspace workspace;
  bulkmarc::Buffer output;
  Emitted emitted;
  formatter->append(batch, workspace, output, emitted.result);
  emitted.text = output.view();
  if (!emitted.text.empty()) emitted.text.erase(0, formatter->separator().size());
  return emitted;
}
