#include "analysis/runs/point_cache.hpp"

#include <algorithm>
#include <filesystem>
#include <fstream>
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <set>
#include <sys/wait.h>
#include <unistd.h>

#include "analysis/cache/cache_care.hpp"
#include "analysis/runs/cache_segment.hpp"
#include "analysis/runs/write_file.hpp"
#include "models/steering/policy.hpp"
#include "tests/support/changed_param.hpp"

namespace vqlab {
namespace {

namespace fs = std::filesystem;

PointKey key_of(std::uint8_t number) {
  PointKey key{};
  key[3] = number;
  return key;
}

class PointCacheFolder : public testing::Test {
 protected:
  ~PointCacheFolder() override { fs::remove_all(folder_); }

  void keep(std::uint8_t number, const std::string& text, const std::string& program = "me") const {
    PointCache(folder_, program).keep(key_of(number), text);
  }
  std::optional<std::string> find(std::uint8_t number, const std::string& program = "me") const {
    return PointCache(folder_, program).find(key_of(number));
  }
  // Of the only process that kept something.
  fs::path file(const char* extension) const {
    fs::path index = cache_indices(folder_ / kCachedPoints / "me").front();
    return index.replace_extension(extension);
  }
  static void change_a_byte(const fs::path& file, std::size_t at) {
    std::string text = text_of(file);
    text.at(at) ^= 1;
    std::ofstream(file, std::ios::binary) << text;
  }

