#include "docs/markdown.hpp"

#include <algorithm>
#include <sstream>
#include <stdexcept>

#include <cctype>
#include <regex>

namespace fs = std::filesystem;

namespace {

constexpr std::string_view kFence = "```";

std::string anchor_of(std::string_view heading) {
  std::string anchor;
  for (const char c : heading) {
    const auto letter = static_cast<unsigned char>(c);
    if (std::isalnum(letter) != 0 || c == '-' || c == '_') anchor += static_cast<char>(std::tolower(letter));
    if (c == ' ') anchor += '-';
  }
  return anchor;
}

void read_heading(const std::string& line, Document& document) {
  static const std::regex kHeading("#+ (.*)");
  static const std::regex kCodeHeading("#+ `([^`]+)`");
  std::smatch match;
  if (std::regex_match(line, match, kHeading)) document.anchors.push_back(anchor_of(match[1].str()));
  if (std::regex_match(line, match, kCodeHeading)) document.code_headings.push_back(match[1]);
}

void read_prose(const std::string& line, int number, Document& document) {
  static const std::regex kLink(R"(\]\(([^)\s]+)\))");
  static const std::regex kCodeSpan("`([^`]+)`");
  static const std::regex kFirstCell(R"(\| `([^`]+)` \|.*)");
  const std::sregex_iterator end;
  for (std::sregex_iterator at(line.begin(), line.end(), kLink); at != end; ++at) {
    document.links.push_back({(*at)[1], number});
  }
  for (std::sregex_iterator at(line.begin(), line.end(), kCodeSpan); at != end; ++at) {
    document.code_spans.push_back((*at)[1]);
  }
  std::smatch match;
  if (std::regex_match(line, match, kFirstCell)) document.first_cells.push_back(match[1]);
  read_heading(line, document);
}

}  // namespace

const fs::path& checkout() {
  static const fs::path kRoot = BULKMARC_SOURCE_DIR;
  return kRoot;
}

Document read_document(const fs::path& path_in_checkout) {
  Document document;
  document.path = path_in_checkout;
  std::istringstream lines(read_file(checkout() / path_in_checkout));
  Block block;
  bool in_block = false;
  int number = 0;
  for (std::string line; std::getline(lines, line);) {
    ++number;
    if (line.starts_with(kFence)) {
      if (in_block) document.blocks.push_back(block);
      in_block = !in_block;
      block = {line.substr(kFence.size()), "", number + 1};
    } else if (in_block) {
      block.text += line + '\n';
    } else {
      read_prose(line, number, document);
    }
  }
  if (in_block) throw std::runtime_error(path_in_checkout.string() + ": a block does not end");
  return document;
}

const std::vector<Document>& all_documents() {
  static const std::vector<Document> kDocuments = [] {
    std::vector<Document> documents = {read_document("README.md")};
    for (const auto& entry : fs::recursive_directory_iterator(checkout() / "docs")) {
      if (entry.path().extension() != ".md") continue;
      documents.push_back(read_document(entry.path().lexically_relative(checkout())));
    }
    std::ranges::sort(documents, {}, &Document::path);
    return documents;
  }();
  return kDocuments;
}
