#include <bulkmarc/plan.hpp>

#include <sys/stat.h>

#include <algorithm>
#include <numeric>
#include <string>
#include <utility>

#include <fmt/format.h>
#include <nlohmann/json.hpp>

#include <bulkmarc/error.hpp>
#include <bulkmarc/source.hpp>
#include <bulkmarc/version.hpp>

#include "api/range_divider.hpp"
#include "api/run.hpp"
#include "api/run_description.hpp"
#include "api/validation.hpp"
#include "formats/open_reader.hpp"
#include "input/byte_stream.hpp"
#include "output/atomic_file.hpp"
#include "output/json_file.hpp"
#include "output/output.hpp"
#include "output/sha256.hpp"
#include "platform/platform.hpp"
#include "text/utf8.hpp"

namespace bulkmarc {
namespace {

namespace fs = std::filesystem;
using Json = nlohmann::ordered_json;

[[noreturn]] void refuse_irregular(const std::string& name) {
  refuse(name + ": a plan needs regular files, which can be read again");
}

/// Before anything of a pipe is read.
void refuse_irregular_files(const std::vector<fs::path>& inputs) {
  for (const fs::path& input : inputs) {
    struct ::stat status = {};
    if (platform().stat(input.c_str(), status) != 0) continue;  // Opening it will say why.
    if (!S_ISREG(status.st_mode) && !S_ISDIR(status.st_mode)) refuse_irregular(input.string());
  }
}

PlannedInput planned(const SourceFile& file, std::optional<Format> format, const std::stop_token& stop) {
  PlannedInput input = {.path = file.path.string(),
                        .bytes = static_cast<std::uint64_t>(file.status.st_size),
                        .seconds = file.status.st_mtim.tv_sec,
                        .nanoseconds = file.status.st_mtim.tv_nsec,
                        .ends = digest_of_ends(file),
                        .divisible = is_seekable_iso2709(InputFile(file.path, stop), format)};
  if (!is_utf8(input.path)) refuse(printable(input.path) + ": a plan has names in UTF-8 only");
  return input;
}

void refuse_changed(const SourceFile& file) {
  struct ::stat now = {};
  const bool is_there = platform().stat(file.path.c_str(), now) == 0;
  const struct ::stat& before = file.status;
  if (is_there && now.st_size == before.st_size && now.st_mtim.tv_sec == before.st_mtim.tv_sec &&
      now.st_mtim.tv_nsec == before.st_mtim.tv_nsec) {
    return;
  }
  throw Error(ErrorCode::kInputChanged, file.path, "changed while the plan was made");
}

void make(Plan& plan, Run& run, const std::vector<fs::path>& inputs, const PlanOptions& options) {
  refuse_irregular_files(inputs);
  run.open(Source::files(inputs, {.format = options.format, .charset = options.charset}),
           Target::Impl{Target::Impl::None{}});
  const OpenedSource& source = run.source();
  const std::vector<std::string> names = source.reader->inputs();
  plan.format = options.format;
  plan.charset = options.charset;
  plan.inputs_passed_over = source.passed_over;
  for (std::size_t i = 0; i < names.size(); ++i) {
    if (i >= source.files.size() || source.files[i].path.string() != names[i]) refuse_irregular(names[i]);
    plan.inputs.push_back(planned(source.files[i], options.format, options.stop));
  }
  RangeDivider divider(plan, options.range_bytes);
  NoOutput nothing;
  run.execute(
      {}, [&](const Pass& pass) { split_only(pass, [&divider](const Batch& batch) { divider.add(batch); }); }, nothing);
  divider.finish();
  for (const SourceFile& file : source.files) refuse_changed(file);
}

// The plan as JSON.

Json to_json(const PlannedInput& input) {
  return {{"path", input.path},       {"bytes", input.bytes},
          {"seconds", input.seconds}, {"nanoseconds", input.nanoseconds},
          {"ends", input.ends},       {"divisible", input.divisible}};
}

PlannedInput input_from(const Json& json) {
  PlannedInput input;
  json.at("path").get_to(input.path);
  json.at("bytes").get_to(input.bytes);
  json.at("seconds").get_to(input.seconds);
  json.at("nanoseconds").get_to(input.nanoseconds);
  json.at("ends").get_to(input.ends);
  json.at("divisible").get_to(input.divisible);
  return input;
}

Json to_json(const PlannedRange& range, std::size_t number) {
  Json sections = Json::array();
  for (const RangeSection& section : range.sections) {
    sections.push_back({{"input", section.input}, {"begin", section.begin}, {"end", section.end}});
  }
  return {{"range", number},
          {"first_record", range.first_record},
          {"records", range.records},
          {"bytes", range.bytes},
          {"sections", std::move(sections)}};
}

PlannedRange range_from(const Json& json) {
  PlannedRange range;
  json.at("first_record").get_to(range.first_record);
  json.at("records").get_to(range.records);
  json.at("bytes").get_to(range.bytes);
  for (const Json& section : json.at("sections")) {
    range.sections.push_back({section.at("input").get<std::size_t>(), section.at("begin").get<std::uint64_t>(),
                              section.at("end").get<std::uint64_t>()});
  }
  return range;
}

/// All but the plan's id.
Json content_of(const Plan& plan) {
  Json inputs = Json::array();
  for (const PlannedInput& input : plan.inputs) inputs.push_back(to_json(input));
  Json passed_over = Json::array();
  for (const PassedOver& input : plan.inputs_passed_over) {
    passed_over.push_back({{"input", input.path}, {"why", input.why}});
  }
  Json ranges = Json::array();
  for (const PlannedRange& range : plan.ranges) ranges.push_back(to_json(range, ranges.size() + 1));
  return {{"format", plan.format ? Json(format_name(*plan.format)) : Json()},
          {"charset", plan.charset},
          {"records", plan.records()},
          {"inputs", std::move(inputs)},
          {"inputs_passed_over", std::move(passed_over)},
          {"ranges", std::move(ranges)}};
}

/// The names of files that were passed over may be anything.
std::string id_of(const Json& content) {
  Sha256 digest;
  digest.add(version());
  digest.add(content.dump(-1, ' ', false, Json::error_handler_t::replace));
  return digest.digest();
}

/// True where all that a range says can be used without another look.
bool is_sound(const Plan& plan) {
  std::uint64_t next_record = 1;
  std::size_t first_input = 0;  // That the next range may have.
  for (const PlannedRange& range : plan.ranges) {
    if (range.first_record != next_record) return false;
    next_record += range.records;
    for (const RangeSection& section : range.sections) {
      if (section.input < first_input || section.input >= plan.inputs.size() || section.begin > section.end)
        return false;
      const PlannedInput& input = plan.inputs[section.input];
      if (input.divisible ? section.end > input.bytes : section.begin != 0) return false;
      first_input = section.input + (&section == &range.sections.back() ? 0 : 1);
    }
  }
  return !plan.ranges.empty();
}

}  // namespace

std::uint64_t Plan::records() const {
  return std::accumulate(ranges.begin(), ranges.end(), std::uint64_t{0},
                         [](std::uint64_t sum, const PlannedRange& range) { return sum + range.records; });
}

const PlannedRange& Plan::range(std::uint64_t number) const {
  if (number == 0 || number > ranges.size()) {
    refuse(fmt::format("the plan has the ranges 1 to {}, and no range {}", ranges.size(), number));
  }
  return ranges[static_cast<std::size_t>(number) - 1];
}

std::string Plan::id() const { return id_of(content_of(*this)); }

std::string Plan::to_json() const {
  Json json = {{"bulkmarc", version()}, {"plan", id()}};
  json.update(content_of(*this));
  return json.dump(1, ' ', false, Json::error_handler_t::replace) + "\n";
}

Plan Plan::from_json(std::string_view text, const fs::path& path) try {
  const auto mismatch = [&path](const std::string& what) { throw Error(ErrorCode::kPlanMismatch, path, what); };
  const Json json = Json::parse(text);
  const auto made_by = json.at("bulkmarc").get<std::string>();
  const auto id = json.at("plan").get<std::string>();
  if (made_by != version()) {
    mismatch(fmt::format("was made by bulkmarc {}, and this is {}", printable(made_by), version()));
  }
  Plan plan;
  if (!json.at("format").is_null()) plan.format = format_from_name(json.at("format").get<std::string>());
  json.at("charset").get_to(plan.charset);
  for (const Json& input : json.at("inputs")) plan.inputs.push_back(input_from(input));
  for (const Json& input : json.at("inputs_passed_over")) {
    plan.inputs_passed_over.push_back({input.at("input").get<std::string>(), input.at("why").get<std::string>()});
  }
  for (const Json& range : json.at("ranges")) plan.ranges.push_back(range_from(range));
  Json content = json;
  content.erase("bulkmarc");
  content.erase("plan");
  if (id_of(content) != id || plan.id() != id || !is_sound(plan)) mismatch("was changed after it was made");
  return plan;
} catch (const Json::exception&) {
  throw Error(ErrorCode::kPlanMismatch, path, "is not a plan");
}

Plan Plan::read(const fs::path& path) { return from_json(read_json_file(path, ErrorCode::kPlanMismatch).view(), path); }

void Plan::write(const fs::path& path, FileOptions options) const {
  AtomicFile file(path, options);
  file.write(to_json());
  file.commit();
}

Plan make_plan(const std::vector<fs::path>& inputs, const PlanOptions& options) {
  if (options.format && needs_table(*options.format)) {
    refuse(fmt::format("{} can't be read", format_name(*options.format)));
  }
  RunOptions run_options;
  run_options.threads = options.threads;
  run_options.batch_bytes = options.batch_bytes;
  run_options.progress = options.progress;
  run_options.stop = options.stop;
  Run run(std::move(run_options));
  Plan plan;
  run.attempt([&] { make(plan, run, inputs, options); });
  return plan;
}

}  // namespace bulkmarc
