#include "show.hpp"

#include <algorithm>
#include <charconv>
#include <cstdint>
#include <cstdio>
#include <limits>
#include <map>
#include <mutex>
#include <optional>
#include <set>
#include <stdexcept>
#include <string_view>
#include <utility>

#include <fmt/format.h>
#include <fmt/ranges.h>
#include <CLI/CLI.hpp>

#include "terminal/pager.hpp"
#include "terminal/progress_bar.hpp"

namespace {

using bulkmarc::Finding;
using bulkmarc::Reason;
using bulkmarc::RecordView;

constexpr const char* kShowDetails =
    "RECORD is a control number (001), or the number of a record behind #, the first one being 1. What\n"
    "was rejected or repaired is marked, and the bytes around it are shown. All records are found in one\n"
    "pass. On a terminal they go through $PAGER, or less.\n\n"
    "Exit status: 3 if a record was not found.\n\n"
    "Examples:\n"
    "  bulkmarc show catalog.mrc ocm12345\n"
    "  bulkmarc show catalog.mrc '#1' '#85'\n";

// What is shown at most; memory is bounded by it.
constexpr std::size_t kMostRecords = 1000;
constexpr std::size_t kMostBytes = std::size_t{256} << 20;
/// Of the bytes of a damaged record. No whole one in ISO 2709 has more.
constexpr std::size_t kMostBytesOfDamaged = 100'000;
constexpr std::size_t kMostLinesOfText = 100;
constexpr std::size_t kBytesOnLine = 16;
constexpr std::size_t kLinesAroundDamage = 4;

std::string_view without_blanks(std::string_view text) {
  text.remove_prefix(std::min(text.find_first_not_of(' '), text.size()));
  return text.substr(0, text.find_last_not_of(' ') + 1);
}

std::uint64_t number_of(std::string_view text) {
  std::uint64_t number = 0;
  const char* const end = text.data() + text.size();
  const auto [rest, error] = std::from_chars(text.data(), end, number);
  if (rest != end || error != std::errc() || number == 0) {
    throw UsageError(fmt::format("'#{}': expected the number of a record, from #1 on", text));
  }
  return number;
}

/// What is asked for.
struct Wanted {
  std::set<std::string, std::less<>> ids;
  std::set<std::uint64_t> numbers;

  explicit Wanted(const std::vector<std::string>& records) {
    for (const std::string& record : records) {
      if (record.starts_with('#')) {
        numbers.insert(number_of(std::string_view(record).substr(1)));
      } else if (const std::string_view id = without_blanks(record); !id.empty()) {
        ids.emplace(id);
      } else {
        throw UsageError("RECORD is empty");
      }
    }
  }

  [[nodiscard]] bool has(const Finding& reject, const RecordView& decoded) const {
    if (numbers.contains(reject.record) || ids.contains(without_blanks(reject.control_number))) return true;
    return !decoded.bytes().empty() && std::ranges::any_of(decoded.fields(), [this](const auto& field) {
      return field.tag() == "001" && ids.contains(without_blanks(field.bytes()));
    });
  }
};

/// A record that is shown, as far as it is known.
struct ShownRecord {
  std::size_t input = 0;
  std::uint64_t offset = 0;
  std::optional<bulkmarc::Record> record;
  std::string bytes;         ///< Of a damaged one, the first of its bytes in the input.
  std::uint64_t length = 0;  ///< Of all of these.
  bool is_rejected = false;
  std::map<Reason, Finding> findings;

  [[nodiscard]] std::size_t size() const {
    return sizeof(ShownRecord) + bytes.size() + (record ? record->view().bytes().size() : 0);
  }
};

/// The records that are shown, by their numbers; the first of them where there are too many. Filled by many threads.
class ShownRecords {
 public:
  /// Lets `fill` add something to the record, unless it comes after those for which there is room.
  template <class Fill>
  void add(std::uint64_t number, const Fill& fill) {
    const std::scoped_lock lock(mutex_);
    if (number >= end_) return;
    ShownRecord& record = records_[number];
    const std::size_t before = record.bytes.empty() && !record.record ? 0 : record.size();
    fill(record);
    bytes_ += record.size() - before;
    while (records_.size() > kMostRecords || (bytes_ > kMostBytes && records_.size() > 1)) {
      const auto last = std::prev(records_.end());
      bytes_ -= last->second.size();
      end_ = last->first;
      records_.erase(last);
    }
  }

  // Not while others add.
  [[nodiscard]] const std::map<std::uint64_t, ShownRecord>& records() const { return records_; }
  [[nodiscard]] bool has_left_some_out() const { return end_ != kNoEnd; }

