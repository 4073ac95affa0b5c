#include <bulkmarc/source.hpp>

#include <algorithm>
#include <cstdint>
#include <memory>
#include <optional>
#include <set>
#include <utility>
#include <variant>

#include <fmt/format.h>

#include <bulkmarc/error.hpp>

#include "api/input_list.hpp"
#include "api/source_impl.hpp"
#include "api/validation.hpp"
#include "formats/open_reader.hpp"
#include "input/chained_reader.hpp"
#include "input/open_input.hpp"
#include "input/record_reader.hpp"
#include "record/internals.hpp"
#include "text/charset.hpp"

namespace bulkmarc {
namespace {

/// More inputs than these are opened one after the other, and read once: a process can't have any number of files open.
constexpr std::size_t kMostOpenInputs = 100;

/// The character set that is named, or null. Throws Error (kInvalidOptions) where there is no such one.
const Charset* charset_of(const InputOptions& options) {
  if (options.charset.empty()) return nullptr;
  const Charset* charset = charset_from_name(options.charset);
  if (charset == nullptr) refuse(fmt::format("there is no character set '{}'", options.charset));
  return charset;
}

/// Opens the inputs of a list.
class InputOpener {
 public:
  InputOpener(InputList list, const InputOptions& options, std::size_t batch_bytes, std::stop_token stop)
      : list_(std::move(list)), options_(options), batch_bytes_(batch_bytes), stop_(std::move(stop)) {}

  OpenedSource open() {
    opened_.opens_again = true;
    opened_.passed_over = std::move(list_.passed_over);
    for (const auto& manifest : list_.manifests) note(manifest, IfMissing::kIgnore);
    for (const auto& other : options_.also_read) note(other, IfMissing::kIgnore);
    const bool later = options_.keep_going || list_.inputs.size() > kMostOpenInputs;
    std::vector<std::unique_ptr<Reader>> readers;
    for (const ListedInput& input : list_.inputs) {
      if (input.error && !options_.keep_going) throw Error(*input.error);
      readers.push_back(later ? note_and_open_later(input) : open_now(input));
    }
    opened_.reader = std::make_unique<SequenceReader>(std::move(readers));
    if (opened_.files.size() == list_.inputs.size()) {
      for (const SourceFile& file : opened_.files) {
        opened_.tally->total += static_cast<std::uint64_t>(file.status.st_size);
      }
    }
    return std::move(opened_);
  }

 private:
  enum class IfMissing { kThrow, kIgnore };

  /// Notes the input, and opens it when its turn comes.
  std::unique_ptr<Reader> note_and_open_later(const ListedInput& input) {
    const auto status = note(input.input, options_.keep_going ? IfMissing::kIgnore : IfMissing::kThrow);
    // What is missing now is expected to be missing then.
    opened_.opens_again &= bulkmarc::opens_again(input.input) && (!status || S_ISREG(status->st_mode));
    note_regular_file(input, status);
    return open_later(input);
  }

  [[nodiscard]] std::unique_ptr<Reader> open_later(const ListedInput& input) const {
    const auto open = [input, stop = stop_, tally = opened_.tally, options = options_, batch_bytes = batch_bytes_] {
      if (input.error) throw Error(*input.error);
      return open_stream_reader(open_input(input.input, stop, tally).stream, options.format, batch_bytes,
                                options.keep_going, charset_of(options));
    };
    const auto when_unreadable =
        options_.keep_going ? LazyReader::WhenUnreadable::kReject : LazyReader::WhenUnreadable::kThrow;
    return std::make_unique<LazyReader>(name_of(input.input), open, when_unreadable);
  }

