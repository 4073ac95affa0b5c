#include "input/input_paths.hpp"

#include <gmock/gmock.h>

#include <bulkmarc/error.hpp>
#include <bulkmarc/report.hpp>

#include "support/temporary_folder.hpp"

namespace bulkmarc {
namespace {

namespace fs = std::filesystem;
using testing::ElementsAre;

class InputPathsTest : public testing::Test {
 protected:
  fs::path write(const fs::path& name) {
    fs::create_directories(folder_.path(name.parent_path().string()));
    return folder_.write(name.string(), "");
  }
  static std::vector<fs::path> expanded(const std::vector<fs::path>& paths) {
    std::vector<fs::path> files;
    for (const ListedInput& input : expand_folders({paths.begin(), paths.end()}, holds_records).inputs)
      files.push_back(*input.path());
    return files;
  }
  static bool holds_records(const fs::path& path) { return path.filename().string().starts_with("records"); }
  TemporaryFolder folder_;
};

TEST_F(InputPathsTest, FilesAreTakenAsTheyAre) {
  const fs::path missing = folder_.path("missing.txt");
  EXPECT_THAT(expanded({missing, "-", missing}), ElementsAre(missing, "-", missing));
}

TEST_F(InputPathsTest, AFolderStandsForTheFilesInItWithKnownExtensions) {
  const fs::path b = write("in/b.mrc");
  const fs::path compressed = write("in/c.ndjson.gz");
  const fs::path inner = write("in/a/z.XML");
  write("in/notes.txt");
  write("in/.hidden.mrc");
  write("in/b.mrc.bak");
  write("in/archive.gz");
  const fs::path other = write("other.mrk");
  EXPECT_THAT(expanded({other, folder_.path("in"), other}), ElementsAre(other, inner, b, compressed, other));
}

TEST_F(InputPathsTest, FilesWithSharedExtensionsAreTakenIfTheyHoldRecords) {
  const fs::path bin = write("in/records.bin");
  const fs::path dat = write("in/records.dat.gz");
  const fs::path lex = write("in/records.lex");
  const fs::path mrk8 = write("in/records.MRK8");
  write("in/others.dat");
  write("in/records.txt");
  write("in/.records.dat");
  EXPECT_THAT(expanded({folder_.path("in")}), ElementsAre(mrk8, bin, dat, lex));
}

TEST_F(InputPathsTest, AFolderWithoutSuchFilesIsAnError) {
  write("in/notes.txt");
  const ExpandedInputs paths = expand_folders({folder_.path("in")}, holds_records);
  ASSERT_EQ(paths.inputs.size(), 1U);
  ASSERT_TRUE(paths.inputs[0].error);
  EXPECT_EQ(paths.inputs[0].error->code(), ErrorCode::kInputOpen);
  EXPECT_EQ(paths.inputs[0].error->path(), folder_.path("in"));
}

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
