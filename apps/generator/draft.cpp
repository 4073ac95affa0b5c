#include "generator/draft.hpp"

#include <cstdint>

namespace generator {
namespace {

constexpr std::uint32_t kFirstYear = 1972;
constexpr std::uint32_t kLastYear = 2024;

void append_date(Text& text, std::uint32_t year, std::size_t year_digits, Random& random) {
  text.append_number(year_digits == 2 ? year % 100 : year, year_digits);
  text.append_number(random.between(1, 12), 2);
  text.append_number(random.between(1, 28), 2);
}

}  // namespace

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

std::string write_identity(Draft& draft) {
  Random& random = draft.random;
  const std::uint32_t entered = random.between(kFirstYear, kLastYear);

  Text text(false);
  text.append_number(draft.index + 1, 12);
  draft.out.control("001", text.latin());
  draft.out.control("003", "XxBulk");

  text.clear();
  append_date(text, random.between(entered + 1, kLastYear + 1), 4, random);
  text.append_number(random.below(24), 2);
  text.append_number(random.below(60), 2);
  text.append_number(random.below(60), 2);
  text.append(".0");
  draft.out.control("005", text.latin());

  text.clear();
  append_date(text, entered, 2, random);
  return text.latin();
}

void write_source(Draft& draft, bool rda) {
  Random& random = draft.random;
  auto pick_agency = [&] { return random.pick({"XxBulk", "XxLib", "XxUnv", "XxUnv-M", "XxNat", "XxCat"}); };
  const std::string_view agency = pick_agency();
  draft.out.field("040", "  ").subfield('a', agency);
  if (rda || random.chance(300)) draft.out.subfield('b', "eng");
  if (rda) draft.out.subfield('e', "rda");
  draft.out.subfield('c', agency);
  while (random.chance(550)) draft.out.subfield('d', pick_agency());
}

void write_life(Draft& draft, std::uint32_t active) {
  const std::uint32_t born = active - draft.random.between(25, 75);
  const std::uint32_t died = born + draft.random.between(50, 95);
  draft.out.add(",").subfield('d').text().append_number(born);
  draft.out.add("-");
  if (died >= active && died <= kLastYear && draft.random.chance(700)) draft.out.text().append_number(died);
}

}  // namespace generator
