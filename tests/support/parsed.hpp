#pragma once

#include <cstdint>
#include <memory>
#include <string>
#include <vector>

#include <bulkmarc/record.hpp>

#include "input/text_reader.hpp"

/// What a text format makes of an input.
struct Parsed {
  struct Item {
    std::string raw;
    bulkmarc::Record record;                  ///< Of a reject what could be parsed.
    std::string reject;                       ///< Its reason, or empty.
    std::vector<std::string> repairs;         ///< Their reasons.
    std::vector<bulkmarc::Problem> problems;  ///< The same, or why it was rejected.
  };
  std::vector<Item> items;
  std::uint64_t skipped = 0;
};

/// The control numbers, and the reasons of the rejects, in their order.
inline std::string numbers(const Parsed& parsed) {
  std::string text;
  for (const Parsed::Item& item : parsed.items) {
    text += item.reject.empty() ? std::string(item.record.view().control_number()) : item.reject;
    text += ' ';
  }
  return text;
}

/// A text in memory.
class TextStream final : public bulkmarc::ByteStream {
 public:
  explicit TextStream(std::string_view text) : text_(text) {}
  [[nodiscard]] const std::filesystem::path& path() const override { return path_; }
  std::size_t read(std::span<char> bytes) override {
    const std::size_t length = text_.copy(bytes.data(), bytes.size());
    text_.remove_prefix(length);
    return length;
  }

 private:
  std::filesystem::path path_ = "text";
  std::string_view text_;
};

inline bulkmarc::Record copy_of(const bulkmarc::RecordView& view) {
  bulkmarc::Record record;
  if (view.bytes().empty()) return record;
  record.set_leader(view.leader());
  for (const bulkmarc::FieldView field : view.fields()) record.add_field(field.tag(), field.bytes());
  return record;
}

template <class Format>
Parsed parse(std::string_view text, std::size_t batch_bytes = 1 << 20) {
  bulkmarc::TextReader reader(std::make_unique<TextStream>(text), std::make_unique<Format>(), batch_bytes);
  Parsed parsed;
  bulkmarc::Batch batch;
  while (reader.next(batch)) {
    reader.load(batch);
    for (std::size_t i = 0; i < batch.items().size(); ++i) {
      const bulkmarc::BatchRecord& record = batch.items()[i];
      Parsed::Item item{std::string(record.raw), copy_of(record.view), {}, {}, {}};
      if (record.rejected || record.repaired) item.problems = batch.problems(i);
      if (record.rejected) item.reject = bulkmarc::reason_name(batch.problems(i).front().reason);
      if (record.repaired) {
        for (const bulkmarc::Problem& repair : batch.problems(i)) item.repairs.emplace_back(reason_name(repair.reason));
      }
      parsed.items.push_back(std::move(item));
    }
    parsed.skipped += batch.skipped().bytes;
  }
  return parsed;
}
