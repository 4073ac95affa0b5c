#include "support/output_form.hpp"

using namespace bulkmarc;

namespace {

/// Of what the documents are that are written in a format, so that each kind comes up.
Format document_in(Format format) {
  if (format == Format::kCsv) return Format::kMarcXml;
  return format == Format::kPgCopy ? Format::kIso2709 : Format::kJson;
}

}  // namespace

std::ostream& operator<<(std::ostream& out, const OutputForm& form) { return out << form.name; }

std::vector<OutputForm> all_output_forms() {
  std::vector<OutputForm> forms;
  for (const Format format : record_formats()) forms.push_back({std::string(format_name(format)), format, {}});
  for (const Format format : {Format::kCsv, Format::kTsv, Format::kPgCopy, Format::kNdjson}) {
    const std::string name(format_name(format));
    forms.push_back({name + "_subfields", format, Table::subfields()});
    forms.push_back({name + "_fields", format, Table::fields()});
    forms.push_back({name + "_documents", format, Table::documents(document_in(format))});
    forms.push_back({name + "_records", format, Table::records()});
    forms.push_back({name + "_columns", format, Table::of_columns("id=001,title=245,all[]=...,ind=245^1", " \"\\ ")});
  }
  return forms;
}
