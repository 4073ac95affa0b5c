#pragma once

#include <algorithm>
#include <array>
#include <string_view>

/// \file
/// The names of elements, without prefixes.

namespace bulkmarc::xml {

inline constexpr std::string_view kRecord = "record";

template <std::size_t N>
constexpr bool is_one_of(const std::array<std::string_view, N>& names, std::string_view name) {
  return std::ranges::find(names, name) != names.end();
}

/// True for what a record of MARCXML is made of.
constexpr bool is_field(std::string_view name) {
  return name == "leader" || name == "controlfield" || name == "datafield" || name == "subfield";
}

/// True for what a `record` of OAI-PMH or SRU is made of, which wraps one of MARCXML.
constexpr bool is_of_wrapper(std::string_view name) {
  constexpr std::array<std::string_view, 9> kNames = {"header",         "metadata",         "about",
                                                      "recordSchema",   "recordData",       "recordPacking",
                                                      "recordPosition", "recordIdentifier", "recordXMLEscaping"};
  return is_one_of(kNames, name);
}

/// True for the children of a wrapper that hold what it wraps.
constexpr bool is_payload(std::string_view name) { return name == "metadata" || name == "recordData"; }

/// True for the roots of documents that hold records, or else none.
constexpr bool may_hold_records(std::string_view root) {
  constexpr std::array<std::string_view, 3> kRoots = {"collection", "OAI-PMH", "searchRetrieveResponse"};
  return is_one_of(kRoots, root);
}

/// True for elements that hold other elements and no text.
constexpr bool holds_elements_only(std::string_view name) {
  constexpr std::array<std::string_view, 7> kNames = {
      "collection", "OAI-PMH", "searchRetrieveResponse", "ListRecords", "GetRecord", "records", "record"};
  return is_one_of(kNames, name);
}

/// True for the elements of a MARCXML collection, and of answers of OAI-PMH and SRU that may hold records.
constexpr bool is_of_envelope(std::string_view name) {
  constexpr std::array<std::string_view, 15> kNames = {
      "responseDate", "request",     "error",   "header",           "identifier",
      "datestamp",    "setSpec",     "version", "resumptionToken",  "numberOfRecords",
      "resultSetId",  "resultCount", "hits",    "extraRequestData", "nextRecordPosition"};
  return holds_elements_only(name) || is_of_wrapper(name) || name == "resultSetIdleTime" || is_one_of(kNames, name);
}

/// True for the elements of such answers that may hold any other ones, and no records.
constexpr bool may_hold_anything(std::string_view name) {
  constexpr std::array<std::string_view, 5> kNames = {"about", "diagnostics", "echoedSearchRetrieveRequest",
                                                      "extraRecordData", "extraResponseData"};
  return is_one_of(kNames, name);
}

}  // namespace bulkmarc::xml
