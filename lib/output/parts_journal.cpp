#include "output/parts_journal.hpp"

#include <fcntl.h>

#include <algorithm>
#include <cerrno>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>
#include <utility>

#include <fmt/format.h>

#include <bulkmarc/compression.hpp>
#include <bulkmarc/error.hpp>

#include "output/atomic_file.hpp"
#include "platform/platform.hpp"
#include "text/buffer.hpp"

namespace bulkmarc {

namespace fs = std::filesystem;

namespace {

constexpr std::size_t kDigits = 5;

}  // namespace

PartNames::PartNames(const fs::path& output)
    : folder_(output.has_parent_path() ? output.parent_path() : fs::path(".")), name_(output.filename().string()) {
  fs::path rest = output.filename();
  if (compression_from_path(rest) != Compression::kNone) {
    extensions_ = rest.extension().string();
    rest = rest.stem();
  }
  extensions_ = rest.extension().string() + extensions_;
  stem_ = rest.stem().string() + "-";
}

fs::path PartNames::part(std::uint64_t number) const {
  return folder_ / fmt::format("{}{:0{}}{}", stem_, number, kDigits, extensions_);
}

fs::path PartNames::manifest() const { return folder_ / (name_ + ".manifest.json"); }

fs::path PartNames::journal() const { return folder_ / ("." + name_ + ".resume.ndjson"); }

bool PartNames::has(const std::string& name) const {
  return is_part(name) || name == manifest().filename() || name == journal().filename();
}

std::vector<fs::path> PartNames::existing_parts() const {
  std::vector<std::string> names;
  platform().list(folder_.c_str(), stem_, names);
  std::erase_if(names, [this](const std::string& name) { return !is_part(name); });
  std::ranges::sort(names);
  std::vector<fs::path> parts;
  parts.reserve(names.size());
  for (const std::string& name : names) parts.push_back(folder_ / name);
  return parts;
}

bool PartNames::has_number(const std::string& name) const {
  const std::size_t around = stem_.size() + extensions_.size();
  return name.size() >= around + kDigits && name.starts_with(stem_) && name.ends_with(extensions_) &&
         name.substr(stem_.size(), name.size() - around).find_first_not_of("0123456789") == std::string::npos;
}

bool PartNames::is_part(const std::string& name) const {
  return name.size() == stem_.size() + kDigits + extensions_.size() && has_number(name);
}

namespace {

using Json = nlohmann::ordered_json;

std::optional<Part> part_of_line(const std::string& line) try {
  return part_from_json(Json::parse(line));
} catch (const Json::exception&) {
  return std::nullopt;
}

}  // namespace

Json to_json(const Part& part) {
  return {{"file", part.file},   {"first_record", part.content.first_record}, {"records", part.content.records},
          {"bytes", part.bytes}, {"bytes_uncompressed", part.content.bytes},  {"sha256", part.sha256}};
}

Part part_from_json(const Json& json) {
  Part part;
  json.at("file").get_to(part.file);
  json.at("first_record").get_to(part.content.first_record);
  json.at("records").get_to(part.content.records);
  json.at("bytes").get_to(part.bytes);
  json.at("bytes_uncompressed").get_to(part.content.bytes);
  json.at("sha256").get_to(part.sha256);
  return part;
}

PartsJournal::PartsJournal(std::filesystem::path path, bool sync) : path_(std::move(path)), sync_(sync) {
  open();
  read();
}

PartsJournal::~PartsJournal() {
  if (file_.is_open() && ends_.empty()) platform().unlink(path_.c_str());
}

void PartsJournal::open() {
  struct ::stat status = {};
  while (status.st_nlink == 0) {
    file_ = Descriptor(platform().open(path_.c_str(), O_RDWR | O_CREAT | O_APPEND | O_NOFOLLOW, 0666));
    if (!file_.is_open()) throw Error(ErrorCode::kOutputCreate, path_, "can't be created", -file_.get());
    // Where there are no locks, it is left to the user that no two runs write the same parts.
    if (platform().lock(file_.get()) == -EWOULDBLOCK) {
      file_.reset();
      throw Error(ErrorCode::kTargetUnusable, path_, "another run is writing these parts");
    }
    const int failed = platform().fstat(file_.get(), status);
    if (failed != 0) throw Error(ErrorCode::kOutputCreate, path_, "can't be examined", -failed);
    // Without links it is that of a run which has just ended.
  }
}

void PartsJournal::read() {
  Buffer bytes;
  ssize_t got = 1;
  while (got != 0) {
    const std::span<char> room = bytes.room(kReadAtOnce);
    got = platform().read(file_.get(), room.data(), room.size());
    if (got == -EINTR) continue;
    if (got < 0) throw Error(ErrorCode::kInputRead, path_, "can't read", static_cast<int>(-got));
    bytes.set_size(bytes.size() + static_cast<std::size_t>(got));
  }
  // A line that the end of a run has cut off counts for nothing.
  std::size_t begin = 0;
  for (std::size_t end = 0; (end = bytes.view().find('\n', begin)) != std::string_view::npos; begin = end + 1) {
    const std::string line(bytes.view().substr(begin, end - begin));
    if (ends_.empty()) {
      run_ = line;
    } else if (auto part = part_of_line(line)) {
      parts_.push_back(*std::move(part));
    } else {
      return;
    }
    ends_.push_back(end + 1);
  }
}

void PartsJournal::begin(const std::string& run) {
  cut(0);
  run_ = run;
  parts_.clear();
  ends_.clear();
  write(run);
}

void PartsJournal::go_on_after(std::size_t count) {
  cut(ends_[count]);
  parts_.resize(count);
  ends_.resize(count + 1);
}

void PartsJournal::add(const Part& part) {
  write(to_json(part).dump(-1, ' ', false, Json::error_handler_t::replace));
  parts_.push_back(part);
}

void PartsJournal::remove() {
  const int failed = platform().unlink(path_.c_str());
  if (failed != 0)
    throw Error(ErrorCode::kOutputRename, path_, "the parts are complete, but it can't be removed", -failed);
  file_.reset();
}

void PartsJournal::write(const std::string& line) {
  int failed = write_all(file_.get(), line + "\n");
  if (failed != 0) throw Error(ErrorCode::kOutputWrite, path_, "can't write", -failed);
  ends_.push_back((ends_.empty() ? 0 : ends_.back()) + line.size() + 1);
  if (sync_) failed = platform().fsync(file_.get());
  if (failed != 0) throw Error(ErrorCode::kOutputSync, path_, "can't bring the data to the disk", -failed);
}

void PartsJournal::cut(std::uint64_t length) {
  const int failed = platform().ftruncate(file_.get(), static_cast<off_t>(length));
  if (failed != 0) throw Error(ErrorCode::kOutputWrite, path_, "can't be shortened", -failed);
}

}  // namespace bulkmarc
