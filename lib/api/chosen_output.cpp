#include "api/chosen_output.hpp"

#include <algorithm>
#include <cstdint>
#include <filesystem>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <variant>

#include <fmt/format.h>
#include <nlohmann/json.hpp>

#include <bulkmarc/error.hpp>
#include <bulkmarc/version.hpp>

#include "api/run_description.hpp"
#include "api/validation.hpp"
#include "output/direct_file_output.hpp"
#include "output/file_output.hpp"
#include "output/function_output.hpp"
#include "output/memory_output.hpp"
#include "output/parts_output.hpp"
#include "output/pipe_output.hpp"
#include "output/placed_output.hpp"
#include "record/internals.hpp"
#include "tables/table_impl.hpp"

namespace bulkmarc {
namespace {

namespace fs = std::filesystem;

/// What is to be told of the parts of a run, and what they depend on. An option that changes a byte of the output
/// belongs into describe_bytes(). Regular files are known by their size and time; of other inputs nothing is known, and
/// it is only seen later that they give other parts.
PartsDescription describe_parts(const ExportOptions& options, const Target::Impl::Parts& target,
                                const OpenedSource& source) {
  auto files = nlohmann::ordered_json::array();
  for (const SourceFile& file : source.files) {
    files.push_back({{"bytes", file.status.st_size},
                     {"seconds", file.status.st_mtim.tv_sec},
                     {"nanoseconds", file.status.st_mtim.tv_nsec},
                     {"ends", digest_of_ends(file)}});
  }
  nlohmann::ordered_json run = describe_bytes(options);
  run.update({{"split_records", target.options.records},
              {"split_size", target.options.bytes},
              {"source", target.options.source},
              {"inputs", source.reader->inputs().size()},
              {"files", files}});
  if (source.range) {
    run.update({{"records_before", source.range->records_before}, {"records", source.range->records}});
  }
  return {std::string(version()), std::string(format_name(options.format)),
          std::string(compression_name(options.compression)), run.dump()};
}

// Up to this many threads, writing in order keeps up with serializing, and costs no page faults. docs/performance.md
// has the measurements.
constexpr int kMostThreadsStreamed = 2;

ChosenOutput streamed_to(std::unique_ptr<StreamedOutput> output, std::string reason, std::string name) {
  return {.streamed = std::move(output),
          .backend = UsedBackend::kStreamed,
          .reason = std::move(reason),
          .name = std::move(name)};
}

class OutputChooser {
 public:
  OutputChooser(const ExportOptions& options, int threads, const OpenedSource& source)
      : options_(options),
        threads_(threads),
        source_(source),
        wanted_(options.backend),
        rereadable_(source.reader->rereadable()),
        compressed_(options.compression != Compression::kNone),
        encoded_(needs_encoder(options.format)),
        has_functions_(options.run.predicate || options.run.change) {}

  ChosenOutput operator()(const Target::Impl::File& file) const {
    if (is_pipe_or_device(file.path)) {
      refuse_backends_of_files(file.path.string() + ": a pipe or device");
      return streamed_to(std::make_unique<PipeOutput>(file.path, options_.run.stop), "the target is a pipe or a device",
                         file.path.string());
    }
    const Way way = way_to(file);
    auto temporary = std::make_unique<AtomicFile>(file.path, file.options);
    switch (way.backend) {
      case UsedBackend::kMapped:
      case UsedBackend::kPlaced:
        return mapping_of(std::move(temporary), way);
      case UsedBackend::kDirect:
        return direct_to(std::move(temporary), way);
      default:
        return streamed_to(std::make_unique<StreamedFileOutput>(std::move(temporary)), way.reason, file.path.string());
    }
  }

  ChosenOutput operator()(const Target::Impl::Parts& parts) const {
    refuse_backends_of_files("an output in parts");
    auto output = std::make_unique<PartsOutput>(parts.path, parts.file_options, parts.options.resume,
                                                describe_parts(options_, parts, source_), options_.run.stop);
    return streamed_to(std::move(output), "the output is divided into parts", parts.path.string());
  }

