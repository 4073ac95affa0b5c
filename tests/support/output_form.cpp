#include "support/output_form.hpp"

#include "tables/table_impl.hpp"

using namespace bulkmarc;

std::ostream& operator<<(std::ostream& out, const OutputForm& form) { return out << form.name; }

std::vector<OutputForm> all_output_forms() {
  std::vector<OutputForm> forms;
  for (const Format format : record_formats()) forms.push_back({std::string(format_name(format)), format, {}});
  for (const Format format : {Format::kCsv, Format::kTsv, Format::kPgCopy, Format::kNdjson}) {
    const std::string name(format_name(format));
    forms.push_back({name + "_subfields", format, Table::subfields()});
    forms.push_back({name + "_records", format, Table::records()});
    forms.push_back({name + "_columns", format, Table::of_columns("id=001,title=245,all[]=...,ind=245^1", " \"\\ ")});
  }
  forms.push_back({"csv_spreadsheet", Format::kCsv, Table::Impl::of_cells(Table::records()), true});
  return forms;
}
