#include "api/input_list.hpp"

#include <sys/stat.h>

#include <exception>
#include <map>
#include <string>
#include <utility>

#include <fmt/format.h>

#include "formats/open_reader.hpp"
#include "input/byte_stream.hpp"
#include "input/input_paths.hpp"
#include "output/manifest.hpp"
#include "output/sha256.hpp"
#include "platform/platform.hpp"
#include "platform/stop.hpp"
#include "tasks/for_each_index.hpp"
#include "text/buffer.hpp"

namespace bulkmarc {
namespace {

namespace fs = std::filesystem;

/// A part of a manifest, which is to be what the manifest says.
struct Promised {
  std::size_t input;  ///< The index among the inputs.
  fs::path path;
  fs::path manifest;
  Part part;
};

/// Throws Error (kInputMismatch) where a part is not what its manifest says.
void check(const Promised& promised, const std::stop_token& stop) try {
  InputFile file(promised.path, stop);
  if (!file.is_regular() || file.size() != promised.part.bytes) {
    throw Error(ErrorCode::kInputMismatch, promised.path,
                fmt::format("has not the {} bytes that {} says", promised.part.bytes, promised.manifest.string()));
  }
  Sha256 hash;
  Buffer buffer;
  const auto room = buffer.room(kReadAtOnce);
  for (std::size_t got = 1; got != 0;) {
    throw_if_stopped(stop);
    got = file.read(room);
    hash.add({room.data(), got});
  }
  if (hash.digest() != promised.part.sha256) {
    throw Error(ErrorCode::kInputMismatch, promised.path,
                fmt::format("has not the SHA-256 that {} says", promised.manifest.string()));
  }
} catch (const Error& error) {
  if (error.code() != ErrorCode::kInputOpen) throw;
  throw Error(ErrorCode::kInputMismatch, promised.path,
              fmt::format("can't be opened, though {} lists it", promised.manifest.string()), error.os_error());
}

class ListMaker {
 public:
  explicit ListMaker(std::stop_token stop) : stop_(std::move(stop)) {}

  InputList make(const std::vector<Input>& inputs) {
    ExpandedInputs expanded = expand_folders(inputs, file_holds_records);
    list_.passed_over = std::move(expanded.passed_over);
    for (ListedInput& input : expanded.inputs) add(std::move(input));
    check_all();
    return std::move(list_);
  }

 private:
  void add(ListedInput input) {
    const bool may_be_manifest = !input.error && !input.in_folder && input.path() != nullptr;
    if (may_be_manifest && own_file_at(*input.path()) == OwnFile::kManifest) {
      add_parts(*input.path());
    } else {
      add_once(std::move(input));
    }
  }

  void add_parts(const fs::path& manifest) try {
    list_.manifests.push_back(manifest);
    for (Part& part : read_manifest(manifest)) {
      fs::path path = manifest.parent_path() / part.file;
      const std::size_t input = add_once({.input = path});
      promised_.push_back({input, std::move(path), manifest, std::move(part)});
    }
  } catch (const Error& error) {
    list_.inputs.push_back({manifest, error});
  }

  /// Returns the index of the input that it is.
  std::size_t add_once(ListedInput input) {
    struct ::stat status = {};
    const std::size_t index = list_.inputs.size();
    if (!input.error && input.path() != nullptr && platform().stat(input.path()->c_str(), status) == 0 &&
        S_ISREG(status.st_mode)) {
      const auto [first, is_new] = known_.emplace(std::pair(status.st_dev, status.st_ino), index);
      if (!is_new) {
        const std::string earlier = list_.inputs[first->second].path()->string();
        list_.passed_over.push_back(
            {input.path()->string(), fmt::format("the same file as {}, which is read", earlier)});
        return first->second;
      }
    }
    list_.inputs.push_back(std::move(input));
    return index;
  }

  void check_all() {
    const auto failures = for_each_index(promised_.size(), [&](std::size_t i) { check(promised_[i], stop_); });
    for (std::size_t i = 0; i < failures.size(); ++i) {
      if (failures[i]) enter_failure(promised_[i].input, failures[i]);
    }
  }

  /// Throws what concerns not this input alone.
  void enter_failure(std::size_t input, const std::exception_ptr& failure) try {
    std::rethrow_exception(failure);
  } catch (const Error& error) {
    if (error.code() == ErrorCode::kCancelled) throw;
    list_.inputs[input].error = error;
  }

  std::stop_token stop_;
  InputList list_;
  std::map<std::pair<dev_t, ino_t>, std::size_t> known_;  // The indexes of the regular files.
  std::vector<Promised> promised_;
};

}  // namespace

InputList list_inputs(const std::vector<Input>& inputs, const std::stop_token& stop) {
  return ListMaker(stop).make(inputs);
}

}  // namespace bulkmarc