 private:
  static constexpr std::uint64_t kNoEnd = std::numeric_limits<std::uint64_t>::max();

  std::mutex mutex_;
  std::map<std::uint64_t, ShownRecord> records_;
  std::size_t bytes_ = 0;
  std::uint64_t end_ = kNoEnd;
};

void add_finding(const bulkmarc::RecordFinding& found, ShownRecord& shown) {
  shown.input = found.finding.input;
  shown.offset = found.finding.offset;
  shown.length = found.finding.length;
  shown.bytes = found.bytes.substr(0, kMostBytesOfDamaged);
  shown.is_rejected |= found.is_reject;
  shown.findings.insert_or_assign(found.finding.code, found.finding);
  if (found.is_reject && !found.decoded.directory().empty()) shown.record.emplace(found.decoded);
}

/// What can be read of a record of ISO 2709 that could not be decoded: the fields between terminators, with the tags of
/// the directory's entries that begin there.
class SalvagedRecord {
 public:
  explicit SalvagedRecord(std::string_view bytes) {
    const std::size_t directory_end = bytes.find(bulkmarc::kFieldTerminator);
    if (directory_end == std::string_view::npos || directory_end < bulkmarc::kLeaderLength) return;
    std::string leader(bytes.substr(0, bulkmarc::kLeaderLength));
    std::ranges::replace_if(
        leader, [](char byte) { return byte < ' ' || byte > '~'; }, '?');
    record_.emplace(leader);
    const auto tags = tags_of(bytes.substr(bulkmarc::kLeaderLength, directory_end - bulkmarc::kLeaderLength));
    data_ = directory_end + 1;
    constexpr std::string_view kTerminators = "\x1E\x1D";
    for (std::size_t at = data_; at < bytes.size();) {
      const std::size_t end = std::min(bytes.find_first_of(kTerminators, at), bytes.size());
      const auto tag = tags.find(at - data_);
      if (end != at) add(tag == tags.end() ? kNoTag : tag->second, bytes.substr(at, end - at), at);
      at = end + 1;
    }
  }

  [[nodiscard]] const std::optional<bulkmarc::Record>& record() const { return record_; }

  /// Where in the bytes the field begins.
  [[nodiscard]] std::optional<std::size_t> place_of(std::string_view tag, std::uint32_t occurrence) const {
    for (std::size_t i = 0; i < places_.size(); ++i) {
      if (record_->view().fields()[i].tag() == tag && --occurrence == 0) return places_[i];
    }
    return std::nullopt;
  }

 private:
  static constexpr std::string_view kNoTag = "???";

  static std::map<std::size_t, std::string_view> tags_of(std::string_view directory) {
    std::map<std::size_t, std::string_view> tags;
    for (; directory.size() >= bulkmarc::kDirectoryEntryLength;
         directory.remove_prefix(bulkmarc::kDirectoryEntryLength)) {
      constexpr std::size_t kStart = 7;
      constexpr std::size_t kDigits = 5;
      std::size_t start = 0;
      const auto [rest, error] = std::from_chars(&directory[kStart], &directory[kStart] + kDigits, start);
      if (rest == &directory[kStart] + kDigits) tags.emplace(start, directory.substr(0, bulkmarc::kTagLength));
    }
    return tags;
  }

  void add(std::string_view tag, std::string_view bytes, std::size_t place) {
    try {
      record_->add_field(tag, bytes);
    } catch (const std::invalid_argument&) {
      record_->add_field(kNoTag, bytes);
    }
    places_.push_back(place);
  }

