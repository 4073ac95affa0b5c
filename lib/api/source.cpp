#include <bulkmarc/source.hpp>

#include <algorithm>
#include <utility>

#include <fmt/format.h>

#include <bulkmarc/error.hpp>

#include "api/source_impl.hpp"
#include "api/validation.hpp"
#include "readers/input_paths.hpp"
#include "readers/late_reader.hpp"
#include "readers/open_reader.hpp"
#include "readers/record_reader.hpp"
#include "readers/sequence_reader.hpp"

namespace bulkmarc {
namespace {

/// More inputs than these are opened one after the other, and read once: a process can't have any number of files open.
constexpr std::size_t kMostOpenInputs = 100;

OpenedSource open_files(const std::vector<std::filesystem::path>& paths, const InputOptions& options,
                        std::size_t batch_bytes, const std::stop_token& stop) {
  OpenedSource opened;
  opened.opens_again = true;
  std::vector<std::unique_ptr<Reader>> readers;
  for (const auto& path : paths) {
    InputFile file(path, stop);
    if (file.is_regular()) opened.files.push_back(file.status());
    opened.opens_again &= file.is_regular() && path != kStandardInput;
    readers.push_back(open_reader(std::move(file), options.format, batch_bytes));
  }
  opened.reader = std::make_unique<SequenceReader>(std::move(readers));
  return opened;
}

OpenedSource open_files_later(const std::vector<std::filesystem::path>& paths, const InputOptions& options,
                              std::size_t batch_bytes, const std::stop_token& stop) {
  OpenedSource opened;
  opened.opens_again = true;
  std::vector<std::unique_ptr<Reader>> readers;
  for (const auto& path : paths) {
    const bool is_file = path != kStandardInput;
    if (is_file) opened.files.push_back(require_file(path));
    opened.opens_again &= is_file && S_ISREG(opened.files.back().st_mode);
    readers.push_back(std::make_unique<LateReader>(
        path.string(), [=] { return open_stream_reader(InputFile(path, stop), options.format, batch_bytes); }));
  }
  opened.reader = std::make_unique<SequenceReader>(std::move(readers));
  return opened;
}

}  // namespace

Source::Source(std::unique_ptr<Impl> impl) : impl_(std::move(impl)) {}
Source::~Source() = default;
Source::Source(Source&& other) noexcept = default;
Source& Source::operator=(Source&& other) noexcept = default;

Source::Impl& Source::impl() {
  if (!impl_) throw Error(ErrorCode::kInvalidOptions, {}, "the source was moved from");
  return *impl_;
}

Source Source::file(const std::filesystem::path& path, const InputOptions& options) { return files({path}, options); }

Source Source::files(const std::vector<std::filesystem::path>& paths, const InputOptions& options) {
  return Source(std::make_unique<Impl>(Impl{
      [paths, options](std::size_t batch_bytes, const std::stop_token& stop) {
        if (options.format && needs_table(*options.format)) {
          throw Error(ErrorCode::kInvalidOptions, {}, fmt::format("{} can't be read", format_name(*options.format)));
        }
        std::ranges::for_each(paths, refuse_nul);
        const auto files = expand_folders(paths);
        return (files.size() > kMostOpenInputs ? open_files_later : open_files)(files, options, batch_bytes, stop);
      },
      paths}));
}

Source Source::records(std::span<const Record> records) {
  return Source(std::make_unique<Impl>(Impl{[records](std::size_t batch_bytes, const std::stop_token&) {
    return OpenedSource{std::make_unique<SpanReader>(records, batch_bytes), {}, true, false};
  }}));
}

Source Source::indexed(std::uint64_t count, std::function<void(std::uint64_t, Record&)> make) {
  return Source(
      std::make_unique<Impl>(Impl{[count, make = std::move(make)](std::size_t batch_bytes, const std::stop_token&) {
        return OpenedSource{std::make_unique<IndexedReader>(count, make, batch_bytes), {}, true, true};
      }}));
}

Source Source::pulled(std::function<bool(Record&)> next) {
  return Source(std::make_unique<Impl>(Impl{[next = std::move(next)](std::size_t batch_bytes, const std::stop_token&) {
    return OpenedSource{std::make_unique<PulledReader>(next, batch_bytes), {}, false, false};
  }}));
}

}  // namespace bulkmarc
