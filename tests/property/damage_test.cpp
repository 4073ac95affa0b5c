#include <algorithm>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include <gtest/gtest.h>
#include <rapidcheck/gtest.h>

#include <bulkmarc/bulkmarc.hpp>

#include "property/arbitrary_record.hpp"
#include "support/exports.hpp"
#include "support/filled_pipe.hpp"
#include "support/lost_fields.hpp"
#include "support/temporary_folder.hpp"

namespace bulkmarc {
namespace {

namespace gen = rc::gen;

/// One change to the bytes of a file.
struct Damage {
  enum class Kind { kFlip, kErase, kInsert, kDigits, kDropTerminator, kRepeat, kCutHere };
  Kind kind;
  double where;  // From 0 to 1.
  std::size_t length;
  std::string text;
};

void showValue(const Damage& damage, std::ostream& out) {  // NOLINT(readability-identifier-naming)
  out << "kind " << static_cast<int>(damage.kind) << " at " << damage.where << " of " << damage.length << " with "
      << rc::toString(damage.text);
}

rc::Gen<Damage> arbitrary_damage() {
  using Kind = Damage::Kind;
  const auto kind = gen::weightedElement<Kind>({{4, Kind::kFlip},
                                                {4, Kind::kErase},
                                                {4, Kind::kInsert},
                                                {4, Kind::kDigits},
                                                {4, Kind::kDropTerminator},
                                                {2, Kind::kRepeat},
                                                {1, Kind::kCutHere}});
  const auto text = gen::elementOf(
      std::vector<std::string>{"\x1D", "\x1E", "\x1F", "\x1E\x1D", "\r\n", "x", "99999", "00026", "\n\n\n", "\xFF",
                               "00026nam a2200025 i 4500\x1E\x1D", "a long text that is no record\x1D"});
  return gen::map(gen::tuple(kind, gen::inRange(0, 100'001), gen::inRange<std::size_t>(1, 200), text),
                  [](const std::tuple<Kind, int, std::size_t, std::string>& chosen) {
                    const auto& [chosen_kind, where, length, chosen_text] = chosen;
                    return Damage{chosen_kind, where / 100'000.0, length, chosen_text};
                  });
}

void inflict(std::string& bytes, const Damage& damage) {
  const auto at = static_cast<std::size_t>(damage.where * static_cast<double>(bytes.size()));
  const std::size_t end_of_record = bytes.find('\x1D', at);
  switch (damage.kind) {
    case Damage::Kind::kFlip:
      if (at < bytes.size()) bytes[at] = static_cast<char>(bytes[at] ^ static_cast<char>(1 << damage.length % 8));
      return;
    case Damage::Kind::kErase:
      bytes.erase(at, damage.length);
      return;
    case Damage::Kind::kInsert:
      bytes.insert(at, damage.text);
      return;
    case Damage::Kind::kDigits:
      if (end_of_record == bytes.npos) return;
      bytes.replace(end_of_record + 1, 5, damage.length < 100 ? "00099" : "99999");
      return;
    case Damage::Kind::kDropTerminator:
      if (end_of_record != bytes.npos) bytes.erase(end_of_record, 1);
      return;
    case Damage::Kind::kRepeat:
      bytes.insert(at, std::string(bytes.substr(at, damage.length)));
      return;
    case Damage::Kind::kCutHere:
      bytes.resize(std::max(at, bytes.size() / 2));
      return;
  }
}

/// Usual records with some damage among them.
std::string damaged_file() {
  std::string bytes = iso2709(*usual_records());
  for (const Damage& damage : *gen::resize(6, gen::container<std::vector<Damage>>(arbitrary_damage()))) {
    inflict(bytes, damage);
  }
  return bytes;
}

class DamagedFile {
 public:
  explicit DamagedFile(std::string_view bytes) : path_(folder_.write("in.mrc", bytes)), bytes_(bytes) {}

  /// What an export gives, or nothing where the file is not taken for MARC.
  std::optional<Exported> run(ExportOptions options, bool through_a_pipe = false) {
    options.run.max_findings = 100'000;
    options.run.rejects = folder_.path("rejects.mrc");
    std::optional<FilledPipe> pipe;
    if (through_a_pipe) pipe.emplace(bytes_);
    try {
      return export_to_memory(Source::file(pipe ? pipe->path() : path_), options);
    } catch (const Error& error) {
      RC_ASSERT(error.code() == ErrorCode::kNotMarc);
      return std::nullopt;
    }
  }
  [[nodiscard]] std::string rejects() const { return folder_.read("rejects.mrc"); }

 private:
  TemporaryFolder folder_;
  std::filesystem::path path_;
  std::string bytes_;
};

ExportOptions options_of(Format format, int threads, std::size_t batch_bytes, bool strict = false) {
  ExportOptions options;
  options.format = format;
  options.run.threads = threads;
  options.run.batch_bytes = batch_bytes;
  options.run.strict = strict;
  return options;
}

RC_GTEST_PROP(DamagePropertyTest, DamageGivesTheSameRecordsHoweverTheFileIsCutIntoBatches, ()) {
  DamagedFile file(damaged_file());
  const auto format = *gen::element(Format::kIso2709, Format::kMarcXml, Format::kNdjson);
  const auto expected = file.run(options_of(format, 1, 1 << 20));
  if (!expected) return;
  const std::string rejects = file.rejects();
  const auto expect_same = [&](const std::optional<Exported>& exported) {
    RC_ASSERT(exported.has_value());
    RC_ASSERT(account_of(exported->report) == account_of(expected->report));
    RC_ASSERT(exported->bytes == expected->bytes);
    RC_ASSERT(file.rejects() == rejects);
  };
  const auto batch_bytes = *gen::inRange<std::size_t>(4096, 20'000);
  expect_same(file.run(options_of(format, 2, 4096)));
  expect_same(file.run(options_of(format, 3, batch_bytes)));
  expect_same(file.run(options_of(format, 2, 4096), true));
  expect_same(file.run(options_of(format, 1, batch_bytes), true));
}

RC_GTEST_PROP(DamagePropertyTest, EveryByteIsExportedOrRejectedOrSkipped, ()) {
  const std::string bytes = damaged_file();
  DamagedFile file(bytes);
  const auto exported = file.run(options_of(Format::kIso2709, 2, 4096, true));
  if (!exported) return;
  const Report& report = exported->report;
  RC_ASSERT(report.records_read == report.records_exported + report.records_rejected);
  RC_ASSERT(report.records_rejected == report.rejects.size());
  RC_ASSERT(report.bytes_read == bytes.size());
  RC_ASSERT(exported->bytes.size() + file.rejects().size() + report.bytes_skipped == bytes.size());
}

RC_GTEST_PROP(DamagePropertyTest, NoFieldIsLostWithoutAWord, ()) {
  const std::string bytes = damaged_file();
  RC_ASSERT(lost_fields(bytes) == "");
}

RC_GTEST_PROP(DamagePropertyTest, WhatIsExportedIsWellFormed, ()) {
  const std::string bytes = damaged_file();
  DamagedFile file(bytes);
  const auto exported = file.run(options_of(Format::kIso2709, 2, 4096));
  if (!exported || exported->bytes.empty()) return;
  RC_ASSERT(exported->report.records_read == exported->report.records_exported + exported->report.records_rejected);
  DamagedFile again(exported->bytes);
  const auto second = again.run(options_of(Format::kIso2709, 2, 4096));
  RC_ASSERT(second.has_value());
  RC_ASSERT(second->bytes == exported->bytes);
  RC_ASSERT(second->report.records_rejected == 0U);
  RC_ASSERT(second->report.bytes_skipped == 0U);
  // Only what is kept as it came is noted again.
  for (const Finding& repair : second->report.repairs) RC_ASSERT(repair.code == Reason::kDelimiterInData);
}

RC_GTEST_PROP(DamagePropertyTest, RecordsBeforeTheDamageAreUntouched, ()) {
  const std::string before = iso2709(*gen::nonEmpty(usual_records()));
  DamagedFile file(before + damaged_file());
  const auto exported = file.run(options_of(Format::kIso2709, 2, 4096));
  RC_ASSERT(exported.has_value());
  RC_ASSERT(exported->bytes.starts_with(before));
}

RC_GTEST_PROP(DamagePropertyTest, BytesThatAreNotMarcNeverBreakTheReader, ()) {
  const auto text = *arbitrary_text();
  const auto repeats = *gen::inRange(1, 2000);
  std::string bytes = iso2709(numbered_record(1).view());
  for (int i = 0; i < repeats; ++i) bytes += text;
  DamagedFile file(bytes);
  const auto exported = file.run(options_of(Format::kIso2709, 2, 4096, true));
  RC_ASSERT(exported.has_value());
  RC_ASSERT(exported->bytes.size() + file.rejects().size() + exported->report.bytes_skipped == bytes.size());
}

}  // namespace
}  // namespace bulkmarc
