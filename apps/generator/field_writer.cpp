#include "generator/field_writer.hpp"

namespace generator {

void FieldWriter::control(std::string_view tag, std::string_view data) {
  end_field();
  record_.add_control(tag, data);
}

FieldWriter& FieldWriter::field(std::string_view tag, std::string_view indicators) {
  end_field();
  tag_ = tag;
  open_ = true;
  text_.append(indicators);
  return *this;
}

FieldWriter& FieldWriter::linked(std::string_view tag, std::string_view indicators) {
  field(tag, indicators);
  if (script_.empty()) return *this;
  linked_ = true;
  subfield('6');
  text_.append("880", tag);
  text_.append("-");
  text_.append_number(originals_.size() + 1, 2);
  text_.append("", "/");
  text_.append("", script_);
  return *this;
}

FieldWriter& FieldWriter::subfield(char code) {
  const char opening[] = {bulkmarc::kSubfieldDelimiter, code};
  text_.append({opening, sizeof opening});
  return *this;
}

FieldWriter& FieldWriter::stop() {
  constexpr std::string_view kEnds = ".?!-)";
  if (!text_.latin().empty() && kEnds.find(text_.latin().back()) == std::string_view::npos) text_.append(".");
  return *this;
}

void FieldWriter::end_field() {
  if (open_) record_.add_field(tag_, text_.latin());
  if (linked_) originals_.push_back(text_.original());
  open_ = linked_ = false;
  text_.clear();
}

void FieldWriter::finish() {
  end_field();
  for (const std::string& original : originals_) record_.add_field("880", original);
  originals_.clear();
}

}  // namespace generator
