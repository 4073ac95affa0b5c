#include "input/input_paths.hpp"

#include <gtest/gtest.h>

#include <bulkmarc/report.hpp>

namespace bulkmarc {
namespace {

TEST(OwnFileTest, ReportsAndManifestsAreKnownByTheirMembers) {
  EXPECT_EQ(own_file(Report().to_json()), OwnFile::kReport);
  EXPECT_EQ(
      own_file(R"( {"bulkmarc": "1", "format": "mrc", "compression": "none", "bytes_uncompressed": 1, "parts": [)"),
      OwnFile::kManifest);
}

TEST(OwnFileTest, RecordsAreNone) {
  for (const char* text :
       {"", "{", "[]", R"({"leader":"00000nam a2200000 i 4500","fields":[]})", R"({"bulkmarc": 1, "parts": []})",
        R"(["bulkmarc": "compression": "bytes_uncompressed": "parts":])",
        R"({"fields":[{"500":"\"bulkmarc\": \"compression\": \"bytes_uncompressed\": \"parts\":"}]})",
        R"({"fields":[{"500":"bulkmarc compression bytes_uncompressed parts"}]})"}) {
    EXPECT_EQ(own_file(text), std::nullopt) << text;
  }
}

}  // namespace
}  // namespace bulkmarc
