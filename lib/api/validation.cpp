#include "api/validation.hpp"

#include <fcntl.h>

#include <algorithm>
#include <cerrno>
#include <system_error>
#include <variant>

#include <fmt/format.h>

#include <bulkmarc/error.hpp>

#include "compression/compressor.hpp"
#include "formats/xlsx/xlsx_encoder.hpp"
#include "input/input_paths.hpp"
#include "output/parts_journal.hpp"
#include "platform/platform.hpp"
#include "record/internals.hpp"
#include "tables/table_impl.hpp"

namespace bulkmarc {
namespace {

namespace fs = std::filesystem;

constexpr std::size_t kSmallestBatch = 4096;
constexpr int kMostThreads = 1024;

bool is_same_file(const fs::path& one, const fs::path& other) {
  std::error_code error;
  if (fs::exists(one, error) && !fs::is_regular_file(one, error)) return false;
  return fs::equivalent(one, other, error) ||
         fs::weakly_canonical(fs::absolute(one), error) == fs::weakly_canonical(fs::absolute(other), error);
}

/// True when the regular file that `path` names is open as `descriptor`.
bool is_open_as(const fs::path& path, int descriptor) {
  struct ::stat named = {};
  struct ::stat opened = {};
  return platform().stat(path.c_str(), named) == 0 && platform().fstat(descriptor, opened) == 0 &&
         S_ISREG(named.st_mode) && named.st_dev == opened.st_dev && named.st_ino == opened.st_ino;
}

/// True when writing the regular file `path` would replace what the input reads.
bool is_input(const fs::path& path, const Input& input) {
  if (const auto* named = std::get_if<fs::path>(&input.kind())) return is_same_file(path, *named);
  const auto* descriptor = std::get_if<Input::Descriptor>(&input.kind());
  return descriptor != nullptr && is_open_as(path, descriptor->number);
}

/// True when the output itself goes to `path`.
bool is_target(const fs::path& path, const Target::Impl& target) {
  if (const auto* file = std::get_if<Target::Impl::File>(&target.kind)) return is_same_file(path, file->path);
  if (const auto* piece = std::get_if<Target::Impl::Piece>(&target.kind)) return is_same_file(path, piece->path);
  const auto* descriptor = std::get_if<Target::Impl::Descriptor>(&target.kind);
  return descriptor != nullptr && is_open_as(path, descriptor->number);
}

/// True when `file` has the name of one of the parts of an output.
bool is_among_parts(const fs::path& file, const PartNames& parts) {
  std::error_code error;
  return parts.has(file.filename().string()) && fs::equivalent(parts.folder(), PartNames(file).folder(), error);
}

bool is_within(const fs::path& file, const fs::path& folder) {
  std::error_code error;
  const fs::path inner = fs::weakly_canonical(fs::absolute(file), error);
  const fs::path outer = fs::weakly_canonical(fs::absolute(folder), error);
  return std::ranges::mismatch(outer, inner).in1 == outer.end();
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
  if (rejects && is_among_parts(*rejects, names)) {
    refuse(rejects->string() + ": the parts and the rejects need a file each");
  }
}

void validate_descriptor(const Target::Impl::Descriptor& descriptor, const OpenedSource& source) {
  const auto fail = [&](const char* what, int os_error) {
    throw Error(ErrorCode::kTargetUnusable, descriptor.name(), what, os_error);
  };
  struct ::stat status = {};
  const int failed = platform().fstat(descriptor.number, status);
  if (failed != 0) fail("can't be examined", -failed);
  const int flags = platform().flags(descriptor.number);
  if (flags < 0) fail("can't be examined", -flags);
  // A pipe's reading end would be opened once more, for writing, and then be full: nobody reads it.
  if ((flags & O_ACCMODE) == O_RDONLY) fail("can't be written", EBADF);
  refuse_input_as_target(source, descriptor.name(), status);
}

void validate_names(const Target::Impl& target, const RunOptions& options) {
  if (const auto* file = std::get_if<Target::Impl::File>(&target.kind)) refuse_nul(file->path);
  if (const auto* parts = std::get_if<Target::Impl::Parts>(&target.kind)) refuse_nul(parts->path);
  if (options.rejects) refuse_nul(*options.rejects);
  if (options.report) refuse_nul(*options.report);
}

void validate_table(const ExportOptions& options) {
  const std::string_view format = format_name(options.format);
  if (format.empty()) refuse("there is no such format");
  if (options.table && !takes_table(options.format))
    refuse(fmt::format("{} holds whole records, and no table", format));
  if (!options.table && needs_table(options.format)) refuse(fmt::format("{} needs a table", format));
  if (options.table && options.format == Format::kTsv && Internals::of(*options.table)->document == Format::kMarcXml) {
    refuse("tsv has no line breaks in values, and every document of marcxml has some");
  }
  const bool is_xlsx = options.format == Format::kXlsx;
  if (options.for_excel && options.format != Format::kCsv && !is_xlsx)
    refuse(fmt::format("{} is not for Excel: choose csv or xlsx", format));
  if (is_xlsx && options.table->columns().size() > kMostColumnsOfSheet)
    refuse(fmt::format("a spreadsheet has no more than {} columns", kMostColumnsOfSheet));
}

void validate_encoder(const ExportOptions& options, const Target::Impl& target) {
  if (!needs_encoder(options.format)) return;
  const std::string_view format = format_name(options.format);
  const bool is_ours = options.format == Format::kXlsx;
  if (!is_ours && !options.encoder && !std::holds_alternative<Target::Impl::None>(target.kind))
    refuse(fmt::format("{} needs an encoder, and none was given", format));
  if (options.compression != Compression::kNone)
    refuse(fmt::format("{} is read at any place, and can't be compressed by {}", format,
                       compression_name(options.compression)));
}

void validate_level(const ExportOptions& options) {
  if (!options.compression_level) return;
  const bool is_parquet = options.format == Format::kParquet;  // Its columns are compressed by Zstandard.
  if (options.compression == Compression::kNone && !is_parquet) refuse("a compression level needs a compression");
  const Levels levels = levels_of(is_parquet ? Compression::kZstd : options.compression);
  if (*options.compression_level < levels.lowest || *options.compression_level > levels.highest) {
    refuse(fmt::format("the level of {} must be from {} to {}",
                       is_parquet ? format_name(options.format) : compression_name(options.compression), levels.lowest,
                       levels.highest));
  }
}

}  // namespace

void refuse(const std::string& what) { throw Error(ErrorCode::kInvalidOptions, {}, what); }

void validate(const RunOptions& options) {
  if (options.threads < 0 || options.threads > kMostThreads) refuse("threads must be from 0 to 1024");
  if (options.batch_bytes < kSmallestBatch) refuse("a batch must have at least 4096 bytes");
  if (options.selection.sample && options.selection.limit) refuse("a sample and a limit exclude each other");
}

void validate(const ExportOptions& options, const Target::Impl& target) {
  if (backend_name(options.backend).empty()) refuse("there is no such backend");
  if (compression_name(options.compression).empty()) refuse("there is no such compression");
  validate_table(options);
  validate_encoder(options, target);
  validate_level(options);
  if (options.run.nfc && options.format == Format::kIso2709 && !options.to_utf8)
    refuse("only UTF-8 can be composed (NFC), and mrc keeps each record's encoding unless it is converted to UTF-8");
}

void refuse_nul(const fs::path& path) {
  if (path.native().find('\0') == std::string::npos) return;
  refuse(fmt::format("{}: a file name can't hold a NUL", printable(path.string())));
}

bool validate_report(const RunOptions& options, const Target::Impl& target, const Source::Impl& source) {
  validate_names(target, options);
  if (!options.report) return true;
  const fs::path& report = *options.report;
  if (is_target(report, target)) refuse(report.string() + ": the output and the report need a file each");
  const auto* parts = std::get_if<Target::Impl::Parts>(&target.kind);
  if (parts != nullptr && is_among_parts(report, PartNames(parts->path))) {
    refuse(report.string() + ": the report would have the name of a part");
  }
  if (options.rejects && is_same_file(report, *options.rejects)) {
    refuse(report.string() + ": the rejects and the report need a file each");
  }
  const auto is_report = [&](const Input& input) { return is_input(report, input); };
  if (std::ranges::any_of(source.inputs, is_report))
    throw Error(ErrorCode::kTargetIsInput, report, "is one of the inputs");
  std::error_code error;
  const auto holds_report = [&](const Input& input) {
    const auto* path = std::get_if<fs::path>(&input.kind());
    if (path == nullptr) return false;
    // The parts of a manifest are in its folder.
    if (own_file_at(*path) == OwnFile::kManifest) return is_within(report, fs::absolute(*path).parent_path());
    return fs::is_directory(*path, error) && is_within(report, *path);
  };
  return !fs::exists(report, error) || std::ranges::none_of(source.inputs, holds_report);
}

void refuse_same_target(const Target::Impl& one, const Target::Impl& other) {
  const auto* file = std::get_if<Target::Impl::File>(&one.kind);
  if (file != nullptr && is_target(file->path, other)) refuse(file->path.string() + ": each output needs a file");
  const auto* descriptor = std::get_if<Target::Impl::Descriptor>(&one.kind);
  if (descriptor == nullptr) return;
  const auto* other_file = std::get_if<Target::Impl::File>(&other.kind);
  const auto* other_descriptor = std::get_if<Target::Impl::Descriptor>(&other.kind);
  if ((other_file != nullptr && is_open_as(other_file->path, descriptor->number)) ||
      (other_descriptor != nullptr && other_descriptor->number == descriptor->number))
    refuse(descriptor->name() + ": each output needs a file");
}

void refuse_input_as_target(const OpenedSource& source, const fs::path& target) {
  struct ::stat status = {};
  if (platform().stat(target.c_str(), status) != 0) return;
  refuse_input_as_target(source, target, status);
}

void refuse_input_as_target(const OpenedSource& source, const fs::path& target, const struct ::stat& status) {
  if (source.no_targets.contains({status.st_dev, status.st_ino})) {
    throw Error(ErrorCode::kTargetIsInput, target, "is one of the inputs");
  }
}

void validate_files(const Target::Impl& target, const RunOptions& options, const OpenedSource& source) {
  if (const auto* file = std::get_if<Target::Impl::File>(&target.kind)) refuse_input_as_target(source, file->path);
  const auto* descriptor = std::get_if<Target::Impl::Descriptor>(&target.kind);
  if (descriptor != nullptr) validate_descriptor(*descriptor, source);
  if (options.rejects && is_target(*options.rejects, target)) {
    refuse(options.rejects->string() + ": the output and the rejects need a file each");
  }
  const auto* parts = std::get_if<Target::Impl::Parts>(&target.kind);
  if (parts != nullptr) validate_parts(*parts, source, options.rejects);
  if (options.rejects) refuse_input_as_target(source, *options.rejects);
}

}  // namespace bulkmarc
