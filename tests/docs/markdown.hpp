#pragma once

#include <filesystem>
#include <string>
#include <string_view>
#include <vector>

#include "support/temporary_folder.hpp"

/// A fenced block of a document: the word after the fence, and its lines.
struct Block {
  std::string language;
  std::string text;  ///< Ends with a newline.
  int line = 0;      ///< Of its first line in the document, from 1.
};

struct Link {
  std::string target;
  int line = 0;
};

/// What the tests need to know of a Markdown document.
struct Document {
  std::filesystem::path path;  ///< From the root of the checkout.
  std::vector<Block> blocks;
  std::vector<Link> links;
  std::vector<std::string> code_spans;     ///< What stands between backticks, outside of blocks.
  std::vector<std::string> code_headings;  ///< Of headings that are one code span.
  std::vector<std::string> first_cells;    ///< Code spans that are a table row's first cell.
  std::vector<std::string> anchors;        ///< Of its headings, as GitHub and others make them.
};

/// The root of the checkout.
[[nodiscard]] const std::filesystem::path& checkout();
[[nodiscard]] Document read_document(const std::filesystem::path& path_in_checkout);
/// README.md and all of docs/.
[[nodiscard]] const std::vector<Document>& all_documents();
