#include "output/parts_output.hpp"

#include <cerrno>
#include <cstdint>
#include <span>
#include <string>
#include <system_error>
#include <utility>

#include <fmt/format.h>

#include <bulkmarc/error.hpp>

#include "output/manifest.hpp"

namespace bulkmarc {
namespace fs = std::filesystem;

namespace {

/// PartNames::existing_parts() lists parts up to this number.
constexpr std::uint64_t kMostListed = 99'999;

bool stands(const fs::path& path) { return StandingFile::at(path).has_value(); }

}  // namespace

PartsOutput::PartsOutput(const fs::path& output, FileOptions options, bool resume, PartsDescription description,
                         const std::stop_token& stop)
    : names_(output),
      options_(options),
      description_(std::move(description)),
      journal_(names_.journal(), options.sync) {
  // What a killed run was writing when it ended.
  AtomicFile::remove_leftovers(names_.folder(), names_.stem(),
                               [this](const std::string& name) { return names_.has_number(name); });
  note_what_stands();
  goes_on_ = resume && !journal_.run().empty();
  if (goes_on_) {
    go_on(stop);
  } else if (options_.no_clobber) {
    refuse_existing();
  }
}

/// Parts beyond those that existing_parts() knows follow each other without a gap, or nobody ever takes them for parts.
void PartsOutput::note_what_stands() {
  std::vector<fs::path> files = names_.existing_parts();
  files.push_back(names_.manifest());
  for (std::uint64_t number = kMostListed + 1; stands(names_.part(number)); ++number)
    files.push_back(names_.part(number));
  for (fs::path& path : files) {
    if (const auto file = StandingFile::at(path)) before_.emplace(std::move(path), *file);
  }
}

std::optional<StandingFile> PartsOutput::before(const fs::path& path) const {
  const auto found = before_.find(path);
  return found == before_.end() ? std::nullopt : std::optional(found->second);
}

void PartsOutput::go_on(const std::stop_token& stop) {
  if (journal_.run() != description_.run) {
    throw Error(ErrorCode::kNotResumable, names_.journal(),
                "the run that was cut off had other inputs or options; a run that does not resume exports all again");
  }
  for (const Part& part : journal_.parts()) {
    const std::string name = names_.part(kept_ + 1).filename().string();
    if (part.file != name) {
      throw Error(ErrorCode::kNotResumable, names_.journal(),
                  fmt::format("it names another file than {}; a run that does not resume exports all again", name));
    }
    if (sha256_of_file(names_.part(kept_ + 1), part.bytes, stop) != part.sha256) break;
    parts_.push_back(part);
    ++kept_;
  }
  // What is there belongs to the run that was cut off, or was to be replaced by it.
  options_.no_clobber = false;
}

void PartsOutput::refuse_existing() const {
  std::vector<fs::path> files = names_.existing_parts();
  if (stands(names_.manifest())) files.insert(files.begin(), names_.manifest());
  if (!files.empty()) throw Error(ErrorCode::kTargetExists, files.front(), "exists already");
}

KeptFiles PartsOutput::kept() const {
  KeptFiles kept;
  for (const Part& part : std::span(parts_).first(kept_)) {
    kept.contents.push_back(part.content);
    kept.bytes += part.bytes;
  }
  return kept;
}

void PartsOutput::open_part() {
  // The folder, which may hold any number of parts, was looked through at the beginning; a link leads to another one.
  const fs::path path = names_.part(parts_.size() + 1);
  std::error_code ignored;
  const auto leftovers =
      fs::is_symlink(path, ignored) ? AtomicFile::Leftovers::kRemove : AtomicFile::Leftovers::kAreRemoved;
  file_ = std::make_unique<AtomicFile>(path, options_, leftovers);
  hash_.emplace();
  size_ = 0;
}

void PartsOutput::append(std::string_view bytes) {
  if (!file_) open_part();
  file_->write(bytes);
  hash_->add(bytes);
  size_ += bytes.size();
}

void PartsOutput::end_file(const FileContent& content) {
  if (!file_) open_part();
  if (parts_.size() == kept_) prepare_folder();
  file_->commit_over(before(file_->target()));
  parts_.push_back({file_->target().filename().string(), content, size_, hash_->digest()});
  file_.reset();
  journal_.add(parts_.back());
}

/// From here on the folder does not hold the set of an earlier run any more, and must not look as if it did.
void PartsOutput::prepare_folder() {
  if (goes_on_) {
    journal_.go_on_after(kept_);
  } else {
    journal_.begin(description_.run);
  }
  unlink(names_.manifest());
  before_.erase(names_.manifest());
  sync_folder();
}

void PartsOutput::commit() {
  remove_stale_parts();
  write_manifest();
  journal_.remove();
}

/// They follow the last part without a gap. The highest one goes first, so that there is none when this is cut off.
void PartsOutput::remove_stale_parts() const {
  std::uint64_t last = parts_.size();
  while (stands(names_.part(last + 1))) ++last;
  if (last == parts_.size()) return;
  for (; last > parts_.size(); --last) unlink(names_.part(last));
  sync_folder();
}

void PartsOutput::write_manifest() {
  AtomicFile file(names_.manifest(), options_);
  file.write(manifest_text(description_.version, description_.format, description_.compression, parts_));
  file.commit_over(before(names_.manifest()));
}

void PartsOutput::unlink(const fs::path& path) const {
  if (const auto file = StandingFile::at(path); file && file != before(path)) {
    throw Error(ErrorCode::kTargetExists, path, "appeared during the run, and is not removed");
  }
  const int failed = platform().unlink(path.c_str());
  if (failed != 0 && failed != -ENOENT) {
    throw Error(ErrorCode::kTargetUnusable, path, "is of an earlier run and can't be removed", -failed);
  }
}

void PartsOutput::sync_folder() const {
  if (options_.sync) bulkmarc::sync_folder(names_.folder(), names_.manifest());
}

}  // namespace bulkmarc