  const fs::path folder_ = fs::path(testing::TempDir()) / ("vqlab_cache_" + std::to_string(getpid()));
};

TEST_F(PointCacheFolder, GivesBackWhatWasKept) {
  EXPECT_EQ(find(1), std::nullopt);
  {
    PointCache cache(folder_, "me");
    for (std::uint8_t i = 0; i < 200; ++i) cache.keep(key_of(i), "result " + std::to_string(i * 7));
  }
  for (std::uint8_t i = 0; i < 200; ++i) EXPECT_EQ(find(i), "result " + std::to_string(i * 7));
  EXPECT_EQ(find(200), std::nullopt);
  EXPECT_EQ(find(1, "another build"), std::nullopt);
}

TEST_F(PointCacheFolder, ADamagedEntryIsNotThereUntilItIsKeptAgain) {
  keep(1, "first");
  keep(2, "second");
  change_a_byte(file(kCachePoints), 18);  // behind the checksum of 16 digits
  testing::internal::CaptureStderr();
  EXPECT_EQ(find(1), std::nullopt);
  EXPECT_THAT(testing::internal::GetCapturedStderr(), testing::HasSubstr("damaged"));
  EXPECT_EQ(find(2), "second");
  keep(1, "first");
  EXPECT_EQ(find(1), "first");
}

TEST_F(PointCacheFolder, WhatWasCutShortIsNotThere) {
  keep(1, "first");
  const std::string index = text_of(file(kCacheIndex));
  for (std::size_t length = 0; length < index.size(); ++length) {
    std::ofstream(file(kCacheIndex), std::ios::binary) << index.substr(0, length);
    EXPECT_EQ(find(1), std::nullopt);
  }
  std::ofstream(file(kCacheIndex), std::ios::binary) << index;
  EXPECT_EQ(find(1), "first");
  fs::resize_file(file(kCachePoints), 20);
  testing::internal::CaptureStderr();
  EXPECT_EQ(find(1), std::nullopt);
  (void)testing::internal::GetCapturedStderr();
}

TEST_F(PointCacheFolder, ManyProcessesKeepAtOnce) {
  constexpr int kProcesses = 4;
  for (int process = 0; process < kProcesses; ++process) {
    if (fork() != 0) continue;
    PointCache cache(folder_, "me");
    for (int i = process; i < 200; i += 2) cache.keep(key_of(static_cast<std::uint8_t>(i)), std::to_string(i));
    _exit(0);
  }
  for (int process = 0; process < kProcesses; ++process) {
    int status = 1;
    EXPECT_GT(wait(&status), 0);
    EXPECT_EQ(status, 0);
  }
  PointCache cache(folder_, "me");
  for (int i = 0; i < 200; ++i) EXPECT_EQ(cache.find(key_of(static_cast<std::uint8_t>(i))), std::to_string(i));
}

TEST_F(PointCacheFolder, AFolderThatCannotBeWrittenIsSaidOnce) {
  std::ofstream(folder_) << "a file";
  testing::internal::CaptureStderr();
  {
    PointCache cache(folder_, "me");
    EXPECT_EQ(cache.find(key_of(1)), std::nullopt);
    cache.keep(key_of(1), "first");
    cache.keep(key_of(2), "second");
  }
  const std::string told = testing::internal::GetCapturedStderr();
  EXPECT_THAT(told, testing::HasSubstr("cannot be written"));
  EXPECT_EQ(std::count(told.begin(), told.end(), '\n'), 1);
}

TEST_F(PointCacheFolder, IsListedAndChecked) {
  keep(1, "first");
  keep(2, "second");
  keep(3, "third", "other");
  std::vector<CacheOfBuild> builds = list_cache(folder_);
  ASSERT_EQ(builds.size(), 3u);
  EXPECT_EQ(builds[2].entries, 0u);
  EXPECT_EQ(builds[0].program_sha256, "me");
  EXPECT_EQ(builds[0].entries, 2u);
  EXPECT_EQ(builds[0].bytes, 2u * (32 + 16) + 5 + 6);
  EXPECT_EQ(builds[1].entries, 1u);
  EXPECT_EQ(check_cache(folder_)[0].damaged, 0u);
  change_a_byte(file(kCachePoints), 0);
  builds = check_cache(folder_);
  EXPECT_EQ(builds[0].damaged, 1u);
  EXPECT_EQ(builds[0].entries, 1u);
  EXPECT_EQ(builds[1].damaged, 0u);
  EXPECT_EQ(find(2), "second");
  EXPECT_EQ(find(3, "other"), "third");
  EXPECT_EQ(check_cache(folder_)[0].damaged, 0u);
}

TEST_F(PointCacheFolder, IsTrimmed) {
  for (std::uint8_t i = 0; i < 5; ++i) keep(i, "some result");
  keep(9, "another", "other");
  trim_cache(folder_, {});
  EXPECT_EQ(cache_indices(folder_ / kCachedPoints / "me").size(), 1u);
  for (std::uint8_t i = 0; i < 5; ++i) EXPECT_EQ(find(i), "some result");
  trim_cache(folder_, {.all_but = "me"});
  EXPECT_EQ(find(9, "other"), std::nullopt);
  EXPECT_EQ(find(4), "some result");
  {
    PointCache writing(folder_, "me");
    writing.keep(key_of(7), "is being written");
    trim_cache(folder_, {.most_bytes = 0});
    EXPECT_EQ(find(4), std::nullopt);
    EXPECT_EQ(find(7), "is being written");
  }
  trim_cache(folder_, {.older_than_s = 4'000'000'000});
  EXPECT_EQ(list_cache(folder_).size(), 1u);  // figures, of which there are none
}

TEST_F(PointCacheFolder, FiguresAreListedCheckedAndTrimmed) {
  const fs::path figures = folder_ / kCachedFigures / "key";
  fs::create_directories(figures);
  std::ofstream(figures / "a.png") << "abc";
  std::ofstream(figures / "SHA256SUMS")
      << "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad  a.png\n";  // FIPS 180-4's example
  EXPECT_EQ(list_cache(folder_).back().entries, 1u);
  EXPECT_EQ(check_cache(folder_).back().damaged, 0u);
  trim_cache(folder_, {.most_bytes = 1000});
  EXPECT_EQ(list_cache(folder_).back().entries, 1u);
  std::ofstream(figures / "a.png") << "abd";
  EXPECT_EQ(check_cache(folder_).back().damaged, 1u);
  EXPECT_EQ(list_cache(folder_).back().entries, 0u);
}

TEST(PointKeys, DifferInEveryParameterSeedAndQuestion) {
  std::set<PointKey> keys;
  const PointSpec spec;
  keys.insert(point_key(spec, 1, Asked::kResult));
  keys.insert(point_key(spec, 2, Asked::kResult));
  keys.insert(point_key(spec, 1, Asked::kCriticalPath));
  std::size_t made = keys.size();
  EXPECT_EQ(made, 3u);
  for (const ParamRef& param : all_params()) {
    PointSpec steered = spec;
    const std::string& part = param.section->key;
    const bool of_policy = param.section->of_part && Registry<PolicyEntry>::instance().find(part) != nullptr;
    if (of_policy) steered.testbed.guest.policy = part;
    keys.insert(point_key(test::with_changed(param, steered), 1, Asked::kResult));
    EXPECT_EQ(keys.size(), ++made) << path_of(param);
    // Of a policy that does not steer they decide nothing.
    if (of_policy && part != spec.testbed.guest.policy) {
      EXPECT_EQ(point_key(test::with_changed(param, spec), 1, Asked::kResult), point_key(spec, 1, Asked::kResult));
    }
  }
}

}  // namespace
}  // namespace vqlab
