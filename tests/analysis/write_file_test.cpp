#include "analysis/runs/write_file.hpp"

#include <filesystem>
#include <gtest/gtest.h>
#include <string>
#include <unistd.h>

#include "analysis/scenario/sha256.hpp"

namespace vqlab {
namespace {

namespace fs = std::filesystem;

TEST(Sha256, InPartsIsAsAtOnce) {
  std::string text;
  for (int i = 0; i < 1000; ++i) text += std::to_string(i);
  for (const std::size_t part : {1u, 7u, 63u, 64u, 65u, 200u, 5000u}) {
    Sha256 hash;
    for (std::size_t at = 0; at < text.size(); at += part) hash.add(std::string_view(text).substr(at, part));
    EXPECT_EQ(hash.hex(), sha256_hex(text)) << part;
  }
}

TEST(WholeFile, IsThereWhenItIsPlacedAndNotBefore) {
  const fs::path file = fs::path(testing::TempDir()) / ("vqlab_whole_" + std::to_string(getpid()));
  const std::string large(3 << 20, 'x');
  {
    WholeFile never(file);
    never.add(large);
    EXPECT_FALSE(fs::exists(file));
  }
  EXPECT_FALSE(fs::exists(draft_of(file)));
  write_atomically(file, "before");
  WholeFile whole(file);
  whole.add("begin ");
  whole.add(large);
  EXPECT_EQ(text_of(file), "before");
  whole.place();
  EXPECT_EQ(text_of(file), "begin " + large);
  EXPECT_EQ(sha256_of_file(file), sha256_hex("begin " + large));
  EXPECT_FALSE(fs::exists(draft_of(file)));
  fs::remove(file);
}

}  // namespace
}  // namespace vqlab
