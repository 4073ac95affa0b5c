#include "readers/other_format.hpp"

#include <bulkmarc/record_view.hpp>

#include "record/iso2709.hpp"
#include "text/byte_set.hpp"

namespace bulkmarc {
namespace {

constexpr ByteSet kTagByte("0-9A-Za-z");
constexpr char kRecordSeparatorOfJson = '\x1E';

bool begins_mrk(std::string_view text) {
  return text.size() >= 4 && text.front() == '=' && all_in(text.substr(1, kTagLength), kTagByte);
}

bool begins_json(std::string_view text) {
  if (text.starts_with(kRecordSeparatorOfJson)) text.remove_prefix(1);
  return text.starts_with('{') || text.starts_with('[');
}

}  // namespace

std::string_view format_beside_xml(std::string_view text) {
  if (holds_leader(text.substr(0, kLeaderLength))) return "ISO 2709";
  if (begins_json(text)) return "JSON";
  if (begins_mrk(text)) return "mrk";
  // A record whose leader is damaged.
  if (text.starts_with(kFieldTerminator) || text.starts_with(kRecordTerminator)) return "ISO 2709";
  return {};
}

}  // namespace bulkmarc
