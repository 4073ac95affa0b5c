#include "api/validation.hpp"

#include <algorithm>
#include <system_error>
#include <variant>

#include <fmt/format.h>

#include <bulkmarc/error.hpp>

#include "compression/compressor.hpp"
#include "output/part_names.hpp"
#include "platform/platform.hpp"
#include "text/nfc.hpp"

namespace bulkmarc {
namespace {

namespace fs = std::filesystem;

constexpr std::size_t kSmallestBatch = 4096;
constexpr int kMostThreads = 1024;

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

void validate_table(const ExportOptions& options) {
  const std::string_view format = format_name(options.format);
  if (options.table && !takes_table(options.format))
    refuse(fmt::format("{} holds whole records, and no table", format));
  if (!options.table && needs_table(options.format)) refuse(fmt::format("{} needs a table", format));
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

}  // namespace

void refuse(const std::string& what) { throw Error(ErrorCode::kInvalidOptions, {}, what); }

void validate(const ExportOptions& options) {
  if (options.threads < 0 || options.threads > kMostThreads) refuse("threads must be from 0 to 1024");
  if (options.batch_bytes < kSmallestBatch) refuse("a batch must have at least 4096 bytes");
  if (options.backend == Backend::kMemory || options.backend == Backend::kNone)
    refuse("this backend can't be asked for");
  validate_table(options);
  validate_level(options);
  if (options.nfc && !can_compose()) refuse("this build can't compose characters (NFC): it has no ICU");
  if (options.nfc && options.format == Format::kIso2709 && !options.to_utf8)
    refuse("only UTF-8 can be composed (NFC), and mrc keeps each record's encoding unless it is converted to UTF-8");
  if (options.selection.sample && options.selection.limit) refuse("a sample and a limit exclude each other");
}

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

void validate_files(const Target::Impl& target, const ExportOptions& options, const OpenedSource& source) {
  if (const auto* file = std::get_if<Target::Impl::File>(&target.kind)) {
    refuse_input_as_target(source, file->path);
    if (options.rejects) refuse_same_file(file->path, *options.rejects);
  }
  const auto* parts = std::get_if<Target::Impl::Parts>(&target.kind);
  if (parts != nullptr) validate_parts(*parts, source, options.rejects);
  if (options.rejects) refuse_input_as_target(source, *options.rejects);
}

}  // namespace bulkmarc