  std::optional<bulkmarc::Record> record_;
  std::size_t data_ = 0;
  std::vector<std::size_t> places_;  // Of the fields.
};

/// A line for the leader, and one for each field; nothing where mrk can't hold the record.
std::vector<std::string> mrk_lines(const bulkmarc::Record& record) {
  std::string text;
  bulkmarc::ExportOptions options;
  options.format = bulkmarc::Format::kMrk;
  options.run.threads = 1;
  bulkmarc::export_records(bulkmarc::Source::records({&record, 1}), bulkmarc::Target::memory(text), options);
  std::vector<std::string> lines;
  for (std::size_t at = 0; at < text.size();) {
    const std::size_t end = std::min(text.find('\n', at), text.size());
    if (end != at) lines.push_back(text.substr(at, end - at));
    at = end + 1;
  }
  return lines;
}

/// The line of mrk that a finding is about, if it is about one.
std::optional<std::size_t> line_of(const bulkmarc::FieldLocation& location, const RecordView& record) {
  if (location.tag == "LDR") return 0;
  std::uint32_t occurrence = 0;
  std::size_t line = 0;
  for (const auto field : record.fields()) {
    ++line;
    if (field.tag() == location.tag && ++occurrence == location.occurrence) return line;
  }
  return std::nullopt;
}

std::string finding_text(const Finding& finding, bool is_rejected) {
  const bulkmarc::FieldLocation& location = finding.location;
  std::string text = fmt::format("{}: {}: {}", is_rejected ? "rejected" : "repaired",
                                 bulkmarc::reason_name(finding.code), finding.detail);
  if (location.tag.empty()) return text;
  text += fmt::format(" ({}", location.tag);
  if (location.occurrence > 1) text += fmt::format(" #{}", location.occurrence);
  if (!location.subfield.empty()) text += fmt::format(" ${}", location.subfield);
  return text + fmt::format(" at {}: \"{}\")", location.position, location.snippet);
}

/// Where in the bytes of a record the finding is; nothing where that is not known.
std::optional<std::size_t> place_of(const Finding& finding, const ShownRecord& shown, const SalvagedRecord& salvaged) {
  constexpr std::size_t kBaseAddressAt = 12;
  const bulkmarc::FieldLocation& location = finding.location;
  if (location.tag == "LDR" || finding.code == Reason::kRecordLength || finding.code == Reason::kLeader) return 0;
  if (finding.code == Reason::kTruncated) return shown.bytes.size();
  if (finding.code == Reason::kBaseAddress) return kBaseAddressAt;
  if (!location.tag.empty() && salvaged.record()) {
    const auto field = salvaged.place_of(location.tag, location.occurrence);
    if (field) return *field + static_cast<std::size_t>(location.position);
  }
  if (finding.code == Reason::kDirectory && salvaged.record()) return bulkmarc::kLeaderLength;
  const std::size_t quoted = location.snippet.empty() ? std::string::npos : shown.bytes.find(location.snippet);
  if (quoted != std::string::npos) return quoted;
  return shown.is_rejected ? std::optional<std::size_t>(0) : std::nullopt;
}

void append_line(std::string_view line, std::string& text) {
  text += bulkmarc::printable(line);
  text += '\n';
}

/// The bytes around a place, as hexdump(1) shows them.
void append_bytes_around(std::size_t place, const ShownRecord& shown, std::string& text) {
  const std::size_t line = std::min(place, shown.bytes.size() - 1) / kBytesOnLine;
  const std::size_t begin = (line - std::min(line, kLinesAroundDamage)) * kBytesOnLine;
  const std::size_t end = std::min(shown.bytes.size(), (line + kLinesAroundDamage + 1) * kBytesOnLine);
  append_line(fmt::format("bytes {} to {} of {}, around {}:", begin, end - 1, shown.length, place), text);
  for (std::size_t at = begin; at < end; at += kBytesOnLine) {
    std::string hexadecimal;
    std::string characters;
    for (std::size_t i = at; i < std::min(end, at + kBytesOnLine); ++i) {
      const auto byte = static_cast<unsigned char>(shown.bytes[i]);
      hexadecimal += fmt::format("{}{:02x}", i == place ? '>' : ' ', byte);
      characters += byte < ' ' || byte > '~' ? '.' : shown.bytes[i];
    }
    append_line(fmt::format("{:>8} {:<48}  |{}|", at, hexadecimal, characters), text);
  }
}

/// The lines of a text that no record could be made of.
void append_text(std::string_view bytes, std::string& text) {
  std::size_t lines = 0;
  for (std::size_t at = 0; at < bytes.size(); ++lines) {
    if (lines == kMostLinesOfText) return append_line("...", text);
    const std::size_t end = std::min(bytes.find('\n', at), bytes.size());
    append_line(bytes.substr(at, end - at), text);
    at = end + 1;
  }
}

void append_mrk(const bulkmarc::Record& record, const ShownRecord& shown, std::string& text) {
  const std::vector<std::string> lines = mrk_lines(record);
  std::vector<std::vector<std::string>> marks(lines.size());
  for (const auto& [code, finding] : shown.findings) {
    const auto line = line_of(finding.location, record.view());
    if (line && *line < marks.size()) marks[*line].push_back(finding_text(finding, shown.is_rejected));
  }
  for (std::size_t i = 0; i < lines.size(); ++i) {
    append_line(lines[i], text);
    for (const std::string& mark : marks[i]) append_line("   ^ " + mark, text);
  }
}

std::string control_number_of(const ShownRecord& shown) {
  if (!shown.findings.empty()) return shown.findings.begin()->second.control_number;
  return shown.record ? std::string(shown.record->view().control_number()) : "";
}

void append_record(std::uint64_t number, const ShownRecord& shown, const std::vector<std::string>& inputs,
                   std::string& text) {
  const SalvagedRecord salvaged(shown.bytes);
  const std::string id = control_number_of(shown);
  append_line(fmt::format("record {} at {}{}{}", number, shown.offset, id.empty() ? "" : fmt::format(" (001: {})", id),
                          inputs.size() > 1 ? " in " + inputs[shown.input] : ""),
              text);
  const auto& record = shown.record ? shown.record : salvaged.record();
  for (const auto& [code, finding] : shown.findings) {
    if (!record || !line_of(finding.location, record->view())) {
      append_line(finding_text(finding, shown.is_rejected), text);
    }
  }
  if (record) {
    append_mrk(*record, shown, text);
  } else {
    append_text(shown.bytes, text);
  }
  std::set<std::size_t> places;
  for (const auto& [code, finding] : shown.findings) {
    const auto place = place_of(finding, shown, salvaged);
    if (place && !shown.bytes.empty() && places.insert(*place).second) append_bytes_around(*place, shown, text);
  }
  text += '\n';
}

bulkmarc::RunOptions options_of(const ShowArguments& arguments, const Wanted& wanted) {
  bulkmarc::RunOptions options = arguments.options.run;
  if (!wanted.ids.empty()) options.selection.ids.emplace(wanted.ids.begin(), wanted.ids.end());
  if (!wanted.numbers.empty()) options.selection.numbers.emplace(wanted.numbers.begin(), wanted.numbers.end());
  options.max_findings = wanted.ids.size();  // All that were not found.
  return options;
}

/// Reads all records, and keeps those that are wanted.
bulkmarc::Report find_records(bulkmarc::Source source, bulkmarc::RunOptions options, const Wanted& wanted,
                              ShownRecords& shown) {
  ProgressBar bar("Reading");
  if (ProgressBar::can_be_shown()) {
    options.progress = [&bar](const bulkmarc::Progress& progress) { bar.update(progress); };
  }
  options.on_finding = [&](const bulkmarc::RecordFinding& found) {
    if (found.is_reject && !wanted.has(found.finding, found.decoded)) return;
    shown.add(found.finding.record, [&](ShownRecord& record) { add_finding(found, record); });
  };
  bulkmarc::RecordStream stream(std::move(source), std::move(options));
  bulkmarc::RecordBatch batch;
  while (stream.next(batch)) {
    for (std::size_t i = 0; i < batch.size(); ++i) {
      shown.add(batch.number(i), [&](ShownRecord& record) {
        record.input = batch.input(i);
        record.offset = batch.offset(i);
        record.record.emplace(batch[i]);
      });
    }
  }
  return stream.report();
}

std::vector<std::string> missing(const bulkmarc::Report& report, const Wanted& wanted) {
  std::vector<std::string> missing = report.missing_ids;
  for (const std::uint64_t number : wanted.numbers) {
    if (number > report.records_read) missing.push_back(fmt::format("#{}", number));
  }
  return missing;
}

}  // namespace

