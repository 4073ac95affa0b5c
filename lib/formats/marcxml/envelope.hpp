#pragma once

#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

namespace bulkmarc {

/// The elements around the records of a document: those that are open, and what is known of all that there were.
class MarcXmlEnvelope {
 public:
  static constexpr std::size_t kDeepest = 100;

  /// Takes note of an element, before it is opened, if it is.
  void meet(std::string_view name);
  /// REQUIRES: fewer than kDeepest are open.
  void open(std::string_view name) { opened_.push_back({std::string(name), false}); }
  /// Closes the innermost element of that name, and those within it; does nothing where there is none.
  void close(std::string_view name);
  /// Takes note of a record: what stands beside it is other records.
  void meet_record() {
    if (!opened_.empty()) opened_.back().holds_records = true;
  }
  /// Takes note of what a wrapper holds in place of a record.
  void meet_stranger(std::string_view name) {
    if (stranger_.empty()) stranger_ = name;
  }

  [[nodiscard]] std::size_t depth() const { return opened_.size(); }
  /// The name of the innermost element that is open. REQUIRES: there is one.
  [[nodiscard]] const std::string& innermost() const { return opened_.back().name; }
  /// True where there is no text in a well-formed document that holds nothing but records.
  [[nodiscard]] bool excludes_text() const;
  /// The local name of the first element; empty before there was one.
  [[nodiscard]] const std::string& root() const { return root_; }
  /// The name of the first element that has no place in a document that holds MARC records or none; or empty.
  [[nodiscard]] const std::string& stranger() const { return stranger_; }

 private:
  struct Opened {
    std::string name;
    bool holds_records;
  };
  std::vector<Opened> opened_;
  std::string root_;
  std::string stranger_;
};

}  // namespace bulkmarc
