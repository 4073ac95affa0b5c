#include "terminal/progress_bar.hpp"

#include <unistd.h>

#include <cstdio>
#include <memory>
#include <string>

#include <gmock/gmock.h>

namespace {

using bulkmarc::Progress;
using std::chrono::milliseconds;
using testing::MatchesRegex;

/// Makes a file of standard error for as long as it lives.
class StandardErrorInFile {
 public:
  StandardErrorInFile() { dup2(fileno(file_.get()), STDERR_FILENO); }
  ~StandardErrorInFile() {
    dup2(before_, STDERR_FILENO);
    close(before_);
  }
  StandardErrorInFile(const StandardErrorInFile&) = delete;
  StandardErrorInFile& operator=(const StandardErrorInFile&) = delete;

  [[nodiscard]] std::string text() const {
    std::string text(10'000, '\0');
    text.resize(static_cast<std::size_t>(pread(fileno(file_.get()), text.data(), text.size(), 0)));
    return text;
  }

 private:
  int before_ = dup(STDERR_FILENO);
  std::unique_ptr<std::FILE, int (*)(std::FILE*)> file_{std::tmpfile(), std::fclose};
};

TEST(ProgressBarTest, AFileGetsALineAfterEachInterval) {
  const StandardErrorInFile file;
  EXPECT_TRUE(ProgressBar::can_be_shown());
  {
    ProgressBar bar("Exporting", "Syncing", milliseconds(0));
    bar.update({Progress::Phase::kSerialize, 1'234'567, 50'000'000, 0, 0.5});
    bar.update({Progress::Phase::kSerialize, 2'000'000, 60'000'000, 0, 0});
  }
  EXPECT_THAT(file.text(),
              MatchesRegex("Exporting  50% 1,234,567 records  [0-9,]+/s  [0-9]+ MB/s  0:00:[0-9][0-9] left\n"
                           "Exporting 2,000,000 records  [0-9,]+/s  [0-9]+ MB/s\n"));
}

TEST(ProgressBarTest, AFileGetsNothingOfAShortRun) {
  const StandardErrorInFile file;
  {
    ProgressBar bar;
    bar.update({Progress::Phase::kSerialize, 10, 10, 10, 1});
    bar.update({Progress::Phase::kCommit, 10, 10, 10, 1});
  }
  EXPECT_EQ(file.text(), "");
}

}  // namespace
