#include "formats/marcjson/quick_parser.hpp"

#include <cstddef>
#include <utility>

#include "formats/marcjson/json_escapes.hpp"
#include "input/text_reader.hpp"
#include "text/byte_set.hpp"
#include "text/utf8.hpp"

namespace bulkmarc {
namespace {

constexpr std::size_t kFieldsKeyLength = 6;
constexpr std::size_t kIndicatorKeyLength = 4;

/// What numbers, true, false and null are made of.
constexpr ByteSet kWordBytes("0-9A-Za-z+.-");

/// Walks over one record. What takes something takes it from `at` on, and returns where the rest begins, or null where
/// something else stands.
class RecordWalk {
 public:
  RecordWalk(std::string_view record, const Specials& specials, simdjson::ondemand::parser& unescaper,
             RecordBuilder& builder)
      : begin_(record.data()),
        end_(begin_ + record.size()),
        specials_(specials),
        unescaper_(unescaper),
        builder_(builder) {}

  bool run() {
    bool has_fields = false;
    const char* const at = take_members<kFieldsKeyLength>(begin_, [&](const char* value, std::string_view key) {
      if (key == "fields") return std::exchange(has_fields, true) ? nullptr : take_fields(value);
      if (key != "leader") return pass_value(value);
      std::string_view leader;
      const char* const rest = take_text(value, leader);
      if (rest != nullptr) builder_.leader(leader);
      return rest;
    });
    return at == end_ && has_fields;
  }

 private:
  /// Hands every member to take_value(at, key). Most keys have `kKeyLength` bytes.
  template <std::size_t kKeyLength, class TakeValue>
  const char* take_members(const char* at, const TakeValue& take_value) {
    at = take(at, '{');
    while (at != nullptr) {
      std::string_view key;
      at = take_key<kKeyLength>(at, key);
      if (at != nullptr) at = take(at, ':');
      if (at != nullptr) at = take_value(at, key);
      if (at == nullptr) return nullptr;
      at = skip_space(at);
      if (next(at) != ',') return take(at, '}');
      ++at;
    }
    return nullptr;
  }

  /// The same for every object of an array.
  template <std::size_t kKeyLength, class TakeValue>
  const char* take_objects(const char* at, const TakeValue& take_value) {
    at = take(at, '[');
    if (at == nullptr) return nullptr;
    if (next(skip_space(at)) == ']') return take(at, ']');
    while (true) {
      at = take_members<kKeyLength>(at, take_value);
      if (at == nullptr) return nullptr;
      at = skip_space(at);
      if (next(at) != ',') return take(at, ']');
      ++at;
    }
  }

  const char* take_fields(const char* at) {
    return take_objects<kTagLength>(at, [this](const char* value, std::string_view tag) {
      if (next(skip_space(value)) == '{') return take_data_field(value, tag);
      std::string_view data;
      const char* const rest = tag.starts_with("00") ? take_text(value, data) : nullptr;
      if (rest != nullptr) builder_.control_field(tag, data);
      return rest;
    });
  }

  const char* take_data_field(const char* at, std::string_view tag) {
    builder_.begin_data_field(tag);
    bool has_indicator[kIndicatorCount] = {};
    bool has_subfields = false;
    const auto take_indicator = [&](const char* value, std::size_t index) -> const char* {
      std::string_view indicator;
      const char* const rest = std::exchange(has_indicator[index], true) ? nullptr : take_text<1>(value, indicator);
      if (rest != nullptr) builder_.indicator(index, indicator);
      return rest;
    };
    const auto take_subfield = [this](const char* value, std::string_view code) {
      std::string_view text;
      const char* const rest = take_text(value, text);
      if (rest != nullptr) builder_.subfield(code, text);
      return rest;
    };
    at = take_members<kIndicatorKeyLength>(at, [&](const char* value, std::string_view key) -> const char* {
      if (key == "ind1") return take_indicator(value, 0);
      if (key == "ind2") return take_indicator(value, 1);
      if (key != "subfields" || std::exchange(has_subfields, true)) return nullptr;
      return take_objects<1>(value, take_subfield);
    });
    if (at == nullptr) return nullptr;
    if (!has_indicator[0] || !has_indicator[1]) builder_.repair_missing_indicators();
    builder_.end_data_field_with_indicators();
    return at;
  }

