#include "text/scan_kernels.hpp"

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

TEST(ScanKernelsTest, OneOfThemIsInUse) {
  bool known = false;
  for (const ScanKernel& kernel : scan_kernels()) known |= kernel.name == scan_kernel().name;
  EXPECT_TRUE(known);
}

}  // namespace
}  // namespace bulkmarc