void add_show_options(CLI::App& command, ShowArguments& arguments) {
  command.footer(kShowDetails);
  command.add_option("FILE", arguments.file, "Read this file or folder; - is standard input")
      ->option_text("(required)")
      ->required();
  command.add_option("RECORD", arguments.wanted, "Show records with this control number, or number '#N'")
      ->option_text("... (required)")
      ->required();
  add_from_option(command, arguments);
  add_charset_option(command, arguments);
  add_speed_options(command, arguments);
}

ExitStatus show_records(ShowArguments& arguments, std::stop_token stop) {
  const Wanted wanted(arguments.wanted);
  arguments.inputs = {arguments.file};
  bulkmarc::RunOptions options = options_of(arguments, wanted);
  options.stop = std::move(stop);
  ShownRecords shown;
  const bulkmarc::Report report = find_records(open_source(arguments), std::move(options), wanted, shown);
  std::string text;
  for (const auto& [number, record] : shown.records()) append_record(number, record, report.inputs, text);
  print_paged(text);
  if (shown.has_left_some_out()) {
    std::fputs(fmt::format("bulkmarc: more records match; the first {} are shown\n", shown.records().size()).c_str(),
               stderr);
  }
  const std::vector<std::string> not_found = missing(report, wanted);
  if (not_found.empty()) return ExitStatus::kExported;
  std::fputs(
      fmt::format("bulkmarc: not found: {}\n", bulkmarc::printable(fmt::format("{}", fmt::join(not_found, ", "))))
          .c_str(),
      stderr);
  return ExitStatus::kRejects;
}