  ChosenOutput operator()(const Target::Impl::Piece& piece) const {
    refuse_backends_of_files("a piece");
    auto file = std::make_unique<AtomicFile>(piece.path, piece.options);
    return streamed_to(std::make_unique<PieceOutput>(std::move(file), piece.written), "the output is a piece",
                       piece.path.string());
  }

  ChosenOutput operator()(const Target::Impl::Descriptor& descriptor) const {
    const std::string name = descriptor.name();
    refuse_backends_of_files(name);
    return streamed_to(std::make_unique<PipeOutput>(descriptor.number, name, options_.run.stop),
                       fmt::format("the target is {}", name), name);
  }

  ChosenOutput operator()(const Target::Impl::Function& function) const {
    refuse_backends_of_files("the output of a function");
    return streamed_to(std::make_unique<FunctionOutput>(function.write, options_.run.stop), "the target is a function",
                       "a function");
  }

  ChosenOutput operator()(const Target::Impl::Memory& memory) const {
    if (wanted_ == Backend::kDirect) refuse_direct("memory");
    auto output = std::make_unique<MemoryOutput>(memory.output);
    ChosenOutput chosen = {.backend = UsedBackend::kMemory, .reason = "the target is memory", .name = "memory"};
    if (rereadable_ && !compressed_ && !encoded_ && !has_functions_ &&
        (wanted_ == Backend::kAuto || wanted_ == Backend::kMapped)) {
      chosen.mapped = std::move(output);
    } else {
      chosen.streamed = std::move(output);
    }
    return chosen;
  }

  ChosenOutput operator()(const Target::Impl::None&) const {
    return {.reason = "nothing is written", .name = "nothing"};
  }

 private:
  /// How the bytes are to get to a file, and why so.
  struct Way {
    UsedBackend backend;
    std::string reason;
  };

  [[noreturn]] static void refuse_direct(const std::string& what) { refuse(what + " can't be written with O_DIRECT"); }

  void refuse_backends_of_files(const std::string& what) const {
    if (wanted_ == Backend::kMapped || wanted_ == Backend::kPlaced) refuse(what + " can't be mapped");
    if (wanted_ == Backend::kDirect) refuse_direct(what);
  }

  [[nodiscard]] Way way_to(const Target::Impl::File& file) const {
    switch (wanted_) {
      case Backend::kStreamed:
        return {UsedBackend::kStreamed, "as asked"};
      case Backend::kMapped:
        return mapped();
      case Backend::kPlaced:
        return placed();
      case Backend::kDirect:
        return {UsedBackend::kDirect, "as asked"};
      case Backend::kAuto:
        break;
    }
    if (compressed_) return {UsedBackend::kStreamed, "the output is compressed"};
    if (encoded_) return {UsedBackend::kStreamed, "rows are encoded in order"};
    if (file.options.sync && !file.options.keep_cached) return {UsedBackend::kStreamed, "faster, with a sync"};
    if (threads_ <= kMostThreadsStreamed)
      return {UsedBackend::kStreamed, fmt::format("faster, with up to {} threads", kMostThreadsStreamed)};
    const fs::path folder = file.path.has_parent_path() ? file.path.parent_path() : fs::path(".");
    if (platform().keeps_files_in_memory(folder.c_str()) == 1)
      return {UsedBackend::kStreamed, "the target is on a file system in memory"};
    return {UsedBackend::kPlaced, fmt::format("faster, with {} threads", threads_)};
  }

  static ChosenOutput mapping_of(std::unique_ptr<AtomicFile> file, const Way& way) {
    const std::string name = file->target().string();
    const std::string obstacle = MappedFileOutput::obstacle(*file);
    if (!obstacle.empty()) return streamed_to(std::make_unique<StreamedFileOutput>(std::move(file)), obstacle, name);
    ChosenOutput chosen = {.backend = way.backend, .reason = way.reason, .name = name};
    if (way.backend == UsedBackend::kMapped) {
      chosen.mapped = std::make_unique<MappedFileOutput>(std::move(file));
    } else {
      chosen.placed = std::make_unique<PlacedFileOutput>(std::move(file));
    }
    return chosen;
  }

