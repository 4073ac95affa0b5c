#include "formats/xlsx/zip_writer.hpp"

#include <gtest/gtest.h>

#include <random>
#include <string>
#include <utility>
#include <vector>

#include <bulkmarc/error.hpp>

#include "support/unzip.hpp"

namespace bulkmarc {
namespace {

using Entries = std::vector<std::pair<std::string, std::string>>;

std::string archive_of(const Entries& entries) {
  std::string bytes;
  ZipWriter zip([&bytes](std::string_view more) { bytes += more; });
  for (const auto& [name, contents] : entries) zip.add(name, contents);
  zip.finish();
  return bytes;
}

/// Bytes that can't be compressed.
std::string noise(std::size_t length) {
  std::mt19937 random(1);
  std::string bytes;
  while (bytes.size() < length) bytes += static_cast<char>(random() & 0xFF);
  return bytes;
}

TEST(ZipWriterTest, WhatWasAddedIsUnzipped) {
  const Entries entries = {{"empty", ""}, {"folder/text.xml", "<a/>"}, {"long", std::string(3'000'000, 'x')}};
  EXPECT_EQ(unzip(archive_of(entries)), entries);
  EXPECT_EQ(unzip(archive_of({})), Entries());
}

TEST(ZipWriterTest, NoiseFillsTheBufferManyTimes) {
  const Entries entries = {{"noise", noise(1'000'000)}, {"after", "it"}};
  EXPECT_EQ(unzip(archive_of(entries)), entries);
}

TEST(ZipWriterTest, PiecesMakeTheSameEntry) {
  const std::string contents = noise(100'000) + std::string(100'000, 'x');
  std::string bytes;
  ZipWriter zip([&bytes](std::string_view more) { bytes += more; });
  zip.begin("pieces");
  for (std::size_t at = 0; at < contents.size(); at += 777) zip.append(std::string_view(contents).substr(at, 777));
  zip.end();
  zip.finish();
  EXPECT_EQ(unzip(bytes), (Entries{{"pieces", contents}}));
}

TEST(ZipWriterTest, NothingIsWrittenBeyondTheMost) {
  std::string bytes;
  ZipWriter zip([&bytes](std::string_view more) { bytes += more; }, 100'000);
  try {
    zip.add("noise", noise(200'000));
    ADD_FAILURE() << "nothing was thrown";
  } catch (const Error& error) {
    EXPECT_EQ(error.code(), ErrorCode::kOutputWrite);
    EXPECT_STREQ(error.what(), "a spreadsheet of more than 4 GiB can't be written: divide it into parts");
  }
  EXPECT_LE(bytes.size(), 100'000U);
}

TEST(ZipWriterTest, AnErrorOfTheTargetIsPassedOn) {
  ZipWriter zip([](std::string_view) { throw std::runtime_error("full"); });
  EXPECT_THROW(zip.add("a", "b"), std::runtime_error);
}

}  // namespace
}  // namespace bulkmarc
