#include "support/output_form.hpp"

using namespace bulkmarc;

std::ostream& operator<<(std::ostream& out, const OutputForm& form) { return out << form.name; }

namespace {

/// One column of each kind.
constexpr const char* kColumns =
    "id=001,title=245,all[]=...,ind=245^1,name:first=100$a|110$a|700$a,subjects[]=6..($a$x-z),added=700($a$d)|710($a),"
    "year:int=008/7-10,created:date=008/0-5,modified:timestamp=005,subject_count:count=650,"
    "online:bool={856|007/0=\\c,r}{LDR/5!=\\d}";

}  // namespace

std::vector<OutputForm> all_output_forms() {
  std::vector<OutputForm> forms;
  for (const Format format : record_formats()) forms.push_back({std::string(format_name(format)), format, {}});
  for (const Format format : {Format::kCsv, Format::kTsv, Format::kPgCopy, Format::kNdjson}) {
    const std::string name(format_name(format));
    forms.push_back({name + "_subfields", format, Table::subfields()});
    forms.push_back({name + "_records", format, Table::records()});
    forms.push_back({name + "_columns", format,
                     Table::of_columns(kColumns, {.separator = " \"\\ ", .subfield_separator = "\",\t"})});
  }
  return forms;
}
