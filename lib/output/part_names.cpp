#include "output/part_names.hpp"

#include <algorithm>
#include <cstddef>
#include <cstdint>

#include <fmt/format.h>

#include <bulkmarc/compression.hpp>

#include "platform/platform.hpp"

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

}  // namespace bulkmarc
