#include <bulkmarc/export.hpp>

#include <unistd.h>

#include <algorithm>
#include <chrono>
#include <functional>
#include <limits>
#include <memory>
#include <optional>
#include <string>
#include <system_error>
#include <utility>
#include <vector>

#include <fmt/format.h>
#include <oneapi/tbb/global_control.h>
#include <oneapi/tbb/info.h>
#include <oneapi/tbb/task_arena.h>

#include "api/parts_description.hpp"
#include "api/source_impl.hpp"
#include "api/target_impl.hpp"
#include "compression/compressor.hpp"
#include "exporter/account.hpp"
#include "exporter/engine.hpp"
#include "formats/formatter.hpp"
#include "output/direct_output.hpp"
#include "output/file_output.hpp"
#include "output/memory_output.hpp"
#include "output/part_names.hpp"
#include "output/parts_output.hpp"
#include "select/selector.hpp"
#include "text/nfc.hpp"

namespace bulkmarc {
namespace {

namespace fs = std::filesystem;
using Clock = std::chrono::steady_clock;

constexpr std::size_t kSmallestBatch = 4096;
constexpr int kMostThreads = 1024;
// Up to so many threads, writing in order keeps up with serializing, and costs no page faults. But where an input has
// more than this share of the memory, the system makes every write wait for the disk, and a mapping less.
// docs/performance.md has the measurements.
constexpr int kMostThreadsStreamed = 4;
constexpr std::uint64_t kMostOfMemoryStreamed = 8;
constexpr std::uint64_t kNoLimit = std::numeric_limits<std::uint64_t>::max();

class NoOutput final : public Output {
 public:
  void commit() override {}
};

/// The output that was chosen: one of the two ways, or neither when nothing is to be written.
struct ChosenOutput {
  std::unique_ptr<PresizedOutput> presized;
  std::unique_ptr<AppendedOutput> appended;
  Backend backend = Backend::kNone;
  std::string reason;
  std::string name;

  [[nodiscard]] Output& output() const {
    static NoOutput nothing;
    if (presized) return *presized;
    return appended ? static_cast<Output&>(*appended) : nothing;
  }
};

/// Commits both, or neither. The rejects go first: the worst moment for a crash leaves them beside the old output, and
/// never an output whose rejects are lost.
void commit(Output& output, Output& rejects) {
  rejects.prepare();
  output.prepare();
  rejects.publish();
  try {
    output.commit();
  } catch (const Error& error) {
    if (error.code() == ErrorCode::kOutputSyncFolder) rejects.commit();
    throw;
  }
  rejects.commit();
}

[[noreturn]] void refuse(const std::string& what) { throw Error(ErrorCode::kInvalidOptions, {}, what); }

ChosenOutput streamed(std::unique_ptr<AppendedOutput> output, std::string reason, std::string name) {
  return {nullptr, std::move(output), Backend::kStreamed, std::move(reason), std::move(name)};
}

class OutputChooser {
 public:
  OutputChooser(const ExportOptions& options, int threads, const OpenedSource& source)
      : options_(options),
        threads_(threads),
        source_(source),
        wanted_(options.backend),
        rereadable_(source.reader->rereadable()),
        compressed_(options.compression != Compression::kNone) {}

  ChosenOutput operator()(const Target::Impl::File& file) const {
    struct ::stat status = {};
    const bool exists = platform().stat(file.path.c_str(), status) == 0;
    if (exists && !S_ISREG(status.st_mode) && !S_ISDIR(status.st_mode)) {
      if (wanted_ == Backend::kMapped) refuse(file.path.string() + ": a pipe or device can't be mapped");
      return streamed(std::make_unique<DirectOutput>(file.path), "the target is a pipe or a device",
                      file.path.string());
    }
    std::string reason = reason_to_stream(file.path);
    auto temporary = std::make_unique<AtomicFile>(file.path, file.options);
    if (reason.empty()) reason = MappedFileOutput::obstacle(*temporary);
    if (!reason.empty()) {
      return streamed(std::make_unique<StreamedFileOutput>(std::move(temporary)), reason, file.path.string());
    }
    return {std::make_unique<MappedFileOutput>(std::move(temporary)), nullptr, Backend::kMapped, reason_to_map(),
            file.path.string()};
  }

