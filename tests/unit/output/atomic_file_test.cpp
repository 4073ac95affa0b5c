#include "output/atomic_file.hpp"

#include <sys/stat.h>
#include <unistd.h>

#include <filesystem>
#include <string>
#include <vector>

#include <gmock/gmock.h>

#include <bulkmarc/error.hpp>

#include "support/temporary_folder.hpp"

namespace bulkmarc {
namespace {

namespace fs = std::filesystem;
using testing::ElementsAre;

class AtomicFileTest : public testing::Test {
 protected:
  void replace(std::string_view name, std::string_view bytes, FileOptions options = {}) {
    AtomicFile file(folder_.path(name), options);
    file.write(bytes);
    file.commit();
  }

  /// The code of the error with which the target is refused; fails the test where it is not.
  ErrorCode refusal(const fs::path& target, FileOptions options = {}) {
    try {
      const AtomicFile file(target, options);
    } catch (const Error& error) {
      EXPECT_EQ(error.path(), target);
      EXPECT_THAT(error.what(), testing::HasSubstr(target.string()));
      return error.code();
    }
    ADD_FAILURE() << target << " was not refused";
    return {};
  }

  [[nodiscard]] struct ::stat status(std::string_view name) const {
    struct ::stat status = {};
    EXPECT_EQ(::lstat(folder_.path(name).c_str(), &status), 0);
    return status;
  }
  [[nodiscard]] unsigned mode(std::string_view name) const { return status(name).st_mode & 07777; }

