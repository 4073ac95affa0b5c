#include <bulkmarc/source.hpp>

#include <unistd.h>

#include <algorithm>
#include <cstdint>
#include <optional>
#include <string>
#include <utility>

#include <fmt/format.h>

#include <bulkmarc/error.hpp>

#include "api/input_list.hpp"
#include "api/source_impl.hpp"
#include "api/validation.hpp"
#include "formats/open_reader.hpp"
#include "input/chained_reader.hpp"
#include "input/record_reader.hpp"
#include "record/internals.hpp"

namespace bulkmarc {
namespace {

/// More inputs than these are opened one after the other, and read once: a process can't have any number of files open.
constexpr std::size_t kMostOpenInputs = 100;

/// Opens the files of a list.
class FileOpener {
 public:
  FileOpener(InputList list, const InputOptions& options, std::size_t batch_bytes, std::stop_token stop)
      : list_(std::move(list)), options_(options), batch_bytes_(batch_bytes), stop_(std::move(stop)) {}

  OpenedSource open() {
    opened_.opens_again = true;
    opened_.passed_over = std::move(list_.passed_over);
    for (const auto& manifest : list_.manifests) add_status({.path = manifest});
    for (const auto& other : options_.also_read) add_status({.path = other});
    const bool later = options_.keep_going || list_.inputs.size() > kMostOpenInputs;
    std::vector<std::unique_ptr<Reader>> readers;
    for (const InputPath& input : list_.inputs) {
      if (input.error && !options_.keep_going) throw Error(*input.error);
      readers.push_back(later ? note_and_open_later(input) : open_now(input));
    }
    opened_.reader = std::make_unique<SequenceReader>(std::move(readers));
    return std::move(opened_);
  }

 private:
  /// Notes the file, and opens it when its turn comes.
  std::unique_ptr<Reader> note_and_open_later(const InputPath& input) {
    const std::optional<struct ::stat> status = add_status(input);
    if (!status && !options_.keep_going) require_file(input.path);
    // What is missing now is expected to be missing then.
    opened_.opens_again &= !input.standard_input && (!status || S_ISREG(status->st_mode));
    if (status && S_ISREG(status->st_mode)) opened_.files.push_back({input.path, *status});
    return open_later(input);
  }

  [[nodiscard]] std::unique_ptr<Reader> open_later(const InputPath& input) const {
    const auto open = [input, stop = stop_, options = options_, batch_bytes = batch_bytes_] {
      if (input.error) throw Error(*input.error);
      return open_stream_reader(open_file(input, stop), options.format, batch_bytes, options.keep_going);
    };
    const auto when_unreadable =
        options_.keep_going ? LazyReader::WhenUnreadable::kReject : LazyReader::WhenUnreadable::kThrow;
    return std::make_unique<LazyReader>(input.name(), open, when_unreadable);
  }

  /// Opens the file, so that one that is not an input is known before anything is written. But what is read as a stream
  /// is opened once more when its turn comes: decompressors take much memory.
  std::unique_ptr<Reader> open_now(const InputPath& input) {
    InputFile file = open_file(input, stop_);
    opened_.add(file.status());
    opened_.opens_again &= file.is_seekable();
    if (file.is_regular()) opened_.files.push_back({input.path, file.status()});
    if (list_.inputs.size() > 1 && !file.is_seekable()) return open_in_turn(std::move(file));
    std::unique_ptr<Reader> reader = open_reader(std::move(file), options_.format, batch_bytes_);
    if (list_.inputs.size() == 1 || reader->rereadable()) return reader;
    return open_later(input);
  }

  /// Pipes and devices stay open, as they can't be opened again.
  [[nodiscard]] std::unique_ptr<Reader> open_in_turn(InputFile file) const {
    const std::string name = file.path().string();
    const auto shared = std::make_shared<InputFile>(std::move(file));
    return std::make_unique<LazyReader>(name, [shared, format = options_.format, batch_bytes = batch_bytes_] {
      return open_stream_reader(std::move(*shared), format, batch_bytes);
    });
  }

  /// Notes a file that is read. Returns nothing where there is none.
  std::optional<struct ::stat> add_status(const InputPath& input) {
    struct ::stat status = {};
    const int failed =
        input.standard_input ? platform().fstat(STDIN_FILENO, status) : platform().stat(input.path.c_str(), status);
    if (failed != 0) return std::nullopt;
    opened_.add(status);
    return status;
  }

  static InputFile open_file(const InputPath& input, const std::stop_token& stop) {
    return input.standard_input ? InputFile::standard_input(stop) : InputFile(input.path, stop);
  }

  InputList list_;
  const InputOptions& options_;
  std::size_t batch_bytes_;
  std::stop_token stop_;
  OpenedSource opened_;
};

}  // namespace

Source::Source(std::unique_ptr<Impl> impl) : impl_(std::move(impl)) {}
Source::~Source() = default;
Source::Source(Source&& other) noexcept = default;
Source& Source::operator=(Source&& other) noexcept = default;

Source::Impl& impl_of(Source& source) {
  Source::Impl* impl = Internals::of(source);
  if (impl == nullptr) throw Error(ErrorCode::kInvalidOptions, {}, "the source was moved from");
  return *impl;
}

Source Source::file(const std::filesystem::path& path, const InputOptions& options) { return files({path}, options); }

Source Source::standard_input(const InputOptions& options) { return inputs({Input::standard_input()}, options); }

Source Source::files(const std::vector<std::filesystem::path>& paths, const InputOptions& options) {
  return inputs({paths.begin(), paths.end()}, options);
}

Source Source::inputs(const std::vector<Input>& inputs, const InputOptions& options) {
  std::vector<std::filesystem::path> named;
  for (const Input& input : inputs) {
    if (!input.is_standard_input()) named.push_back(input.path());
  }
  named.insert(named.end(), options.also_read.begin(), options.also_read.end());
  return Source(std::make_unique<Impl>(Impl{
      [inputs, named, options](std::size_t batch_bytes, const std::stop_token& stop) {
        if (options.format && needs_table(*options.format)) {
          throw Error(ErrorCode::kInvalidOptions, {}, fmt::format("{} can't be read", format_name(*options.format)));
        }
        std::ranges::for_each(named, refuse_nul);
        if (std::ranges::count_if(inputs, &Input::is_standard_input) > 1)
          refuse("standard input can be read only once");
        return FileOpener(list_inputs(inputs, stop), options, batch_bytes, stop).open();
      },
      std::move(named)}));
}

Source Source::records(std::span<const Record> records) {
  return Source(std::make_unique<Impl>(Impl{[records](std::size_t batch_bytes, const std::stop_token&) {
    return OpenedSource{.reader = std::make_unique<SpanReader>(records, batch_bytes), .opens_again = true};
  }}));
}

Source Source::indexed(std::uint64_t count, std::function<void(std::uint64_t, Record&)> make) {
  return Source(
      std::make_unique<Impl>(Impl{[count, make = std::move(make)](std::size_t batch_bytes, const std::stop_token&) {
        return OpenedSource{.reader = std::make_unique<IndexedReader>(count, make, batch_bytes), .opens_again = true};
      }}));
}

Source Source::pulled(std::function<bool(Record&)> next) {
  return Source(std::make_unique<Impl>(Impl{[next = std::move(next)](std::size_t batch_bytes, const std::stop_token&) {
    return OpenedSource{.reader = std::make_unique<PulledReader>(next, batch_bytes)};
  }}));
}

}  // namespace bulkmarc
