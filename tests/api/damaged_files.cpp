#include "api/damaged_files.hpp"

#include <cstddef>
#include <string_view>
#include <utility>

#include <fmt/format.h>

#include <bulkmarc/record.hpp>

#include "support/exports.hpp"

using namespace bulkmarc;

namespace {

/// A record that can be taken apart and put together in wrong ways.
struct Parts {
  std::string leader;
  std::vector<std::string> tags;
  std::vector<std::string> fields;  // With their terminators.

  [[nodiscard]] std::string directory(int length_digits = 4) const {
    std::string entries;
    std::size_t start = 0;
    for (std::size_t i = 0; i < tags.size(); ++i) {
      entries += fmt::format("{}{:0{}}{:05}", tags[i], fields[i].size(), length_digits, start);
      start += fields[i].size();
    }
    return entries;
  }
  [[nodiscard]] std::string data() const {
    std::string all;
    for (const std::string& field : fields) all += field;
    return all;
  }
  /// Put together with this directory. A record of more than 99,999 octets says 99999.
  [[nodiscard]] std::string with(const std::string& entries) const {
    const std::size_t base = kLeaderLength + entries.size() + 1;
    const std::size_t length = base + data().size() + 1;
    return fmt::format("{:05}{}22{:05}{}4500{}\x1E{}\x1D", length > 99'999 ? 99'999 : length, leader.substr(5, 5), base,
                       leader.substr(17, 3), entries, data());
  }
  [[nodiscard]] std::string whole() const { return with(directory()); }
};

Record record(std::string_view number) {
  Record made;
  made.add_control("001", number)
      .add_control("008", "240101s1851    nyu           000 1 eng  ")
      .add_data("100", "1 ", {{'a', "Melville, Herman,"}, {'d', "1819-1891."}})
      .add_data("245", "10", {{'a', "Moby Dick, été ;"}, {'b', "or, The whale."}})
      .add_data("650", " 0", {{'a', "Whaling"}, {'v', "Fiction."}})
      .add_data("650", " 0", {{'a', "Ship captains"}, {'v', "Fiction."}});
  return made;
}

Parts parts() {
  const Record made = record("damaged");
  Parts parts{std::string(made.view().leader()), {}, {}};
  for (const FieldView field : made.view().fields()) {
    parts.tags.emplace_back(field.tag());
    parts.fields.push_back(std::string(field.bytes()) + kFieldTerminator);
  }
  return parts;
}

std::string whole() { return parts().whole(); }

std::string with(std::string bytes, std::size_t at, std::string_view part) {
  return bytes.replace(at, part.size(), part);
}

/// An entry of the directory, from 0, with other numbers.
std::string with_entry(std::size_t index, std::string_view numbers) {
  return with(whole(), kLeaderLength + 12 * index + 3, numbers);
}

/// Text inside of the title, with lengths that count it.
std::string with_in_title(std::string_view text) {
  Parts changed = parts();
  changed.fields[3].insert(9, text);
  return changed.whole();
}

/// The same, by a program that does not know of it.
std::string with_uncounted_in_title(std::string_view text) {
  std::string bytes = whole();
  return bytes.insert(bytes.find("Moby Dick") + 5, text);
}

/// With lengths of one for each of its accented letters, and of two for each character of four octets.
std::string in_characters(const Parts& right) {
  Parts counted = right;
  for (std::string& field : counted.fields) {
    for (std::size_t at = 0; (at = field.find("\xC3\xA9")) != field.npos;) field.replace(at, 2, "e");
    for (std::size_t at = 0; (at = field.find("\xF0\xA0\x80\x8B")) != field.npos;) field.replace(at, 4, "ee");
  }
  const std::string wrong = counted.whole();
  return wrong.substr(0, kLeaderLength + counted.directory().size() + 1) + right.data() + "\x1D";
}

/// As programs write it that keep lines short.
std::string wrapped(const std::string& bytes, std::size_t columns, std::string_view line_end) {
  std::string lines;
  for (std::size_t at = 0; at < bytes.size(); at += columns) {
    if (at != 0) lines += line_end;
    lines += bytes.substr(at, columns);
  }
  return lines;
}

std::string with_long_fields(int count, std::size_t length, int length_digits) {
  Parts large = parts();
  for (int i = 0; i < count; ++i) {
    large.tags.emplace_back("505");
    large.fields.push_back(
        "0 \x1F"
        "a" +
        std::string(length, 'x') + kFieldTerminator);
  }
  return large.with(large.directory(length_digits));
}

class Files {
 public:
  void add(const char* name, const std::string& between, int records, int fields, const char* reason) {
    files_.push_back({name, first_ + between + last_, records, fields, reason});
  }
  void add_cut(const char* name, const std::string& rest, int records, int fields, const char* reason) {
    files_.push_back({name, first_ + last_ + rest, records, fields, reason});
  }
  std::vector<DamagedFile> take() { return std::move(files_); }