  ChosenOutput operator()(const Target::Impl::Parts& parts) const {
    if (wanted_ == Backend::kMapped) refuse("an output in parts can't be mapped");
    auto output = std::make_unique<PartsOutput>(parts.path, parts.file_options, parts.options.resume,
                                                describe_parts(options_, parts, source_));
    return streamed(std::move(output), "the output is divided into parts", parts.path.string());
  }

  ChosenOutput operator()(const Target::Impl::StandardOutput&) const {
    if (wanted_ == Backend::kMapped) refuse("standard output can't be mapped");
    return streamed(std::make_unique<DirectOutput>(STDOUT_FILENO, "standard output"), "the target is standard output",
                    "standard output");
  }

  ChosenOutput operator()(const Target::Impl::Memory& memory) const {
    auto output = std::make_unique<MemoryOutput>(memory.output);
    ChosenOutput chosen;
    chosen.backend = Backend::kMemory;
    chosen.reason = "the target is memory";
    chosen.name = "memory";
    if (rereadable_ && !compressed_ && wanted_ != Backend::kStreamed) {
      chosen.presized = std::move(output);
    } else {
      chosen.appended = std::move(output);
    }
    return chosen;
  }

  ChosenOutput operator()(const Target::Impl::None&) const {
    return {nullptr, nullptr, Backend::kNone, "nothing is written", "nothing"};
  }

 private:
  [[nodiscard]] std::string reason_to_map() const {
    if (wanted_ == Backend::kMapped) return "as asked";
    return is_large() ? "faster, with a large input" : fmt::format("faster, with {} threads", threads_);
  }

  [[nodiscard]] bool is_large() const {
    return source_.reader->counts_bytes() && source_.reader->total() > platform().memory() / kMostOfMemoryStreamed;
  }

  /// Empty when the file is to be mapped.
  [[nodiscard]] std::string reason_to_stream(const fs::path& path) const {
    if (wanted_ == Backend::kStreamed) return "as asked";
    if (compressed_) {
      if (wanted_ == Backend::kMapped) refuse("a compressed output can't be mapped, as its size is not known before");
      return "the output is compressed";
    }
    if (!rereadable_) {
      if (wanted_ == Backend::kMapped) refuse("a mapped output needs an input that can be read twice");
      return "the input can be read only once";
    }
    if (wanted_ == Backend::kMapped) return "";
    if (source_.makes_records) return "the records are made on demand";
    if (threads_ <= kMostThreadsStreamed && !is_large())
      return fmt::format("faster, with up to {} threads", kMostThreadsStreamed);
    const fs::path folder = path.has_parent_path() ? path.parent_path() : fs::path(".");
    if (platform().keeps_files_in_memory(folder.c_str()) == 1) return "the target is on a file system in memory";
    return "";
  }

