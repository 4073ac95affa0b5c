#include "text/scan_kernels.hpp"

#include <bit>
#include <cstdint>
#include <random>
#include <string>
#include <vector>

#include <gtest/gtest.h>

namespace bulkmarc {
namespace {

std::vector<bool> marked(const ScanKernel& kernel, const std::string& bytes, std::size_t offset, std::size_t size) {
  std::vector<std::uint8_t> bits(8 * ((size + 63) / 64), 0xAA);
  kernel.mark(reinterpret_cast<const std::uint8_t*>(bytes.data()) + offset, size, {{'&', '<', '>', '\xEF'}},
              bits.data());
  std::vector<bool> marked;
  for (std::size_t i = 0; i < size; ++i) marked.push_back((bits[i / 8] >> (i % 8) & 1) != 0);
  return marked;
}

TEST(ScanKernelsTest, AllKernelsOfThisProcessorAgree) {
  std::mt19937 random(1);
  std::string bytes(700, '\0');
  for (char& byte : bytes) byte = static_cast<char>(random());
  const ScanKernel& reference = scan_kernels().back();
  for (const ScanKernel& kernel : scan_kernels()) {
    for (std::size_t size = 0; size < 300; ++size) {
      const std::size_t offset = random() % 300;
      ASSERT_EQ(marked(kernel, bytes, offset, size), marked(reference, bytes, offset, size))
          << kernel.name << " " << offset << " " << size;
    }
  }
}

TEST(ScanKernelsTest, TheReferenceMarksControlCharactersAndTheFourOthers) {
  std::string all;
  for (unsigned byte = 0; byte < 256; ++byte) all += static_cast<char>(byte);
  const std::vector<bool> found = marked(scan_kernels().back(), all, 0, all.size());
  for (std::size_t byte = 0; byte < 256; ++byte) {
    EXPECT_EQ(found[byte], byte < 0x20 || byte == '&' || byte == '<' || byte == '>' || byte == 0xEF) << byte;
  }
}

struct Parsed {
  bool sound;
  std::vector<std::string> entries;  // Empty where they are not sound.
  friend bool operator==(const Parsed&, const Parsed&) = default;
};

/// Parses a directory that stands within other bytes, of a record with the base address 100.
Parsed parsed(const ScanKernel& kernel, const std::string& directory) {
  const std::string bytes = "x" + directory + "xxx";
  std::vector<DirectoryEntry> entries(directory.size() / kDirectoryEntryLength);
  Parsed result{kernel.parse_entries(bytes.data() + 1, entries.size(), 100, entries.data()), {}};
  if (!result.sound) return result;
  for (const DirectoryEntry& entry : entries) {
    result.entries.push_back(std::string(entry.tag, kTagLength) + " " + std::to_string(entry.length) + " " +
                             std::to_string(entry.offset));
  }
  return result;
}

TEST(ScanKernelsTest, EveryKernelParsesDirectories) {
  for (const ScanKernel& kernel : scan_kernels()) {
    const Parsed none = {true, {}};
    EXPECT_EQ(parsed(kernel, ""), none) << kernel.name;
    const Parsed three = {true, {"001 12 100", "245 9998 100099", "CAT 1233 56889"}};
    EXPECT_EQ(parsed(kernel, "001001300000245999999999CAT123456789"), three) << kernel.name;
    const Parsed without_terminator = {true, {"001 4294967295 100"}};
    EXPECT_EQ(parsed(kernel, "001000000000"), without_terminator) << kernel.name;
  }
}

TEST(ScanKernelsTest, EveryKernelRefusesTheSameEntries) {
  const std::string sound = "001001300000245001200013";
  for (const ScanKernel& kernel : scan_kernels()) {
    for (std::size_t at = 0; at < sound.size(); ++at) {
      for (unsigned byte = 0; byte < 256; ++byte) {
        std::string directory = sound;
        directory[at] = static_cast<char>(byte);
        const bool in_tag = at % kDirectoryEntryLength < kTagLength;
        const bool allowed = in_tag ? byte >= 0x20 && byte < 0x7F : byte >= '0' && byte <= '9';
        ASSERT_EQ(parsed(kernel, directory).sound, allowed) << kernel.name << " at " << at << " byte " << byte;
      }
    }
  }
}

TEST(ScanKernelsTest, AllKernelsOfThisProcessorAgreeOnJson) {
  std::mt19937 random(1);
  std::string bytes(64 * 9, '\0');
  for (char& byte : bytes) byte = static_cast<char>(random());
  const auto marks = [&bytes](const ScanKernel& kernel, std::size_t offset) {
    JsonStrings strings;
    std::vector<JsonBlock> blocks(8);
    kernel.mark_json(reinterpret_cast<const std::uint8_t*>(bytes.data()) + offset, blocks.size(), strings,
                     blocks.data());
    std::vector<std::uint64_t> words;
    for (const JsonBlock& b : blocks) {
      words.insert(words.end(), {b.opening, b.closing, b.unusual});
      EXPECT_EQ(b.opened, std::popcount(b.opening));
      EXPECT_EQ(b.closed, std::popcount(b.closing));
    }
    words.insert(words.end(), {strings.inside, strings.escape_next});
    return words;
  };
  for (const ScanKernel& kernel : scan_kernels()) {
    for (std::size_t offset = 0; offset < 64; ++offset) {
      ASSERT_EQ(marks(kernel, offset), marks(scan_kernels().back(), offset)) << kernel.name << " " << offset;
    }
  }
}

TEST(ScanKernelsTest, OneOfThemIsInUse) {
  bool known = false;
  for (const ScanKernel& kernel : scan_kernels()) known |= kernel.name == scan_kernel().name;
  EXPECT_TRUE(known);
}

}  // namespace
}  // namespace bulkmarc
