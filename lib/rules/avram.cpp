#include <string>

#include <fmt/format.h>
#include <nlohmann/json.hpp>

#include <bulkmarc/error.hpp>

#include "record/leader.hpp"
#include "rules/rules_impl.hpp"
#include "text/byte_set.hpp"

namespace bulkmarc {
namespace {

using Json = nlohmann::json;

[[noreturn]] void fail(const std::string& what) {
  throw Error(ErrorCode::kInvalidOptions, {}, fmt::format("Avram schema: {}", what));
}

std::string kind_of(const Json& value) { return value.type_name(); }

/// The member of an object, or null where there is none.
const Json* member(const Json& object, const char* name) {
  const auto found = object.find(name);
  return found == object.end() || found->is_null() ? nullptr : &*found;
}

/// A member that is true or false; `otherwise` where there is none.
bool flag(const Json& object, const char* name, bool otherwise, const std::string& place) {
  const Json* value = member(object, name);
  if (value == nullptr) return otherwise;
  if (!value->is_boolean()) fail(fmt::format("{}/{}: expected true or false, found {}", place, name, kind_of(*value)));
  return value->get<bool>();
}

void require_object(const Json& value, const std::string& place) {
  if (!value.is_object()) fail(fmt::format("{}: expected an object, found {}", place, kind_of(value)));
}

/// The one byte of a code. MARC documents write a blank as #.
char code_of(const std::string& text, bool is_indicator, const std::string& place) {
  if (text.size() != 1 || !kPrintable.contains(text[0])) {
    fail(fmt::format("{}: expected one character of ASCII, found \"{}\"", place, text));
  }
  return is_indicator && text[0] == '#' ? ' ' : text[0];
}

class SchemaReader {
 public:
  SchemaReader(const Json& schema, Rules::Impl& rules) : schema_(schema), rules_(rules) {}

  void read() {
    require_object(schema_, "/");
    const Json* fields = member(schema_, "fields");
    if (fields == nullptr) fail("/: has no fields");
    require_object(*fields, "/fields");
    for (const auto& [tag, field] : fields->items()) {
      const std::string place = "/fields/" + tag;
      if (tag.size() != kTagLength || !all_in(tag, kTagBytes)) {
        fail(fmt::format("{}: expected a tag of three letters or digits", place));
      }
      require_object(field, place);
      if (tag != kLeaderTag) rules_.set(tag, rules_of(field, place));
    }
    // A schema of other records than bibliographic ones of MARC 21 has no titles there.
    if (!fields->contains("245")) rules_.set("245", FieldRules());
    rules_.is_closed = true;
  }

 private:
  [[nodiscard]] FieldRules rules_of(const Json& field, const std::string& place) const {
    FieldRules rules;
    const bool is_required = flag(field, "required", false, place);
    const bool is_title = place == "/fields/245";
    if (is_title) rules.required = FieldRules::Required::kInBibliographic;
    if (is_required || place == "/fields/001") rules.required = FieldRules::Required::kInAll;
    rules.repeatable = flag(field, "repeatable", true, place);
    rules.indicators[0] = indicator(field, "indicator1", place);
    rules.indicators[1] = indicator(field, "indicator2", place);
    if (const Json* subfields = member(field, "subfields")) read_subfields(*subfields, place + "/subfields", rules);
    return rules;
  }

  /// Nothing where any is right. One that is null is a blank.
  [[nodiscard]] std::optional<CodeSet> indicator(const Json& field, const char* name, const std::string& place) const {
    const auto found = field.find(name);
    if (found == field.end()) return std::nullopt;
    const std::string here = fmt::format("{}/{}", place, name);
    CodeSet set;
    if (found->is_null()) return set.set(' ');
    require_object(*found, here);
    const Json* codes = member(*found, "codes");
    if (codes != nullptr && codes->is_string()) codes = codelist(codes->get<std::string>());
    if (codes == nullptr) return std::nullopt;
    require_object(*codes, here + "/codes");
    for (const auto& [code, meaning] : codes->items()) {
      set.set(static_cast<unsigned char>(code_of(code, true, here + "/codes")));
    }
    return set;
  }

  /// The codes of a list that the schema has by this name, or null.
  [[nodiscard]] const Json* codelist(const std::string& name) const {
    const Json* lists = member(schema_, "codelists");
    if (lists == nullptr || !lists->is_object()) return nullptr;
    const Json* list = member(*lists, name.c_str());
    return list == nullptr || !list->is_object() ? nullptr : member(*list, "codes");
  }

  static void read_subfields(const Json& subfields, const std::string& place, FieldRules& rules) {
    require_object(subfields, place);
    rules.subfields.emplace();
    for (const auto& [name, subfield] : subfields.items()) {
      const std::string here = fmt::format("{}/{}", place, name);
      const auto code = static_cast<unsigned char>(code_of(name, false, here));
      require_object(subfield, here);
      rules.subfields->set(code);
      if (flag(subfield, "required", false, here)) rules.required_subfields.set(code);
      if (!flag(subfield, "repeatable", true, here)) rules.unrepeatable_subfields.set(code);
    }
  }

  const Json& schema_;
  Rules::Impl& rules_;
};

Json parse(std::string_view json) try { return Json::parse(json); } catch (const Json::parse_error& error) {
  fail(fmt::format("is not JSON, from byte {} on", error.byte));
}

}  // namespace

void add_avram_rules(std::string_view json, Rules::Impl& rules) { SchemaReader(parse(json), rules).read(); }

}  // namespace bulkmarc