  const ExportOptions& options_;
  int threads_;
  const OpenedSource& source_;
  Backend wanted_;
  bool rereadable_;
  bool compressed_;
};

void refuse_input_as_target(const OpenedSource& source, const fs::path& target) {
  struct ::stat status = {};
  if (platform().stat(target.c_str(), status) != 0) return;
  const auto same = [&status](const struct ::stat& input) {
    return input.st_dev == status.st_dev && input.st_ino == status.st_ino;
  };
  if (std::ranges::any_of(source.files, same)) {
    throw Error(ErrorCode::kTargetIsInput, target, "is one of the inputs");
  }
}

void refuse_same_file(const fs::path& target, const fs::path& rejects) {
  std::error_code error;
  if (fs::exists(target, error) && !fs::is_regular_file(target, error)) return;
  if (fs::equivalent(target, rejects, error) ||
      fs::weakly_canonical(fs::absolute(target), error) == fs::weakly_canonical(fs::absolute(rejects), error)) {
    refuse(target.string() + ": the output and the rejects need a file each");
  }
}

void validate_parts(const Target::Impl::Parts& parts, const OpenedSource& source,
                    const std::optional<fs::path>& rejects) {
  if (parts.options.records == 0 && parts.options.bytes == 0) refuse("parts need a number of records or bytes");
  std::error_code error;
  if (!parts.path.has_filename() || (fs::exists(parts.path, error) && !fs::is_regular_file(parts.path, error))) {
    refuse(parts.path.string() + ": names no file that parts could be named after");
  }
  const PartNames names(parts.path);
  for (const fs::path& part : names.existing_parts()) refuse_input_as_target(source, part);
  refuse_input_as_target(source, names.manifest());
  if (rejects && names.has(rejects->filename().string()) &&
      fs::equivalent(names.folder(), PartNames(*rejects).folder(), error)) {
    refuse(rejects->string() + ": the parts and the rejects need a file each");
  }
}

void validate_level(const ExportOptions& options) {
  if (!options.compression_level) return;
  if (options.compression == Compression::kNone) refuse("a compression level needs a compression");
  const Levels levels = levels_of(options.compression);
  if (*options.compression_level < levels.lowest || *options.compression_level > levels.highest) {
    refuse(fmt::format("the level of {} must be from {} to {}", compression_name(options.compression), levels.lowest,
                       levels.highest));
  }
}

void validate(const ExportOptions& options) {
  if (options.threads < 0 || options.threads > kMostThreads) refuse("threads must be from 0 to 1024");
  if (options.batch_bytes < kSmallestBatch) refuse("a batch must have at least 4096 bytes");
  if (options.backend == Backend::kMemory || options.backend == Backend::kNone)
    refuse("this backend can't be asked for");
  validate_level(options);
  if (options.nfc && !can_compose()) refuse("this build can't compose characters (NFC): it has no ICU");
  if (options.nfc && options.format == Format::kIso2709 && !options.to_utf8)
    refuse("only UTF-8 can be composed (NFC), and mrc keeps each record's encoding unless it is converted to UTF-8");
  if (options.selection.sample && options.selection.limit) refuse("a sample and a limit exclude each other");
}

/// What Run::make_compressor is to be.
std::function<std::unique_ptr<Compressor>()> compressor_of(const ExportOptions& options) {
  if (options.compression == Compression::kNone) return {};
  const int level = options.compression_level.value_or(levels_of(options.compression).usual);
  return [compression = options.compression, level] { return make_compressor(compression, level); };
}

/// Runs `body` on so many threads, the caller's among them.
template <class Body>
void run_on(int threads, const Body& body) {
  std::optional<tbb::global_control> more_than_cores;
  if (threads > tbb::info::default_concurrency()) {
    more_than_cores.emplace(tbb::global_control::max_allowed_parallelism, static_cast<std::size_t>(threads));
  }
  tbb::task_arena arena(threads);
  arena.execute(body);
}

/// The progress of a phase that takes the part [from, to) of the whole run.
std::function<void(const Progress&)> part_of(const std::function<void(const Progress&)>& progress, double from,
                                             double to) {
  if (!progress) return {};
  return [=](Progress now) {
    if (now.fraction > 0) now.fraction = from + (to - from) * now.fraction;
    progress(now);
  };
}

/// The time that drawing a sample takes of a run; only for the progress display.
constexpr double kShareOfDrawing = 0.4;

/// Walks the source, which has to be walked again, once before the export.
std::vector<Place> draw_sample(Source& source, const ExportOptions& options, const Selector& selector, int threads) {
  const OpenedSource opened = source.impl().open(options.batch_bytes, options.stop);
  Report report;
  report.threads = threads;
  Account account(report, 0, nullptr);
  const auto formatter =
      make_formatter(options.format, {options.strict, false, 0, options.to_utf8, options.nfc, false, &selector});
  const Run run{*opened.reader,
                account,
                report,
                part_of(options.progress, 0, kShareOfDrawing),
                options.stop,
                options.batch_bytes,
                {},
                {},
                options.selection.skip};
  std::vector<Place> sample;
  run_on(threads, [&] { sample = draw_sample(run, *formatter, *options.selection.sample); });
  return sample;
}

double seconds_since(Clock::time_point begin) { return std::chrono::duration<double>(Clock::now() - begin).count(); }

}  // namespace

Report export_records(Source source, Target target, const ExportOptions& options) {
  const auto begin = Clock::now();
  validate(options);
  Selector selector(options.selection);
  Report report;
  report.format = options.format;
  report.threads = options.threads != 0 ? options.threads : tbb::info::default_concurrency();

  const OpenedSource opened = source.impl().open(options.batch_bytes, options.stop);
  report.inputs = opened.reader->inputs();
  if (const auto* file = std::get_if<Target::Impl::File>(&target.impl().kind)) {
    refuse_input_as_target(opened, file->path);
    if (options.rejects) refuse_same_file(file->path, *options.rejects);
  }
  const auto* parts = std::get_if<Target::Impl::Parts>(&target.impl().kind);
  if (parts != nullptr) validate_parts(*parts, opened, options.rejects);
  if (options.rejects) refuse_input_as_target(opened, *options.rejects);

  ChosenOutput output = std::visit(OutputChooser(options, report.threads, opened), target.impl().kind);
  if (output.backend != Backend::kNone) report.compression = options.compression;
  report.backend = output.backend;
  report.backend_reason = output.reason;
  report.output = output.name;
  ChosenOutput rejects;
  if (options.rejects) {
    ExportOptions as_they_are;
    as_they_are.backend = Backend::kStreamed;
    rejects = OutputChooser(as_they_are, report.threads, opened)(Target::Impl::File{*options.rejects, {}});
  }

  std::function<void(const Progress&)> progress = options.progress;
  std::optional<std::size_t> sample_size;
  if (options.selection.sample) {
    if (!opened.opens_again) refuse("a sample needs inputs that can be read twice: files, not a pipe");
    std::vector<Place> sample = draw_sample(source, options, selector, report.threads);
    sample_size = sample.size();
    selector.draw(std::move(sample));
    progress = part_of(options.progress, kShareOfDrawing, 1);
  } else if (options.selection.limit) {
    progress = part_of(options.progress, 0, 0);  // Nobody knows how much has to be read.
  }

  const auto formatter = make_formatter(
      options.format, {options.strict, options.rejects.has_value(), options.max_findings, options.to_utf8, options.nfc,
                       options.statistics, selector.is_needed() ? &selector : nullptr});
  Account account(report, options.max_findings, rejects.appended.get());
  const Run run{*opened.reader,
                account,
                report,
                progress,
                options.stop,
                options.batch_bytes,
                compressor_of(options),
                parts != nullptr ? FileLimits{parts->options.records, parts->options.bytes} : FileLimits{},
                options.selection.skip,
                options.selection.limit.value_or(kNoLimit)};
  run_on(report.threads, [&] {
    if (output.presized) {
      export_presized(run, *formatter, *output.presized);
    } else if (output.appended) {
      export_appended(run, *formatter, *output.appended);
    } else {
      measure_only(run, *formatter);
    }
  });

  if (sample_size && report.records_exported != *sample_size) {
    throw Error(ErrorCode::kInputChanged, {}, "the input changed while a sample of it was exported");
  }
  account.list_missing_ids(selector.ids());
  if (options.statistics) report.statistics = account.statistics();

  const auto commit_begin = Clock::now();
  if (options.progress) options.progress({Progress::Phase::kCommit, report.records_read, report.bytes_read, 0, 1});
  commit(output.output(), rejects.output());
  report.seconds.commit = seconds_since(commit_begin);
  report.seconds.total = seconds_since(begin);
  return report;
}

}  // namespace bulkmarc