 private:
  std::string first_ = iso2709(record("first").view());
  std::string last_ = iso2709(record("last").view());
  std::vector<DamagedFile> files_;
};

constexpr int kAll = 3 * kFieldsOfARecord;
constexpr int kOthers = 2 * kFieldsOfARecord;

void add_lengths(Files& files) {
  files.add("record-length-too-short", with(whole(), 0, "00100"), 3, kAll, "record_length");
  files.add("record-length-too-long", with(whole(), 0, "00400"), 3, kAll, "record_length");
  files.add("record-length-beyond-the-file", with(whole(), 0, "90000"), 3, kAll, "record_length");
  files.add("record-length-zero", with(whole(), 0, "00000"), 3, kAll, "record_length");
  files.add("record-length-not-digits", with(whole(), 0, "  2x7"), 3, kAll, "record_length");
  files.add("record-length-saturated", with(whole(), 0, "99999"), 3, kAll, "record_length");
  files.add("record-length-blank", with(whole(), 0, "     "), 3, kAll, "record_length");
  files.add("record-length-right-aligned", with(whole(), 0, "  "), 3, kAll, "record_length");
  files.add("all-lengths-blank", with(with(whole(), 0, "     "), 12, "     "), 3, kAll, "record_length");
  files.add("lengths-in-characters", in_characters(parts()), 3, kAll, "record_length");
  Parts terminator = parts();
  terminator.fields[3].insert(9, 1, kFieldTerminator);
  files.add("lengths-in-characters-and-a-field-terminator-in-data", in_characters(terminator), 3, kAll,
            "delimiter_in_data");
  Parts pairs = parts();
  pairs.fields[3].insert(9, "\xF0\xA0\x80\x8B");
  files.add("lengths-in-units-of-utf16", in_characters(pairs), 3, kAll, "record_length");
  files.add("record-over-99999-octets", with_long_fields(12, 9'000, 4), 3, kAll + 12, "record_length");
  files.add("field-over-9999-octets", with_long_fields(1, 20'000, 5), 3, kAll + 1, "directory");
}

void add_directories(Files& files) {
  files.add("base-address-zero", with(whole(), 12, "00000"), 3, kAll, "base_address");
  files.add("base-address-too-far", with(whole(), 12, "00110"), 3, kAll, "base_address");
  files.add("base-address-not-digits", with(whole(), 12, "0 9x "), 3, kAll, "base_address");
  files.add("entries-of-13-octets", parts().with(parts().directory(5)), 3, kAll, "directory");
  files.add("directory-not-a-multiple-of-12", parts().with(parts().directory() + "0000"), 3, kAll, "directory");
  files.add("entry-out-of-bounds", with_entry(4, "002090000"), 3, kAll, "directory");
  files.add("entry-too-long", with_entry(4, "900000137"), 3, kAll, "directory");
  files.add("entries-overlap", with_entry(4, "002100050"), 3, kAll, "directory");
  files.add("entry-not-digits", with_entry(4, "00x1001 7"), 3, kAll, "directory");
  files.add("entry-of-no-field-and-field-of-no-entry",
            with_entry(2, "999999999").insert(whole().size() - 1, "more\x1E"), 2, kOthers, "field_bounds");
  files.add("field-of-no-entry", whole().insert(whole().size() - 1, "more\x1E"), 2, kOthers, "unreferenced_data");
  files.add("entry-of-no-field", parts().with(parts().directory() + "999000000000"), 3, kAll, "field_bounds");
  files.add("entry-lost-an-octet", whole().erase(kLeaderLength + 4 * 12 + 9, 1), 3, kAll, "directory");
  files.add("entry-gained-an-octet", whole().insert(kLeaderLength + 4 * 12 + 9, "x"), 3, kAll, "directory");
  files.add("first-tag-lost-an-octet", whole().erase(kLeaderLength, 1), 3, kAll, "directory");
  files.add("last-tag-lost-an-octet", whole().erase(kLeaderLength + 5 * 12, 1), 2, kOthers, "directory");
  files.add("starts-beyond-99999", with_long_fields(14, 9'000, 4), 3, kAll + 14, "directory");
  Parts tags = parts();
  tags.tags[2] = "1\xC3\xA9";
  files.add("tag-not-ascii", tags.whole(), 3, kAll, "directory");
}

void add_leaders(Files& files) {
  files.add("leader-blank-positions", with(whole(), 5, "       ").replace(17, 7, "       "), 3, kAll, nullptr);
  files.add("leader-one-indicator", with(whole(), 10, "1"), 3, kAll, nullptr);
  files.add("leader-control-characters", with(whole(), 17, std::string_view("\0\x01", 2)), 3, kAll, "leader");
}

void add_stray_bytes(Files& files) {
  files.add("line-ends-between", "\r\n" + whole() + "\r\n", 3, kAll, "stray_bytes");
  files.add("nul-between", std::string(5, '\0') + whole() + std::string(3, '\0'), 3, kAll, "stray_bytes");
  files.add("text-between", "From: a mail program\r\n\r\n" + whole() + "-- \r\n", 3, kAll, "stray_bytes");
  files.add("much-padding-between", std::string(50'000, '\0') + whole() + std::string(50'000, ' '), 3, kAll,
            "stray_bytes");
  files.add("wrapped-at-80-columns", wrapped(whole(), 80, "\r\n") + "\r\n", 3, kAll, "stray_bytes");
  files.add("wrapped-at-77-columns", wrapped(whole(), 77, "\n") + "\n", 3, kAll, "stray_bytes");
  files.add("marcxml-between", "<collection><record><leader>00000nam a2200000 i 4500</leader></record></collection>\n",
            2, kOthers, "syntax");
  files.add("json-between", "{\"leader\":\"00000nam a2200000 i 4500\",\"fields\":[]}\n", 2, kOthers, "syntax");
  files.add("mrk-between", "=LDR  00000nam a2200000 i 4500\n=001  x\n\n", 2, kOthers, "syntax");
  files.add("record-terminator-twice", whole() + "\x1D\x1D", 3, kAll, "stray_bytes");
}

void add_lost_ends(Files& files) {
  files.add("record-terminator-missing", whole().substr(0, whole().size() - 1), 3, kAll, "truncated");
  files.add("both-terminators-missing", whole().substr(0, whole().size() - 2), 3, kAll, "truncated");
  Parts joined = parts();
  joined.fields[3].back() = ' ';
  files.add("field-terminator-became-a-blank", joined.whole(), 3, kAll, "field_end");
  std::string lost = whole();
  files.add("field-terminator-missing", lost.erase(lost.find("\x1E\x31\x30"), 1), 3, kAll, "field_end");
  files.add("cut-in-a-field", whole().substr(0, whole().size() - 20), 2, kOthers, "truncated");
  files.add("cut-in-the-directory", whole().substr(0, 60), 2, kOthers, "directory");
  files.add_cut("marcxml-behind", "<?xml version=\"1.0\"?><collection><record/></collection>\n", 2, kOthers, "syntax");
  files.add_cut("json-behind", "[{\"leader\":\"00000nam a2200000 i 4500\",\"fields\":[]}]\n", 2, kOthers, "syntax");
  files.add_cut("mrk-behind", "=LDR  00000nam a2200000 i 4500\n=001  x\n\n", 2, kOthers, "syntax");
  files.add_cut("file-cut-in-a-field", whole().substr(0, whole().size() - 20), 2, kOthers, "truncated");
  files.add_cut("file-cut-in-the-directory", whole().substr(0, 60), 2, kOthers, "truncated");
  files.add_cut("file-without-its-last-two-bytes", whole().substr(0, whole().size() - 2), 3, kAll, "truncated");
  files.add_cut("file-without-its-last-byte", whole().substr(0, whole().size() - 1), 3, kAll, "truncated");
}

void add_delimiters(Files& files) {
  files.add("subfield-delimiter-in-data", with_in_title("\x1F"), 3, kAll, nullptr);
  files.add("subfield-without-code", with_in_title("\x1F\x1F"), 3, kAll, "subfields");
  files.add("field-terminator-in-data", with_in_title("\x1E"), 3, kAll, nullptr);
  files.add("record-terminator-in-data", with_in_title("\x1D"), 3, kAll, nullptr);
  files.add("field-terminator-uncounted", with_uncounted_in_title("\x1E"), 3, kAll, "field_end");
  files.add("record-terminator-uncounted", with_uncounted_in_title("\x1D"), 3, kAll, nullptr);
  Parts coded = parts();
  coded.fields[1] =
      "  \x1F"
      "ax\x1E";
  files.add("control-field-with-subfields", coded.whole(), 3, kAll, nullptr);
  Parts bare = parts();
  bare.fields[4] = "Whaling\x1E";
  files.add("data-field-without-subfields", bare.whole(), 3, kAll, "subfields");
  bare.fields[4] = "\x1E";
  files.add("empty-field", bare.whole(), 3, kAll, "indicators");
  Parts indicators = parts();
  indicators.fields[4] =
      "1\x1F"
      "aWhaling\x1E";
  files.add("one-indicator", indicators.whole(), 3, kAll, "indicators");
  files.add("invalid-utf8", with(whole(), whole().find("\xC3\xA9"), "\xE9 "), 3, kAll, "invalid_utf8");
}

}  // namespace

std::vector<DamagedFile> damaged_files() {
  Files files;
  add_lengths(files);
  add_directories(files);
  add_leaders(files);
  add_stray_bytes(files);
  add_lost_ends(files);
  add_delimiters(files);
  return files.take();
}
