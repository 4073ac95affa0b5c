#include "record/utf8_record.hpp"

#include "text/utf8.hpp"

namespace bulkmarc {
namespace {

constexpr char kEscape = '\x1B';

}  // namespace

std::optional<Problem> Utf8Converter::convert(RecordView& view, std::vector<Problem>& repairs) {
  const std::string_view bytes = view.bytes();
  if (bytes[kCodingScheme] == 'a') {
    if (is_utf8(bytes)) return std::nullopt;
    view = replace_invalid(view);
    note(repairs, Reason::kInvalidUtf8, "invalid bytes became U+FFFD");
    return std::nullopt;
  }
  const bool escapes = bytes.find(kEscape) != std::string_view::npos;
  if (!escapes && is_ascii(bytes)) return std::nullopt;
  if (escapes || !is_utf8(bytes)) {
    return Problem{Reason::kMarc8, "the record is in MARC-8 and has characters beyond ASCII"};
  }
  note(repairs, Reason::kMislabelled, "the leader says MARC-8, the text is UTF-8");
  return std::nullopt;
}

RecordView Utf8Converter::replace_invalid(const RecordView& view) {
  text_.clear();
  directory_.clear();
  text_.append(view.leader());
  for (const DirectoryEntry& entry : view.directory()) {
    DirectoryEntry& copy = directory_.emplace_back(entry);
    copy.offset = static_cast<std::uint32_t>(text_.size());
    append_valid_utf8(view.bytes().substr(entry.offset, entry.length), text_);
    copy.length = static_cast<std::uint32_t>(text_.size() - copy.offset);
    text_.append({&kFieldTerminator, 1});
  }
  return {text_.view(), directory_};
}

}  // namespace bulkmarc