  /// Opens the input, so that a file that is none is known before anything is written. But what is read as a stream is
  /// opened once more when its turn comes: decompressors take much memory.
  std::unique_ptr<Reader> open_now(const ListedInput& input) {
    auto [stream, status] = open_input(input.input, stop_, opened_.tally);
    if (status) opened_.add(*status);
    note_regular_file(input, status);
    const bool is_seekable = stream->random_access() != nullptr;
    opened_.opens_again &= is_seekable;
    if (list_.inputs.size() > 1 && !is_seekable) return open_in_turn(std::move(stream));
    std::unique_ptr<Reader> reader =
        open_reader(std::move(stream), options_.format, batch_bytes_, charset_of(options_));
    if (list_.inputs.size() == 1 || reader->rereadable()) return reader;
    return open_later(input);
  }

  /// Pipes, devices, descriptors and functions stay open, as they can't be opened again.
  [[nodiscard]] std::unique_ptr<Reader> open_in_turn(std::unique_ptr<ByteStream> stream) const {
    const std::string name = stream->path().string();
    const auto shared = std::make_shared<std::unique_ptr<ByteStream>>(std::move(stream));
    return std::make_unique<LazyReader>(
        name, [shared, format = options_.format, batch_bytes = batch_bytes_, charset = charset_of(options_)] {
          return open_stream_reader(std::move(*shared), format, batch_bytes, false, charset);
        });
  }

  /// Notes what the system reads. Returns nothing for what it does not, or can't.
  std::optional<struct ::stat> note(const Input& input, IfMissing if_missing) try {
    const std::optional<struct ::stat> status = status_of(input);
    if (status) opened_.add(*status);
    return status;
  } catch (const Error&) {
    if (if_missing == IfMissing::kThrow) throw;
    return std::nullopt;
  }

  void note_regular_file(const ListedInput& input, const std::optional<struct ::stat>& status) {
    if (!status || !S_ISREG(status->st_mode)) return;
    opened_.files.push_back({input.path() != nullptr ? *input.path() : std::filesystem::path(), *status});
  }

  InputList list_;
  const InputOptions& options_;
  std::size_t batch_bytes_;
  std::stop_token stop_;
  OpenedSource opened_;
};

void validate_inputs(const std::vector<Input>& inputs) {
  std::set<int> descriptors;
  for (const Input& input : inputs) {
    if (const auto* path = std::get_if<std::filesystem::path>(&input.kind())) refuse_nul(*path);
    const auto* descriptor = std::get_if<Input::Descriptor>(&input.kind());
    if (descriptor != nullptr && !descriptors.insert(descriptor->number).second) {
      refuse(fmt::format("{} can be read only once", name_of(input)));
    }
  }
}

}  // namespace

std::vector<std::string> charset_names() {
  std::vector<std::string> names;
  for (const Charset& charset : all_charsets()) names.emplace_back(charset.name);
  return names;
}

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

Source Source::memory(std::string_view bytes, const InputOptions& options) {
  return inputs({Input::memory(bytes)}, options);
}

Source Source::function(std::function<std::size_t(std::span<char>)> read, const InputOptions& options) {
  return inputs({Input::function(std::move(read))}, options);
}

Source Source::descriptor(int descriptor, const InputOptions& options) {
  return inputs({Input::descriptor(descriptor)}, options);
}

Source Source::standard_input(const InputOptions& options) { return inputs({Input::standard_input()}, options); }

Source Source::files(const std::vector<std::filesystem::path>& paths, const InputOptions& options) {
  return inputs({paths.begin(), paths.end()}, options);
}

Source Source::inputs(const std::vector<Input>& inputs, const InputOptions& options) {
  std::vector<Input> named = inputs;
  named.insert(named.end(), options.also_read.begin(), options.also_read.end());
  return Source(std::make_unique<Impl>(Impl{
      [inputs, named, options](std::size_t batch_bytes, const std::stop_token& stop) {
        if (options.format && needs_table(*options.format)) {
          throw Error(ErrorCode::kInvalidOptions, {}, fmt::format("{} can't be read", format_name(*options.format)));
        }
        static_cast<void>(charset_of(options));
        validate_inputs(named);
        return InputOpener(list_inputs(inputs, stop), options, batch_bytes, stop).open();
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
