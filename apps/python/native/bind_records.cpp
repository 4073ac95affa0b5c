#include "bind_records.hpp"

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include <nanobind/stl/string.h>
#include <nanobind/stl/string_view.h>

#include "held_record.hpp"
#include "text.hpp"

namespace nb = nanobind;
using namespace nb::literals;

namespace {

/// Named tuples, which are never destroyed, as Python is gone when static objects are.
struct NamedTuples {
  nb::object subfield;
  nb::object indicators;
};
const NamedTuples* named_tuples = nullptr;

nb::object make_named_tuple(nb::module_& module, const char* name, const char* members, const char* description) {
  nb::object type = nb::module_::import_("collections").attr("namedtuple")(name, members, "module"_a = "bulkmarc");
  type.attr("__doc__") = description;
  module.attr(name) = type;
  return type;
}

void bind_named_tuples(nb::module_& module) {
  named_tuples =
      new NamedTuples{make_named_tuple(module, "Subfield", "code value", "A subfield of a data field."),
                      make_named_tuple(module, "Indicators", "first second", "The indicators of a data field.")};
}

nb::object make_subfield(const bulkmarc::SubfieldView& subfield) {
  return named_tuples->subfield(decode({&subfield.code, 1}), decode(subfield.value));
}

std::string indicator(const HeldField& field, std::size_t index) {
  return field.view().is_control() ? "" : std::string(1, field.view().indicator(index));
}

nb::object indicators(const HeldField& field) {
  if (field.view().is_control()) return nb::none();
  return named_tuples->indicators(indicator(field, 0), indicator(field, 1));
}

nb::list subfields(const HeldField& field) {
  nb::list all;
  for (const bulkmarc::SubfieldView subfield : field.view().subfields()) all.append(make_subfield(subfield));
  return all;
}

nb::object first_subfield(const HeldField& field, std::string_view code, const nb::object& otherwise) {
  const auto value = field.subfield(code);
  return value ? decode(*value) : otherwise;
}

[[noreturn]] void raise_key_error(std::string_view key) { throw nb::key_error(std::string(key).c_str()); }

nb::object required_subfield(const HeldField& field, std::string_view code) {
  const auto value = field.subfield(code);
  if (!value) raise_key_error(code);
  return decode(*value);
}

nb::list subfield_values(const HeldField& field, const nb::args& codes) {
  nb::list values;
  for (const bulkmarc::SubfieldView subfield : field.view().subfields()) {
    for (const nb::handle code : codes) {
      if (nb::cast<std::string_view>(code) == std::string_view(&subfield.code, 1))
        values.append(decode(subfield.value));
    }
  }
  return values;
}

std::string text_of(const HeldField& field) {
  const bulkmarc::FieldView& view = field.view();
  std::string text = "=" + std::string(view.tag()) + "  ";
  if (view.is_control()) return text + std::string(view.bytes());
  for (const std::size_t index : {0U, 1U}) text += view.indicator(index) == ' ' ? '\\' : view.indicator(index);
  for (const bulkmarc::SubfieldView subfield : view.subfields()) {
    text.append("$").append(1, subfield.code).append(subfield.value);
  }
  return text;
}

nb::object data(const HeldField& field) {
  return field.view().is_control() ? decode(field.view().bytes()) : nb::object(nb::none());
}

HeldField required_field(const HeldRecord& record, std::string_view tag) {
  const auto index = record.find(tag);
  if (!index) raise_key_error(tag);
  return record.field(*index);
}

nb::object first_field(const HeldRecord& record, std::string_view tag, const nb::object& otherwise) {
  const auto index = record.find(tag);
  return index ? nb::cast(record.field(*index)) : otherwise;
}

nb::list all_fields(const HeldRecord& record) {
  nb::list fields;
  for (std::size_t i = 0; i < record.view().fields().size(); ++i) fields.append(record.field(i));
  return fields;
}

nb::list fields_with(const HeldRecord& record, const nb::args& tags) {
  if (tags.empty()) return all_fields(record);
  nb::list fields;
  for (std::size_t i = 0; i < record.view().fields().size(); ++i) {
    const std::string_view tag = record.view().fields()[i].tag();
    for (const nb::handle wanted : tags) {
      if (nb::cast<std::string_view>(wanted) != tag) continue;
      fields.append(record.field(i));
      break;
    }
  }
  return fields;
}

nb::object bytes(std::string_view view) { return nb::bytes(view.data(), view.size()); }

nb::tuple reduce(const HeldRecord& record) {
  const nb::object unpack = nb::module_::import_("bulkmarc._records").attr("unpack");
  return nb::make_tuple(unpack, nb::make_tuple(bytes(record.view().bytes()), bytes(record.packed_directory()),
                                               record.number(), record.offset(), decode(record.input())));
}

HeldRecord unpack(const nb::bytes& record, const nb::bytes& directory, std::uint64_t number, std::uint64_t offset,
                  std::string_view input) {
  return HeldRecord::unpack(bytes_of(record), bytes_of(directory), number, offset, input);
}

std::string repr(const HeldRecord& record) {
  return "<bulkmarc.Record " + std::to_string(record.number()) + ": " + std::string(record.view().control_number()) +
         ">";
}

bool is_equal(const HeldRecord& record, nb::handle other) {
  HeldRecord* that = nullptr;
  if (!nb::try_cast(other, that, false) || that == nullptr) return false;
  return record.view().bytes() == that->view().bytes() && record.packed_directory() == that->packed_directory();
}

}  // namespace