  TemporaryFolder folder_;
};

TEST_F(AtomicFileTest, NothingIsAtTheTargetBeforeTheCommit) {
  AtomicFile file(folder_.path("out"), {});
  file.write("new");
  EXPECT_FALSE(fs::exists(folder_.path("out")));
  ASSERT_EQ(folder_.names().size(), 1U);
  EXPECT_THAT(folder_.names().front(), testing::MatchesRegex("\\.out\\.[0-9a-f]+\\.part"));
  file.commit();
  EXPECT_EQ(folder_.read("out"), "new");
  EXPECT_THAT(folder_.names(), ElementsAre("out"));
}

TEST_F(AtomicFileTest, WithoutACommitTheOldFileStaysAndNothingIsLeft) {
  folder_.write("out", "old");
  {
    AtomicFile file(folder_.path("out"), {});
    file.write("new");
  }
  EXPECT_EQ(folder_.read("out"), "old");
  EXPECT_THAT(folder_.names(), ElementsAre("out"));
}

TEST_F(AtomicFileTest, TheModeOfTheOldFileIsKept) {
  for (const unsigned kept : {0600U, 0644U, 0666U, 0751U}) {
    folder_.write("out", "old");
    ASSERT_EQ(::chmod(folder_.path("out").c_str(), kept), 0);
    replace("out", "new");
    EXPECT_EQ(mode("out"), kept);
  }
}

TEST_F(AtomicFileTest, TheNewFileIsNeverMoreOpenThanTheOldOne) {
  folder_.write("out", "old");
  ASSERT_EQ(::chmod(folder_.path("out").c_str(), 0600), 0);
  const AtomicFile file(folder_.path("out"), {});
  for (const std::string& name : folder_.names()) EXPECT_EQ(mode(name), 0600U) << name;
}

TEST_F(AtomicFileTest, ANewFileHasTheModeThatTheUmaskLeaves) {
  const mode_t before = ::umask(027);
  replace("out", "new");
  ::umask(before);
  EXPECT_EQ(mode("out"), 0640U);
}

TEST_F(AtomicFileTest, TheOwnerOfTheOldFileIsKept) {
  if (::geteuid() != 0) GTEST_SKIP() << "only root may give files away";
  folder_.write("out", "old");
  ASSERT_EQ(::chown(folder_.path("out").c_str(), 12345, 23456), 0);
  replace("out", "new");
  EXPECT_EQ(status("out").st_uid, 12345U);
  EXPECT_EQ(status("out").st_gid, 23456U);
  EXPECT_EQ(folder_.read("out"), "new");
}

TEST_F(AtomicFileTest, ASymbolicLinkIsFollowedAndStays) {
  fs::create_directory(folder_.path("far"));
  folder_.write("far/file", "old");
  fs::create_symlink("far/file", folder_.path("out"));
  replace("out", "new");
  EXPECT_TRUE(S_ISLNK(status("out").st_mode));
  EXPECT_EQ(folder_.read("far/file"), "new");
  EXPECT_THAT(folder_.names(), ElementsAre("far", "out"));
}

TEST_F(AtomicFileTest, ALinkToALinkIsFollowedToItsFile) {
  folder_.write("file", "old");
  fs::create_symlink("file", folder_.path("inner"));
  fs::create_symlink("inner", folder_.path("outer"));
  replace("outer", "new");
  EXPECT_EQ(folder_.read("file"), "new");
  EXPECT_TRUE(S_ISLNK(status("outer").st_mode));
  EXPECT_TRUE(S_ISLNK(status("inner").st_mode));
}

TEST_F(AtomicFileTest, AnotherHardLinkKeepsTheOldBytes) {
  folder_.write("out", "old");
  fs::create_hard_link(folder_.path("out"), folder_.path("other"));
  replace("out", "new");
  EXPECT_EQ(folder_.read("out"), "new");
  EXPECT_EQ(folder_.read("other"), "old");
}

TEST_F(AtomicFileTest, ADanglingLinkIsRefused) {
  fs::create_symlink("nowhere", folder_.path("out"));
  EXPECT_EQ(refusal(folder_.path("out")), ErrorCode::kTargetUnusable);
  EXPECT_THAT(folder_.names(), ElementsAre("out"));
}

TEST_F(AtomicFileTest, ALoopOfLinksIsRefused) {
  fs::create_symlink("b", folder_.path("a"));
  fs::create_symlink("a", folder_.path("b"));
  EXPECT_EQ(refusal(folder_.path("a")), ErrorCode::kTargetUnusable);
}

TEST_F(AtomicFileTest, AFolderIsRefused) {
  fs::create_directory(folder_.path("out"));
  EXPECT_EQ(refusal(folder_.path("out")), ErrorCode::kTargetUnusable);
  EXPECT_EQ(refusal(folder_.path("missing") / ""), ErrorCode::kTargetUnusable);
}

TEST_F(AtomicFileTest, AFolderThatDoesNotExistIsAnError) {
  EXPECT_EQ(refusal(folder_.path("missing/out")), ErrorCode::kOutputCreate);
}

TEST_F(AtomicFileTest, AFileThatMayNotBeWrittenIsRefused) {
  constexpr uid_t kNobody = 65534;
  folder_.write("out", "old");
  ASSERT_EQ(::chmod(folder_.path("").c_str(), 0777), 0);
  ASSERT_EQ(::chmod(folder_.path("out").c_str(), 0444), 0);
  const uid_t user = ::geteuid();
  if (user == 0) {
    // Root may write everything.
    ASSERT_EQ(::seteuid(kNobody), 0);
  }
  const ErrorCode code = refusal(folder_.path("out"));
  ASSERT_EQ(::seteuid(user), 0);
  EXPECT_EQ(code, ErrorCode::kTargetUnusable);
  EXPECT_EQ(folder_.read("out"), "old");
}

TEST_F(AtomicFileTest, AnExistingFileIsNotClobberedIfAsked) {
  folder_.write("out", "old");
  EXPECT_EQ(refusal(folder_.path("out"), {.no_clobber = true}), ErrorCode::kTargetExists);
  EXPECT_EQ(folder_.read("out"), "old");
  replace("new", "new", {.no_clobber = true});
  EXPECT_EQ(folder_.read("new"), "new");
}

TEST_F(AtomicFileTest, AFileThatAppearsDuringTheRunIsNotClobberedEither) {
  AtomicFile file(folder_.path("out"), {.no_clobber = true});
  file.write("new");
  folder_.write("out", "somebody else's");
  try {
    file.commit();
    ADD_FAILURE() << "the other file was replaced";
  } catch (const Error& error) {
    EXPECT_EQ(error.code(), ErrorCode::kTargetExists);
  }
  EXPECT_EQ(folder_.read("out"), "somebody else's");
}

TEST_F(AtomicFileTest, WhatAKilledRunLeftIsRemoved) {
  folder_.write(".out.0123456789abcdef.part", "left");
  folder_.write(".out.fedcba9876543210.part", "left");
  const AtomicFile file(folder_.path("out"), {});
  ASSERT_EQ(folder_.names().size(), 1U);
  EXPECT_EQ(folder_.read(folder_.names().front()), "");
}

TEST_F(AtomicFileTest, LeftoversBesideTheFileThatALinkLeadsToAreRemoved) {
  fs::create_directory(folder_.path("far"));
  folder_.write("far/file", "old");
  folder_.write("far/.file.0123456789abcdef.part", "left");
  fs::create_symlink("far/file", folder_.path("out"));
  replace("out", "new");
  EXPECT_FALSE(fs::exists(folder_.path("far/.file.0123456789abcdef.part")));
}

TEST_F(AtomicFileTest, TheTemporaryFileOfARunThatIsUnderWayIsNotRemoved) {
  AtomicFile first(folder_.path("out"), {});
  AtomicFile second(folder_.path("out"), {});
  EXPECT_EQ(folder_.names().size(), 2U);
  first.write("first");
  second.write("second");
  second.commit();
  EXPECT_EQ(folder_.read("out"), "second");
  first.commit();
  EXPECT_EQ(folder_.read("out"), "first");
  EXPECT_THAT(folder_.names(), ElementsAre("out"));
}

TEST_F(AtomicFileTest, WhatOnlyResemblesALeftoverIsNotRemoved) {
  const std::vector<std::string> others = {
      ".out.0123456789abcde.part",   ".out.0123456789ABCDEF.part",     ".out.0123456789abcdef.par",
      ".out.0123456789abcdef0.part", ".other.0123456789abcdef.part",   ".out.xml.0123456789abcdef.part",
      "out.0123456789abcdef.part",   ".out.0123456789abcdef.part.bak",
  };
  for (const std::string& name : others) folder_.write(name, "kept");
  fs::create_directory(folder_.path(".out.1111111111111111.part"));
  folder_.write("precious", "kept");
  fs::create_symlink("precious", folder_.path(".out.2222222222222222.part"));
  ASSERT_EQ(::mkfifo(folder_.path(".out.3333333333333333.part").c_str(), 0600), 0);
  const auto before = folder_.names();
  replace("out", "new");
  auto expected = before;
  expected.emplace_back("out");
  EXPECT_THAT(folder_.names(), testing::UnorderedElementsAreArray(expected));
  EXPECT_EQ(folder_.read("precious"), "kept");
}

TEST_F(AtomicFileTest, ALongNameIsAnErrorThatNamesTheTarget) {
  EXPECT_EQ(refusal(folder_.path(std::string(250, 'n'))), ErrorCode::kOutputCreate);
}

TEST_F(AtomicFileTest, ANameWithoutAFolderIsInTheCurrentOne) {
  const fs::path before = fs::current_path();
  fs::current_path(folder_.path(""));
  {
    AtomicFile file("out", {});
    file.write("new");
    file.commit();
  }
  fs::current_path(before);
  EXPECT_EQ(folder_.read("out"), "new");
}

}  // namespace
}  // namespace bulkmarc
