#include "support/export_case.hpp"

#include <algorithm>
#include <cstdint>
#include <filesystem>
#include <map>
#include <utility>

#include <fmt/format.h>

#include "compression/compressor.hpp"
#include "support/charset_text.hpp"
#include "support/decompress.hpp"
#include "support/parts.hpp"
#include "support/temporary_folder.hpp"
#include "text/buffer.hpp"

using namespace bulkmarc;

namespace {

/// A record as catalogues have them, or with something odd.
Record draw_record(const Draw& draw, std::uint64_t number) {
  Record record = numbered_record(number);
  switch (draw(24)) {
    case 0:
      record.set_leader("00000cam  2200000 a 4500")
          .add_data("500", "  ",
                    {{'a',
                      "Caf\xE2"
                      "e"}});  // MARC-8.
      break;
    case 1:
      record.add_data("500", "  ", {{'a', "broken \xC3"}});
      break;
    case 2:
      record.set_leader("00000cam  2200000 a 4500");  // It is UTF-8 all the same.
      break;
    case 3:
      record.add_field("500", "no subfields");
      break;
    case 4:
      record.add_field("500",
                       "  data before\x1F"
                       "athe first subfield");
      break;
    case 5:
      record.add_field("CAT",
                       "\x01\x7F"
                       "x\x1F"
                       "acontrol \x02 characters");
      break;
    case 6:
      record.add_control("001", fmt::format("second{}", number));
      break;
    case 7:
      record.clear();
      break;
    case 8:
      record.clear();
      record.add_data("245", "00", {{'a', "without a control number"}});
      break;
    case 9:
      record.add_data("520", "  ", {{'a', std::string(10'500, 'l')}});  // Longer than ISO 2709 can say.
      break;
    case 10:
      record.add_data("500", "  ", {{'a', "e\xCC\x81 \"quoted\", {braced} $ \\ <&>\t"}});
      break;
    case 11:
      record.add_field("500", "");
      break;
    case 12:
      record.add_data("245", "10", {{'a', "a second title"}, {'q', "x"}}).add_control("008", "");
      break;
    case 13:
      record.remove_fields("245");
      break;
    default:
      break;
  }
  return record;
}

/// A record whose rows are much longer than itself.
Record amplifying_record(std::uint64_t number) {
  Record record;
  record.add_control("001", fmt::format("nr{:06}", number) + std::string(6000, 'n'));
  std::string field = "  ";
  for (int i = 0; i < 500; ++i)
    field +=
        "\x1F"
        "a";
  record.add_field("500", field);
  return record;
}

std::vector<Record> draw_records(const Draw& draw) {
  const std::size_t count = pick(draw, std::vector<std::size_t>{0, 1, 2, 10, 60, 200}) + draw(3);
  std::vector<Record> records;
  for (std::size_t i = 0; i < count; ++i) records.push_back(draw_record(draw, draw(400)));
  if (one_in(draw, 30))
    records.insert(records.begin() + static_cast<std::ptrdiff_t>(draw(count + 1)), amplifying_record(7));
  return records;
}

/// Records as a file of `format`. ISO 2709 is written by the tests, so that it holds what no export writes.
std::string as_file(const std::vector<Record>& records, Format format) {
  if (format != Format::kIso2709) {
    ExportOptions options;
    options.format = format;
    options.run.threads = 1;
    return export_to_memory(Source::records(records), options).bytes;
  }
  std::string bytes;
  for (const Record& record : records) {
    const std::string one = iso2709(record.view());
    const bool fits =
        std::ranges::all_of(record.view().fields(), [](const FieldView& field) { return field.bytes().size() < 9999; });
    if (fits && one.size() < 99'999) bytes += one;
  }
  return bytes;
}

void damage(std::string& bytes, const Draw& draw) {
  static const std::vector<std::string> kJunk = {"",      "\x1D", "\x1E", "\x1F",     "00050",
                                                 " ",     "\n",   "\r\n", "=",        "<",
                                                 ">",     "\"",   "}",    "{",        std::string(40, '\0'),
                                                 "$a",    "&",    "\xFF", "<record>", "</record>",
                                                 "99999", "4500"};
  if (bytes.empty()) return;
  switch (draw(6)) {
    case 0:
      bytes.resize(draw(bytes.size()));
      break;
    case 1:
      bytes.insert(draw(bytes.size() + 1), std::string(draw(9000), pick(draw, std::string("\n \0x", 4))));
      break;
    case 2: {
      const std::size_t at = draw(bytes.size());
      bytes += bytes.substr(at, draw(3000));
      break;
    }
    default:
      for (std::size_t i = draw(5) + 1; i > 0; --i) bytes.replace(draw(bytes.size()), draw(4), pick(draw, kJunk));
      break;
  }
}

/// The bytes in members of this many, and one at least.
std::string compressed(std::string_view bytes, Compression compression, std::size_t in_a_member) {
  const auto compressor = make_compressor(compression, levels_of(compression).lowest);
  std::string all;
  Buffer packed;
  do {
    compressor->compress(bytes.substr(0, in_a_member), packed);
    all += packed.view();
    bytes.remove_prefix(std::min(in_a_member, bytes.size()));
  } while (!bytes.empty());
  return all;
}

/// A record whose text is in a character set, in UTF-8.
Record draw_record_of(const Draw& draw, const KnownCharset& charset, std::uint64_t number) {
  const auto text = [&] {
    std::string drawn = "x";
    for (std::size_t i = draw(12); i > 0; --i) drawn += one_in(draw, 3) ? pick(draw, charset.letters).utf8 : "ab";
    return drawn;
  };
  Record record("00000nam a2200000 i 4500");
  record.add_control("001", fmt::format("nr{:06}", number)).add_data("245", "10", {{'a', text()}, {'b', text()}});
  if (one_in(draw, 8)) record.add_field("CAT", text());
  if (one_in(draw, 8))
    record.add_field("500", "  " + text() +
                                "\x1F"
                                "a" +
                                text());
  for (std::uint64_t i = 0; i < number % 17; ++i) record.add_data("650", " 0", {{'a', text()}, {'x', "x"}});
  return record;
}

/// A file before it is damaged and compressed, and its text in UTF-8.
struct DrawnFile {
  std::string bytes;
  std::string utf8;
};

/// Records whose text is in a character set.
DrawnFile draw_file_in(const Draw& draw, const KnownCharset& charset, Format format) {
  std::vector<Record> records;
  for (std::size_t i = pick(draw, std::vector<std::size_t>{0, 1, 10, 60}); i > 0; --i) {
    records.push_back(draw_record_of(draw, charset, draw(400)));
  }
  const std::string utf8 = as_file(records, format);
  if (format != Format::kIso2709) return {encoded(charset, utf8), utf8};
  std::string bytes;
  for (const Record& record : records) {
    Record one(one_in(draw, 2) ? kDefaultLeader : record.view().leader());  // Whatever it says, the set is that.
    for (const FieldView field : record.view().fields()) one.add_field(field.tag(), encoded(charset, field.bytes()));
    bytes += iso2709(one.view());
  }
  return {bytes, utf8};
}

/// Adds a file to the inputs of a case.
void draw_file(ExportCase& example, const Draw& draw, const KnownCharset* charset) {
  std::string& description = example.description;
  // A character set is an error for all formats but two.
  const bool is_of_charset = charset != nullptr && !one_in(draw, 20);
  const Format any =
      is_of_charset ? pick(draw, std::vector<Format>{Format::kIso2709, Format::kMrk}) : pick(draw, record_formats());
  const Format format = example.from.value_or(any);
  const bool can_be_encoded = charset != nullptr && (format == Format::kIso2709 || format == Format::kMrk);
  DrawnFile file;
  if (can_be_encoded) {
    file = draw_file_in(draw, *charset, format);
  } else {
    file.bytes = as_file(draw_records(draw), format);
  }
  std::string& bytes = file.bytes;
  description += fmt::format(" {}({}", format_name(format), bytes.size());
  bool is_sound = can_be_encoded;
  if (one_in(draw, 40) && format == Format::kIso2709) {
    description += ",no terminator for 1.3 MB";
    bytes.insert(bytes.size() / 2, std::string(1'300'000, 'x'));
    is_sound = false;
  }
  if (one_in(draw, 3)) {
    damage(bytes, draw);
    description += ",damaged";
    is_sound = false;
  }
  if (one_in(draw, 4)) {
    const Compression compression = draw(2) == 0 ? Compression::kGzip : Compression::kZstd;
    const std::size_t in_a_member = pick(draw, std::vector<std::size_t>{1'000'000, 30'000, 1'000});
    bytes = compressed(bytes, compression, in_a_member);
    description += fmt::format(",{} of {} in a member", compression_name(compression), in_a_member);
    const std::string sound = bytes;
    if (one_in(draw, 6)) bytes.resize(draw(bytes.size() + 1));
    if (one_in(draw, 6) && !bytes.empty()) bytes[draw(bytes.size())] = pick(draw, std::string("\n \0x", 4));
    is_sound = is_sound && bytes == sound;
  }
  description += ")";
  example.inputs.push_back(bytes);
  // Once one is not sound, there is nothing to compare with.
  if (is_sound && example.inputs_in_utf8.size() + 1 == example.inputs.size()) {
    example.inputs_in_utf8.push_back(file.utf8);
  }
}

void draw_selection(ExportCase& example, const Draw& draw) {
  Selection& selection = example.options.run.selection;
  if (one_in(draw, 3)) {
    example.where = draw_where(draw);
    selection.where = example.where->text;
    example.description += " where " + selection.where;
  }
  if (one_in(draw, 8)) {
    selection.ids.emplace();
    for (std::size_t i = draw(30); i > 0; --i) selection.ids->push_back(fmt::format(" nr{:06}", draw(400)));
    if (one_in(draw, 2)) selection.ids->push_back("second7");
    example.description += fmt::format(" {} ids", selection.ids->size());
  }
  if (one_in(draw, 8)) selection.fields = "245,6..$a,00.";
  if (one_in(draw, 8)) selection.drop_fields = "...$x,003,500";
  if (one_in(draw, 4)) selection.skip = draw(60);
  if (one_in(draw, 3)) {
    selection.limit = draw(120);
  } else if (one_in(draw, 8) && example.origin != ExportCase::Origin::kPulled) {
    selection.sample = {draw(50), draw(1000)};
  }
  if (one_in(draw, 6) && example.origin != ExportCase::Origin::kPulled) {
    selection.unique = one_in(draw, 2) ? Unique::kFirst : Unique::kLast;
    example.description += *selection.unique == Unique::kFirst ? " unique first" : " unique last";
  }
  example.description +=
      fmt::format(" fields '{}' drop '{}' skip {} limit {} sample {}", selection.fields, selection.drop_fields,
                  selection.skip, selection.limit ? std::to_string(*selection.limit) : "-",
                  selection.sample ? std::to_string(selection.sample->records) : "-");
}

/// Changes that leave what a record says of itself, its control number, to be found.
bool change_some(Record& record) {
  const std::size_t fields = record.view().fields().size();
  if (fields % 5 == 4) return false;
  if (fields % 3 == 0) record.remove_fields("650");
  if (fields % 2 == 0) record.add_data("500", "  ", {{'a', "changed \xC3 e\xCC\x81"}});
  if (fields % 7 == 6) record.add_data("520", "  ", {{'a', std::string(10'500, 'c')}});
  if (fields % 4 == 3) record.set_leader("00000cas  2200000 a 4500");
  return true;
}

void draw_functions(ExportCase& example, const Draw& draw) {
  RunOptions& options = example.options.run;
  if (one_in(draw, 6)) options.predicate = [](const RecordView& record) { return record.fields().size() % 3 != 1; };
  if (one_in(draw, 6)) options.change = change_some;
  example.description += fmt::format("{}{}", options.predicate ? " predicate" : "", options.change ? " change" : "");
}

/// Undefined fields, indicators and subfields, and what is missing and repeated, in records of the tests.
constexpr const char* kSchema = R"({"fields": {
  "001": {"required": true, "repeatable": false},
  "008": {"repeatable": true},
  "245": {"required": true, "repeatable": false, "indicator2": {"codes": {"0": "none"}}, "subfields": {
    "a": {"required": true, "repeatable": false}, "b": {"required": true}}},
  "500": {"repeatable": false, "indicator1": null, "subfields": {"a": {}}},
  "650": {"indicator2": {"codes": {"0": "LCSH"}}}}})";

void draw_rules(ExportCase& example, const Draw& draw) {
  if (!one_in(draw, 5)) return;
  example.has_marc21_rules = draw(2) == 0;
  example.options.run.rules = example.has_marc21_rules ? Rules() : Rules::with_avram_schema(kSchema);
  example.description += example.has_marc21_rules ? " rules" : " avram";
}

void draw_output(ExportCase& example, const Draw& draw) {
  static const std::vector<OutputForm> kForms = all_output_forms();
  example.form = pick(draw, kForms);
  example.options = example.form.options();
  ExportOptions& options = example.options;
  options.run.strict = one_in(draw, 5);
  options.to_utf8 = one_in(draw, 4);
  options.run.statistics = one_in(draw, 5);
  options.run.max_findings = pick(draw, std::vector<std::size_t>{0, 1, 5, 1000});
  example.output = pick(draw, std::vector<ExportCase::Output>{ExportCase::Output::kMemory, ExportCase::Output::kFile,
                                                              ExportCase::Output::kParts, ExportCase::Output::kNothing,
                                                              ExportCase::Output::kRecords});
  options.run.nfc = one_in(draw, 5) && example.is_utf8();
  if (example.output == ExportCase::Output::kParts) {
    if (draw(2) == 0) example.parts.records = draw(100) + 1;
    if (example.parts.records == 0 || draw(3) == 0) example.parts.bytes = draw(60'000) + 1;
  }
  if (one_in(draw, 3)) options.compression = draw(2) == 0 ? Compression::kGzip : Compression::kZstd;
  example.keep_rejects = draw(2) == 0;
  static constexpr const char* kOutputs[] = {"memory", "file", "parts", "nothing", "records"};
  example.description += fmt::format(" to {} in {} (parts of {}, {}) {}{}{}{}{} findings {} {}", example.form.name,
                                     kOutputs[static_cast<int>(example.output)], example.parts.records,
                                     example.parts.bytes, compression_name(options.compression),
                                     options.run.strict ? " strict" : "", options.to_utf8 ? " to-utf8" : "",
                                     options.run.nfc ? " nfc" : "", options.run.statistics ? " statistics" : "",
                                     options.run.max_findings, example.keep_rejects ? "rejects" : "");
  draw_rules(example, draw);
  draw_functions(example, draw);
}

/// More columns that tell where a row comes from. The names of files are left out: they are not the same in every way.
void draw_more_columns(ExportCase& example, const Draw& draw) {
  std::optional<Table>& table = example.form.table;
  if (!table || !one_in(draw, 3)) return;
  if (example.origin != ExportCase::Origin::kFiles) table = table->with_provenance();
  if (draw(2) == 0) table = table->with_load_id("load \"7\",\t\\");
  example.options.table = table;
  example.description += " and where they come from";
}

/// The inputs of a case as it says; `given` has those that are not written to files.
Source source_of(const ExportCase& example, const TemporaryFolder& folder, const std::vector<GivenInput>& given) {
  switch (example.origin) {
    case ExportCase::Origin::kRecords:
      return Source::records(example.records);
    case ExportCase::Origin::kIndexed:
      return Source::indexed(example.records.size(), [&example](std::uint64_t index, Record& record) {
        record = example.records[static_cast<std::size_t>(index)];
      });
    case ExportCase::Origin::kPulled:
      return Source::pulled([&example, next = std::size_t{0}](Record& record) mutable {
        if (next == example.records.size()) return false;
        record = example.records[next++];
        return true;
      });
    case ExportCase::Origin::kFiles:
      break;
  }
  std::vector<Input> inputs;
  for (const GivenInput& each : given) inputs.push_back(each.input());
  for (std::size_t i = inputs.size(); i < example.inputs.size(); ++i) {
    inputs.emplace_back(folder.write(fmt::format("in{}", i), example.inputs[i]));
  }
  return Source::inputs(inputs, {.format = example.from, .charset = example.charset});
}

std::string difference_of_texts(const std::string& what, const std::string& text, const std::string& other) {
  if (text == other) return "";
  const auto at = static_cast<std::size_t>(std::ranges::mismatch(text, other).in1 - text.begin());
  const std::size_t from = at - std::min<std::size_t>(at, 80);
  return fmt::format("{}, after {} bytes:\n{}\nis not\n{}", what, at, text.substr(from, 300), other.substr(from, 300));
}

std::string unpacked(Compression compression, const std::string& bytes) {
  return compression == Compression::kNone ? bytes : decompress(compression, bytes);
}

}  // namespace

bool ExportCase::is_utf8() const {
  return options.to_utf8 || (output != Output::kRecords && options.format != Format::kIso2709);
}

std::string text_of(const RecordBatch& batch, std::size_t index) {
  const RecordView record = batch[index];
  std::string text = fmt::format("{} in {} at {}: {}\n", batch.number(index), batch.input(index), batch.offset(index),
                                 record.leader());
  for (const FieldView field : record.fields()) text += fmt::format("{} {}\n", field.tag(), field.bytes());
  return text;
}

ExportCase draw_export_case(const Draw& draw) {
  ExportCase example;
  draw_output(example, draw);
  example.origin = one_in(draw, 4) ? static_cast<ExportCase::Origin>(1 + draw(3)) : ExportCase::Origin::kFiles;
  if (example.origin == ExportCase::Origin::kFiles) {
    if (one_in(draw, 6)) example.from = pick(draw, record_formats());
    example.description += example.from ? fmt::format(" from {}:", format_name(*example.from)) : " from";
    const KnownCharset* charset = one_in(draw, 5) ? &pick(draw, known_charsets()) : nullptr;
    if (charset != nullptr) {
      example.charset = charset->name;
      example.description += fmt::format(" in {}", example.charset);
    }
    for (std::size_t i = 1 + draw(3); i > 0; --i) draw_file(example, draw, charset);
  } else {
    example.records = draw_records(draw);
    static constexpr const char* kOrigins[] = {"", "memory", "a cursor", "an index"};
    example.description +=
        fmt::format(" from {} records of {}", example.records.size(), kOrigins[static_cast<int>(example.origin)]);
  }
  draw_selection(example, draw);
  draw_more_columns(example, draw);
  return example;
}

std::optional<ExportCase> in_utf8(const ExportCase& example) {
  // What a stream hands over has offsets, and ISO 2709 is copied as it was.
  if (example.output == ExportCase::Output::kRecords || !example.is_utf8()) return std::nullopt;
  if (example.inputs.empty() || example.inputs_in_utf8.size() != example.inputs.size()) return std::nullopt;
  ExportCase same = example;
  same.charset.clear();
  same.inputs = example.inputs_in_utf8;
  return same;
}

namespace {

bool can_be_in_ranges(const ExportCase& example) {
  const Selection& selection = example.options.run.selection;
  return example.origin == ExportCase::Origin::kFiles && example.output == ExportCase::Output::kFile &&
         example.options.compression == Compression::kNone && !selection.limit && !selection.sample &&
         !selection.unique && !selection.ids && !example.has_functions();
}

/// Exports the ranges of a plan, the last one first, and joins what they give.
CaseResult run_ranges(const ExportCase& example, const Way& way, ExportOptions options, const TemporaryFolder& folder) {
  std::vector<std::filesystem::path> inputs;
  for (std::size_t i = 0; i < example.inputs.size(); ++i) {
    inputs.push_back(folder.write(fmt::format("in{}", i), example.inputs[i]));
  }
  const std::filesystem::path path = folder.path("out.x");
  CaseResult result;
  const Plan plan = make_plan(inputs, {.format = example.from,
                                       .charset = example.charset,
                                       .range_bytes = *way.range_bytes,
                                       .threads = way.threads,
                                       .batch_bytes = way.batch_bytes});
  std::vector<Piece> pieces;
  for (std::uint64_t range = plan.ranges.size(); range > 0; --range) {
    const Piece piece = export_range(plan, range, path, options, {.attempt = "a", .file = {.sync = false}});
    pieces.push_back(Piece::from_json(piece.to_json()));
    if (options.run.rejects) result.rejects.insert(0, read_file(*options.run.rejects));
  }
  result.report = commit_pieces(plan, pieces, {.join = path, .file = {.sync = false}});
  result.files = {read_file(path)};
  result.counts_duplicates = false;
  return result;
}

}  // namespace

Way draw_way(const ExportCase& example, const Draw& draw) {
  Way way;
  way.threads = pick(draw, std::vector<int>{1, 2, 3, 8});
  way.batch_bytes = pick(draw, std::vector<std::size_t>{4096, 5000, 30'000, 128 * 1024, 1 << 20});
  way.backend = draw(2) == 0 ? Backend::kAuto : Backend::kStreamed;
  const bool is_mappable =
      example.output == ExportCase::Output::kFile && example.options.compression == Compression::kNone &&
      !example.has_functions() &&
      (example.origin == ExportCase::Origin::kRecords || example.origin == ExportCase::Origin::kIndexed);
  if (is_mappable && draw(2) == 0) way.backend = Backend::kMapped;
  if (example.output == ExportCase::Output::kFile) {
    if (one_in(draw, 4)) way.backend = Backend::kDirect;
    if (example.options.compression == Compression::kNone && one_in(draw, 4)) way.backend = Backend::kPlaced;
    way.replaces = one_in(draw, 2);
  }
  if (example.origin == ExportCase::Origin::kFiles && draw(2) == 1) {
    const Selection& selection = example.options.run.selection;
    way.giver = selection.sample || selection.unique ? Giver::kMemory : pick(draw, kGivers);
  }
  if (can_be_in_ranges(example) && draw(2) == 1) {
    way.range_bytes = pick(draw, std::vector<std::uint64_t>{1, 5000, 20'000, 1 << 20});
    way.backend = Backend::kAuto;
    way.giver.reset();
  }
  if (example.output == ExportCase::Output::kMemory && draw(2) == 1) way.taker = pick(draw, kTakers);
  return way;
}

CaseResult run_case(const ExportCase& example, const Way& way) {
  const TemporaryFolder folder;
  CaseResult result;
  ExportOptions options = example.options;
  options.run.threads = way.threads;
  options.run.batch_bytes = way.batch_bytes;
  options.backend = way.backend;
  if (example.keep_rejects) options.run.rejects = folder.path("rejects");
  std::vector<GivenInput> given;
  if (way.giver) {
    for (const std::string& bytes : example.inputs) given.emplace_back(bytes, *way.giver);
  }
  std::optional<TakenOutput> taken;
  if (way.taker) taken.emplace(*way.taker);
  std::string memory;
  const std::filesystem::path path = folder.path("out.x");
  if (way.replaces) folder.write("out.x", "old");
  try {
    if (way.range_bytes) return run_ranges(example, way, options, folder);
    if (example.output == ExportCase::Output::kRecords) {
      std::string& text = result.files.emplace_back();
      RecordStream stream(source_of(example, folder, given), options.run, {.to_utf8 = options.to_utf8});
      for (RecordBatch batch; stream.next(batch);) {
        for (std::size_t i = 0; i < batch.size(); ++i) text += text_of(batch, i);
      }
      result.report = stream.report();
      if (example.keep_rejects) result.rejects = read_file(*options.run.rejects);
      return result;
    }
    const auto target = [&]() -> Target {
      switch (example.output) {
        case ExportCase::Output::kMemory:
          return taken ? taken->target() : Target::memory(memory);
        case ExportCase::Output::kFile:
          return Target::file(path, {.sync = false});
        case ExportCase::Output::kParts:
          return Target::parts(path, example.parts, {.sync = false});
        case ExportCase::Output::kNothing:
        case ExportCase::Output::kRecords:
          break;
      }
      return Target::none();
    };
    result.report = export_records(source_of(example, folder, given), target(), options);
  } catch (const Error& error) {
    result.error = error.code();
    return result;
  }
  if (example.keep_rejects) result.rejects = read_file(*options.run.rejects);
  if (example.output == ExportCase::Output::kMemory) result.files = {taken ? taken->bytes() : memory};
  if (example.output == ExportCase::Output::kFile) result.files = {read_file(path)};
  if (example.output == ExportCase::Output::kParts) {
    for (const std::string& part : parts_of_manifest(read_file(folder.path("out.x.manifest.json")))) {
      result.files.push_back(read_file(folder.path(part)));
    }
  }
  std::uint64_t bytes = 0;
  for (std::string& file : result.files) {
    bytes += file.size();
    file = unpacked(options.compression, file);
  }
  // The reference compresses nothing; so what is right becomes the size that it expects.
  Report& report = result.report;
  if (!result.files.empty() && report.bytes_written == bytes) report.bytes_written = report.bytes_uncompressed;
  return result;
}

std::string difference_of_files(const std::vector<std::string>& files, const std::vector<std::string>& expected) {
  if (files.size() != expected.size()) return fmt::format("{} files instead of {}", files.size(), expected.size());
  for (std::size_t i = 0; i < files.size(); ++i) {
    std::string file = difference_of_texts(fmt::format("file {}", i), files[i], expected[i]);
    if (!file.empty()) return file;
  }
  return "";
}

std::string difference(const CaseResult& result, CaseResult expected) {
  // Which of the bytes between records come before the last one is not told by a batch.
  if (expected.is_limited && expected.report.bytes_skipped != 0) {
    expected.report.bytes_skipped = result.report.bytes_skipped;
  }
  if (!result.counts_duplicates) expected.report.records_duplicate = result.report.records_duplicate;
  const auto name = [](const std::optional<ErrorCode>& code) { return code ? std::string(error_name(*code)) : "none"; };
  if (result.error && result.error == expected.error_if_seen) return "";
  if (result.error != expected.error)
    return fmt::format("error {} instead of {}", name(result.error), name(expected.error));
  if (result.error) return "";
  if (std::string account = difference_of_texts("account", account_of(result.report), account_of(expected.report));
      !account.empty())
    return account;
  if (std::string files = difference_of_files(result.files, expected.files); !files.empty()) return files;
  return difference_of_texts("rejects", result.rejects, expected.rejects);
}
