#include "input/open_input.hpp"

#include <unistd.h>

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <filesystem>
#include <span>
#include <string_view>
#include <utility>
#include <variant>

#include <fmt/format.h>

#include <bulkmarc/error.hpp>

#include "platform/platform.hpp"
#include "platform/stop.hpp"

namespace bulkmarc {
namespace {

namespace fs = std::filesystem;

class MemoryStream final : public ByteStream, public RandomAccess {
 public:
  MemoryStream(std::string_view bytes, fs::path name) : bytes_(bytes), name_(std::move(name)) {}

  [[nodiscard]] const fs::path& path() const override { return name_; }
  std::size_t read(std::span<char> bytes) override {
    const std::string_view next = bytes_.substr(read_, bytes.size());
    std::ranges::copy(next, bytes.begin());
    read_ += next.size();
    return next.size();
  }

  [[nodiscard]] const RandomAccess* random_access() const override { return this; }
  [[nodiscard]] std::uint64_t size() const override { return bytes_.size(); }
  void read_at(std::uint64_t offset, std::span<char> bytes) const override {
    std::ranges::copy(bytes_.substr(static_cast<std::size_t>(offset), bytes.size()), bytes.begin());
  }

 private:
  std::string_view bytes_;
  fs::path name_;
  std::size_t read_ = 0;
};

class FunctionStream final : public ByteStream {
 public:
  FunctionStream(Input::Function function, fs::path name, std::stop_token stop)
      : function_(std::move(function)), name_(std::move(name)), stop_(std::move(stop)) {}

  [[nodiscard]] const fs::path& path() const override { return name_; }
  std::size_t read(std::span<char> bytes) override {
    throw_if_stopped(stop_);
    if (ended_) return 0;
    ended_ = true;  // Unless it returns some bytes. A function that throws is not called again either.
    const std::size_t got = function_(bytes);
    if (got > bytes.size()) {
      throw Error(ErrorCode::kInputRead, name_,
                  fmt::format("can't read: it returned {} for a buffer of {} bytes", got, bytes.size()));
    }
    ended_ = got == 0;
    return got;
  }

 private:
  Input::Function function_;
  fs::path name_;
  std::stop_token stop_;
  bool ended_ = false;
};

struct Namer {
  std::string operator()(const fs::path& path) const { return path.string(); }
  std::string operator()(std::string_view) const { return "bytes in memory"; }
  std::string operator()(const Input::Function&) const { return "a function"; }
  std::string operator()(Input::Descriptor descriptor) const {
    return descriptor.number == STDIN_FILENO ? "standard input" : fmt::format("descriptor {}", descriptor.number);
  }
};

class Opener {
 public:
  Opener(std::string name, std::stop_token stop, std::shared_ptr<ReadTally> tally)
      : name_(std::move(name)), stop_(std::move(stop)), tally_(std::move(tally)) {}

  OpenedInput operator()(const fs::path& path) const { return of_file(std::make_unique<InputFile>(path, stop_)); }
  OpenedInput operator()(std::string_view bytes) const { return {std::make_unique<MemoryStream>(bytes, name_)}; }
  OpenedInput operator()(const Input::Function& function) const {
    return {std::make_unique<FunctionStream>(function, name_, stop_)};
  }
  OpenedInput operator()(Input::Descriptor descriptor) const {
    return of_file(std::make_unique<InputFile>(descriptor.number, name_, stop_));
  }

 private:
  [[nodiscard]] OpenedInput of_file(std::unique_ptr<InputFile> file) const {
    file->count_in(tally_);
    const struct ::stat status = file->status();
    return {std::move(file), status};
  }

  std::string name_;
  std::stop_token stop_;
  std::shared_ptr<ReadTally> tally_;
};

}  // namespace

std::string name_of(const Input& input) { return std::visit(Namer(), input.kind()); }

bool opens_again(const Input& input) {
  return std::holds_alternative<fs::path>(input.kind()) || std::holds_alternative<std::string_view>(input.kind());
}

std::optional<struct ::stat> status_of(const Input& input) {
  struct ::stat status = {};
  int failed = 0;
  if (const auto* path = std::get_if<fs::path>(&input.kind())) {
    failed = platform().stat(path->c_str(), status);
  } else if (const auto* descriptor = std::get_if<Input::Descriptor>(&input.kind())) {
    failed = platform().fstat(descriptor->number, status);
  } else {
    return std::nullopt;
  }
  if (failed != 0) throw Error(ErrorCode::kInputOpen, name_of(input), "can't be opened", -failed);
  return status;
}

OpenedInput open_input(const Input& input, const std::stop_token& stop, const std::shared_ptr<ReadTally>& tally) {
  return std::visit(Opener(name_of(input), stop, tally), input.kind());
}

}  // namespace bulkmarc
