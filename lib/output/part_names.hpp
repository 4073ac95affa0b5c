#pragma once

#include <cstdint>
#include <filesystem>
#include <optional>
#include <string>
#include <vector>

namespace bulkmarc {

/// The names of all files of an output in parts. For `folder/catalog.xml.gz` they are `catalog-00001.xml.gz` and so on,
/// `catalog.xml.gz.manifest.json` and `.catalog.xml.gz.resume.ndjson`, in the same folder.
class PartNames {
 public:
  explicit PartNames(const std::filesystem::path& output);

  [[nodiscard]] const std::filesystem::path& folder() const { return folder_; }
  [[nodiscard]] std::filesystem::path part(std::uint64_t number) const;
  [[nodiscard]] std::filesystem::path manifest() const;
  [[nodiscard]] std::filesystem::path journal() const;

  /// True for the name of a part up to 99,999, of the manifest, or of the journal, whether it exists or not.
  [[nodiscard]] bool has(const std::string& name) const;
  /// True for the name of a part whatever its number.
  [[nodiscard]] bool has_number(const std::string& name) const;
  /// What the names of all parts begin with.
  [[nodiscard]] const std::string& stem() const { return stem_; }
  /// The parts, up to 99,999, that exist.
  [[nodiscard]] std::vector<std::filesystem::path> existing_parts() const;

 private:
  [[nodiscard]] bool is_part(const std::string& name) const;

  std::filesystem::path folder_;
  std::string name_;
  std::string stem_;
  std::string extensions_;
};

}  // namespace bulkmarc
