#include "take_over.hpp"

#include <string>
#include <string_view>

#include "held_record.hpp"
#include "text.hpp"

namespace {

using bulkmarc::kLeaderLength;
using bulkmarc::kSubfieldDelimiter;
using bulkmarc::kTagLength;

/// The names of attributes, which are made once.
struct Names {
  nb::object leader = intern("leader");
  nb::object fields = intern("fields");
  nb::object tag = intern("tag");
  nb::object data = intern("data");
  nb::object indicators = intern("indicators");
  nb::object subfields = intern("subfields");
  nb::object code = intern("code");
  nb::object value = intern("value");

  static nb::object intern(const char* name) { return nb::steal(PyUnicode_InternFromString(name)); }
};

/// Is never destroyed, as Python is gone when static objects are.
const Names& names() {
  static const Names* const kNames = new Names;
  return *kNames;
}

nb::object attribute(nb::handle object, const nb::object& name) {
  PyObject* const value = PyObject_GetAttr(object.ptr(), name.ptr());
  if (value == nullptr) throw nb::python_error();
  return nb::steal(value);
}

/// The attribute, or what it returns: fields and subfields are methods in mrrc.
nb::object list_of(nb::handle object, const nb::object& name) {
  nb::object value = attribute(object, name);
  return PyCallable_Check(value.ptr()) != 0 ? value() : value;
}

/// Borrowed from a str, as UTF-8, or from a bytes object.
class Text {
 public:
  Text(nb::handle object, const nb::object& what) {
    Py_ssize_t size = 0;
    if (PyUnicode_Check(object.ptr()) != 0) {
      const char* const utf8 = PyUnicode_AsUTF8AndSize(object.ptr(), &size);
      if (utf8 == nullptr) throw nb::python_error();
      view_ = {utf8, static_cast<std::size_t>(size)};
      return;
    }
    if (PyBytes_Check(object.ptr()) == 0) {
      throw nb::type_error(
          ("a record's " + std::string(nb::str(what).c_str()) + ": expected str, got " + name_of_type(object)).c_str());
    }
    view_ = bytes_of(object);
    is_bytes_ = true;
  }

  [[nodiscard]] std::string_view view() const { return view_; }
  [[nodiscard]] bool is_bytes() const { return is_bytes_; }

 private:
  std::string_view view_;
  bool is_bytes_ = false;
};

/// One record on its way.
class Taker {
 public:
  explicit Taker(TakenRecords& records) : records_(records) {}

  void take(nb::handle record) {
    take_leader(record);
    const nb::object fields = list_of(record, names().fields);
    for (const nb::handle field : fields) take_field(field);
    if (!has_bytes_) records_.set_utf8();
    records_.end();
  }

 private:
  /// pymarc's leader is an object that str() makes a text of.
  void take_leader(nb::handle record) {
    nb::object leader = attribute(record, names().leader);
    if (PyBytes_Check(leader.ptr()) == 0 && PyUnicode_Check(leader.ptr()) == 0) leader = nb::str(leader);
    const Text text(leader, names().leader);
    if (text.view().size() != kLeaderLength) {
      throw nb::value_error(
          ("a record's leader has " + std::to_string(text.view().size()) + " bytes: expected 24").c_str());
    }
    records_.begin(text.view());
  }

  void take_field(nb::handle field) {
    const nb::object tag = attribute(field, names().tag);
    const Text text(tag, names().tag);
    if (text.view().size() != kTagLength) {
      throw nb::value_error(("a record's tag '" + std::string(text.view()) + "': expected 3 characters").c_str());
    }
    records_.begin_field(text.view());
    if (text.view().starts_with("00")) {
      take_data(field);
    } else {
      take_indicators(field);
      const nb::object subfields = list_of(field, names().subfields);
      for (const nb::handle subfield : subfields) take_subfield(subfield);
    }
    records_.end_field();
  }

  void take_data(nb::handle field) {
    const nb::object data = attribute(field, names().data);
    if (!data.is_none()) append(data, names().data);
  }

  void take_indicators(nb::handle field) {
    const nb::object indicators = attribute(field, names().indicators);
    if (indicators.is_none()) return records_.append("  ");
    for (const nb::handle indicator : indicators) append(indicator, names().indicators);
  }

  void take_subfield(nb::handle subfield) {
    records_.append(kSubfieldDelimiter);
    if (PyTuple_Check(subfield.ptr()) != 0 && PyTuple_Size(subfield.ptr()) == 2) {
      append(PyTuple_GetItem(subfield.ptr(), 0), names().code);
      append(PyTuple_GetItem(subfield.ptr(), 1), names().value);
    } else {
      append(attribute(subfield, names().code), names().code);
      append(attribute(subfield, names().value), names().value);
    }
  }

  void append(nb::handle object, const nb::object& what) {
    const Text text(object, what);
    has_bytes_ = has_bytes_ || text.is_bytes();
    records_.append(text.view());
  }

  TakenRecords& records_;
  bool has_bytes_ = false;
};

}  // namespace

void take_over(nb::handle record, TakenRecords& records) {
  if (record.is_none()) throw nb::value_error("a record is None, as pymarc gives for one that it can't read");
  HeldRecord* ours = nullptr;
  if (nb::try_cast(record, ours, false) && ours != nullptr) return records.add(ours->view());
  Taker(records).take(record);
}
