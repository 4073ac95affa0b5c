#include "support/parts.hpp"

#include <stdexcept>

#include <simdjson.h>

#include "pipeline/formatter.hpp"
#include "support/temporary_folder.hpp"

namespace fs = std::filesystem;
using namespace bulkmarc;

std::map<std::string, std::string> files_of(const fs::path& folder) {
  std::map<std::string, std::string> files;
  for (const auto& entry : fs::directory_iterator(folder)) {
    const std::string name = entry.path().filename().string();
    if (!name.starts_with("in")) files[name] = read_file(entry.path());
  }
  return files;
}

std::vector<std::string> parts_of_manifest(const std::string& manifest) {
  simdjson::dom::parser parser;
  std::vector<std::string> names;
  for (const simdjson::dom::element part : parser.parse(manifest)["parts"].get_array()) {
    names.emplace_back(part["file"].get_string().value());
  }
  return names;
}

std::string joined(const OutputForm& form, const std::vector<std::string>& parts) {
  const auto formatter = make_formatter(form.format, {}, form.table);
  std::string whole(formatter->prologue());
  for (std::string_view part : parts) {
    if (!part.starts_with(formatter->prologue()) || !part.ends_with(formatter->epilogue())) {
      throw std::runtime_error("a part is not a whole file");
    }
    part.remove_prefix(formatter->prologue().size());
    part.remove_suffix(formatter->epilogue().size());
    if (whole.size() > formatter->prologue().size()) whole += formatter->separator();
    whole += part;
  }
  return whole.append(formatter->epilogue());
}
