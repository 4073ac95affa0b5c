#include "formats/marcxml/envelope.hpp"

#include <algorithm>
#include <iterator>

#include "formats/marcxml/names.hpp"
#include "formats/marcxml/xml_markup.hpp"

namespace bulkmarc {

void MarcXmlEnvelope::meet(std::string_view name) {
  const std::string_view local_name = xml::local_name(name);
  if (root_.empty()) root_ = local_name;
  if (!stranger_.empty() || xml::is_of_envelope(local_name) || xml::may_hold_anything(local_name)) return;
  const bool may_be_anything = std::ranges::any_of(
      opened_, [](const Opened& opened) { return xml::may_hold_anything(xml::local_name(opened.name)); });
  if (!may_be_anything) stranger_ = name;
}

void MarcXmlEnvelope::close(std::string_view name) {
  const auto opened = std::find_if(opened_.rbegin(), opened_.rend(),
                                   [name](const Opened& candidate) { return candidate.name == name; });
  if (opened != opened_.rend()) opened_.erase(std::prev(opened.base()), opened_.end());
}

bool MarcXmlEnvelope::excludes_text() const {
  return opened_.empty() || opened_.back().holds_records ||
         xml::holds_elements_only(xml::local_name(opened_.back().name));
}

}  // namespace bulkmarc