  /// Passes over a string, a number or a word, which nobody looks at.
  const char* pass_value(const char* at) {
    at = skip_space(at);
    std::string_view text;
    if (next(at) == '"') return take_text(at, text);
    const char* const begin = at;
    while (kWordBytes.contains(next(at))) ++at;
    return at != begin ? at : nullptr;
  }

  /// The byte at `at`, or 0 at the end.
  [[nodiscard]] char next(const char* at) const { return at != end_ ? *at : '\0'; }

  [[nodiscard]] const char* skip_space(const char* at) const {
    if (next(at) > ' ') [[likely]]
      return at;
    while (next(at) == ' ' || next(at) == '\n' || next(at) == '\r' || next(at) == '\t') ++at;
    return at;
  }

  [[nodiscard]] const char* take(const char* at, char token) const {
    if (next(at) == token) [[likely]]
      return at + 1;
    at = skip_space(at);
    return next(at) == token ? at + 1 : nullptr;
  }

  /// Where the next byte is that a string can't hold as it is, or the end. Where it comes as soon as it usually does,
  /// the processor need not wait for the search to go on behind it.
  template <std::size_t kUsual>
  [[nodiscard]] const char* find_special(const char* at) const {
    if constexpr (kUsual > 0) {
      if (static_cast<std::size_t>(end_ - at) > kUsual && at[kUsual] == '"' && all_in({at, kUsual}, kPlainInJson))
          [[likely]]
        return at + kUsual;
    }
    const char* const found = begin_ + specials_.find(static_cast<std::size_t>(at - begin_));
    return found < end_ ? found : end_;
  }

  /// Takes a string without escapes.
  template <std::size_t kUsual>
  const char* take_key(const char* at, std::string_view& text) {
    at = take(at, '"');
    if (at == nullptr) return nullptr;
    const char* const special = find_special<kUsual>(at);
    if (next(special) != '"') return nullptr;
    text = {at, special};
    return special + 1;
  }

  /// Takes a string. It is valid until the next one is taken.
  template <std::size_t kUsual = 0>
  const char* take_text(const char* at, std::string_view& text) {
    at = take(at, '"');
    if (at == nullptr) return nullptr;
    const char* const special = find_special<kUsual>(at);
    if (next(special) != '"') [[unlikely]]
      return take_escaped(at - 1, special, text);
    text = {at, special};
    return special + 1;
  }

  /// Takes a string that begins with `quote`, and whose first special byte is at `special`.
  [[gnu::noinline]] const char* take_escaped(const char* quote, const char* special, std::string_view& text) {
    while (next(special) == '\\') {
      if (end_ - special <= 2) return nullptr;
      special = find_special<0>(special + 2);
    }
    if (next(special) != '"') return nullptr;
    const auto length = static_cast<std::size_t>(special + 1 - quote);
    simdjson::ondemand::document document;
    const bool failed = unescaper_.iterate(quote, length, length + kReadableBeyondPiece).get(document) ||
                        document.get_string().get(text);
    return failed ? nullptr : special + 1;
  }

  const char* begin_;
  const char* end_;
  const Specials& specials_;
  simdjson::ondemand::parser& unescaper_;
  RecordBuilder& builder_;
};

}  // namespace

bool QuickParser::parse(std::string_view record, RecordBuilder& builder) {
  if (!is_utf8(record)) return false;
  specials_.mark(record, 0, {{'"', '\\', '"', '\\'}});
  return RecordWalk(record, specials_, unescaper_, builder).run();
}

}  // namespace bulkmarc