  static ChosenOutput direct_to(std::unique_ptr<AtomicFile> file, const Way& way) {
    const std::string name = file->target().string();
    DirectWriting writing = DirectFileOutput::try_file(*file);
    if (!writing.queue) return streamed_to(std::make_unique<StreamedFileOutput>(std::move(file)), writing.reason, name);
    const std::string reason = writing.reason.empty() ? way.reason : writing.reason;
    return {.streamed = std::make_unique<DirectFileOutput>(std::move(file), std::move(writing)),
            .backend = UsedBackend::kDirect,
            .reason = reason,
            .name = name};
  }

  [[nodiscard]] std::string_view format() const { return format_name(options_.format); }

  [[nodiscard]] Way mapped() const {
    if (compressed_) refuse("a compressed output can't be mapped, as its size is not known before");
    if (encoded_) refuse(fmt::format("{} can't be mapped, as its size is not known before", format()));
    if (!rereadable_) refuse("a mapped output needs an input that can be read twice");
    if (has_functions_) refuse("a mapped output handles every record twice, and takes no predicate and no change");
    return {UsedBackend::kMapped, "as asked"};
  }

  [[nodiscard]] Way placed() const {
    if (compressed_) refuse("a compressed output is written in order");
    if (encoded_) refuse(fmt::format("{} is written in order", format()));
    return {UsedBackend::kPlaced, "as asked"};
  }

  const ExportOptions& options_;
  int threads_;
  const OpenedSource& source_;
  Backend wanted_;
  bool rereadable_;
  bool compressed_;
  bool encoded_;
  bool has_functions_;  // Of the caller, which decide on each record: they are to be asked once.
};

}  // namespace

Output& ChosenOutput::output() const {
  static NoOutput nothing;
  if (mapped) return *mapped;
  if (placed) return *placed;
  return streamed ? static_cast<Output&>(*streamed) : nothing;
}

void ChosenOutput::describe(Report& report, Compression compression) const {
  if (backend != UsedBackend::kNone) report.compression = compression;
  report.backend = backend;
  report.backend_reason = reason;
  report.output = name;
}

ChosenOutput choose_output(const Target::Impl& target, const ExportOptions& options, int threads,
                           const OpenedSource& source) {
  return std::visit(OutputChooser(options, threads, source), target.kind);
}

std::function<std::unique_ptr<Compressor>()> compressor_of(const ExportOptions& options) {
  if (options.compression == Compression::kNone) return {};
  const int level = options.compression_level.value_or(levels_of(options.compression).usual);
  return [compression = options.compression, level] { return make_compressor(compression, level); };
}

void write(const Pass& pass, const Formatter& formatter, const ChosenOutput& output) {
  if (output.mapped) {
    export_mapped(pass, formatter, *output.mapped);
  } else if (output.placed) {
    export_placed(pass, formatter, *output.placed);
  } else if (output.streamed) {
    export_streamed(pass, formatter, *output.streamed);
  } else {
    measure_only(pass, formatter);
  }
}

bool is_pipe_or_device(const fs::path& path) {
  struct ::stat status = {};
  const bool exists = platform().stat(path.c_str(), status) == 0;
  return exists && !S_ISREG(status.st_mode) && !S_ISDIR(status.st_mode);
}

std::unique_ptr<StreamedOutput> begin_file(const fs::path& path, FileOptions options, const std::stop_token& stop) {
  if (is_pipe_or_device(path)) return std::make_unique<PipeOutput>(path, stop);
  return std::make_unique<StreamedFileOutput>(std::make_unique<AtomicFile>(path, options));
}

}  // namespace bulkmarc