void bind_records(nb::module_& module) {
  bind_named_tuples(module);
  nb::class_<HeldField>(module, "Field", nb::is_final(), nb::pooled(), "A field of a record. Can't be changed.")
      .def_prop_ro("tag", [](const HeldField& field) { return decode(field.view().tag()); })
      .def_prop_ro("data", data, "Of a control field; None of a data field.")
      .def_prop_ro("indicators", indicators, "A pair; None of a control field.")
      .def_prop_ro("indicator1", [](const HeldField& field) { return indicator(field, 0); })
      .def_prop_ro("indicator2", [](const HeldField& field) { return indicator(field, 1); })
      .def_prop_ro("subfields", subfields, "Pairs of a code and a value.")
      .def("__getitem__", required_subfield, "code"_a, "The value of the first subfield with this code.")
      .def("get", first_subfield, "code"_a, "default"_a.none() = nb::none())
      .def("get_subfields", subfield_values, "codes"_a, "All values with one of these codes.")
      .def("__contains__",
           [](const HeldField& field, std::string_view code) { return field.subfield(code).has_value(); })
      .def("__iter__", [](const HeldField& field) { return nb::iter(subfields(field)); })
      .def("is_control_field", [](const HeldField& field) { return field.view().is_control(); })
      .def(
          "value", [](const HeldField& field) { return decode(field.value()); },
          "All of its text, without codes and indicators.")
      .def("__str__", [](const HeldField& field) { return decode(text_of(field)); })
      .def("__repr__", [](const HeldField& field) { return decode("<bulkmarc.Field " + text_of(field) + ">"); });

  nb::class_<HeldRecord>(module, "Record", nb::is_final(), nb::pooled(1024), "A record. Can't be changed.")
      .def_prop_ro("leader", [](const HeldRecord& record) { return decode(record.view().leader()); })
      .def_prop_ro(
          "control_number", [](const HeldRecord& record) { return decode(record.view().control_number()); },
          "The data of the first field 001, or an empty text.")
      .def_prop_ro("number", &HeldRecord::number, "In the whole run, from 1.")
      .def_prop_ro("offset", &HeldRecord::offset, "Of its first byte in its input, decompressed.")
      .def_prop_ro(
          "input", [](const HeldRecord& record) { return decode(record.input()); }, "The name of its input.")
      .def_prop_ro("fields", all_fields)
      .def("__getitem__", required_field, "tag"_a, "The first field with this tag.")
      .def("get", first_field, "tag"_a, "default"_a.none() = nb::none())
      .def("get_fields", fields_with, "tags"_a, "The fields with one of these tags; all without tags.")
      .def("__contains__", [](const HeldRecord& record, std::string_view tag) { return record.find(tag).has_value(); })
      .def("__iter__", [](const HeldRecord& record) { return nb::iter(all_fields(record)); })
      .def(
          "as_marc", [](const HeldRecord& record) { return bytes(record.serialized(bulkmarc::Format::kIso2709)); },
          "The record as bytes of ISO 2709.")
      .def("__str__", [](const HeldRecord& record) { return decode(record.serialized(bulkmarc::Format::kMrk)); })
      .def("__repr__", [](const HeldRecord& record) { return decode(repr(record)); })
      .def("__eq__", is_equal, "other"_a.none())
      .def("__hash__", [](const HeldRecord& record) { return std::hash<std::string_view>{}(record.view().bytes()); })
      .def("__reduce__", reduce);

  module.def("unpack_record", unpack, "bytes"_a, "directory"_a, "number"_a, "offset"_a, "input"_a);
}
