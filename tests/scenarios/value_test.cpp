// Sizes, costs and names as scenarios spell them.
#include "analysis/scenario/value.hpp"

#include <algorithm>
#include <gtest/gtest.h>

#include "analysis/scenario/section.hpp"
#include "models/base/size_text.hpp"

namespace vqlab {
namespace {

TEST(SizeText, ReadsWhatFioReads) {
  EXPECT_EQ(parse_size("512"), 512u);
  EXPECT_EQ(parse_size("64k"), 65536u);
  EXPECT_EQ(parse_size("1M"), 1048576u);
  EXPECT_EQ(parse_size("2g"), 2147483648u);
  EXPECT_EQ(parse_size("1t"), std::uint64_t{1} << 40);
  for (const char* wrong : {"", "k", "4kb", "4 k", "-4k", "4.5k", "0x10", "99999999999999999999", "9999999999t", "4p"})
    EXPECT_FALSE(parse_size(wrong)) << wrong;
}

TEST(SizeText, ReadsRanges) {
  EXPECT_EQ(parse_size_range("4k-64k"), (SizeRange{4096, 65536}));
  EXPECT_EQ(parse_size_range("4k"), (SizeRange{4096, 4096}));
  for (const char* wrong : {"", "k", "-", "4k-", "-64k", "4k-64k-1m", "4k:64k"})
    EXPECT_FALSE(parse_size_range(wrong)) << wrong;
}

TEST(SizeText, WritesWhatItReads) {
  for (const std::uint64_t bytes : {0ull, 1ull, 1000ull, 1024ull, 1536ull, 65536ull, 1048576ull, 1ull << 50})
    EXPECT_EQ(parse_size(size_text(bytes)), bytes);
  EXPECT_EQ(size_text(SizeRange{4096, 65536}), "4k-64k");
}

// Holds for every row of every table, whatever rows there will be.
TEST(ParameterTables, DefaultsAreGoodAndReadBackAsWritten) {
  const PointSpec defaults;
  for (const std::string& path : param_paths()) {
    const ParamRef param = find_param(path);
    ASSERT_NE(param.row, nullptr) << path;
    const ParamValue value = param.get(defaults);
    FaultList faults("");
    const auto read = read_value(*param.row, write_value(value), value, path, faults);
    ASSERT_TRUE(read) << path << ": the default is refused: " << to_string(faults.faults().at(0));
    EXPECT_EQ(*read, value) << path;
    if (param.row->kind != ParamKind::kIothreadVqMapping && param.row->kind != ParamKind::kNamedSets) {
      EXPECT_EQ(value_text(value).find_first_of(",\"\n"), std::string::npos) << path;
    }
    EXPECT_FALSE(accepted_values(*param.row).empty());
    EXPECT_FALSE(param.row->help.empty()) << path;
    PointSpec spec;
    param.set(spec, value);
    EXPECT_EQ(spec, defaults) << path;
  }
}

TEST(ParameterTables, AFormerNameIsNoChoiceAndItsNewNameIs) {
  for (const std::string& path : param_paths()) {
    const Param& row = *find_param(path).row;
    for (const RenamedChoice& choice : row.renamed) {
      const std::vector<std::string> choices = row.choices();
      EXPECT_EQ(std::count(choices.begin(), choices.end(), choice.former), 0) << path;
      EXPECT_EQ(std::count(choices.begin(), choices.end(), choice.now), 1) << path;
    }
  }
}

TEST(ParameterTables, EveryCostHasASourceAndARange) {
  for (const std::string& path : param_paths()) {
    const Param& row = *find_param(path).row;
    if (row.kind != ParamKind::kCost) continue;
    EXPECT_FALSE(row.source.empty()) << path;
    EXPECT_LT(row.bounds.min, row.bounds.max) << path;
    EXPECT_GT(row.bounds.min, 0) << path << ": 0 is for costs that are switched off";
  }
}

TEST(NearestName, IsTheOneMeant) {
  const std::vector<std::string> known{"vcpus", "driver", "policy", "single_queue", "target_sticky"};
  EXPECT_EQ(nearest_name("vcpu", known), "vcpus");
  EXPECT_EQ(nearest_name("VCPUS", known), "vcpus");
  EXPECT_EQ(nearest_name("drvier", known), "driver");
  EXPECT_EQ(nearest_name("singel_queue", known), "single_queue");
  EXPECT_EQ(nearest_name("xyzzy", known), "");
  EXPECT_EQ(nearest_name("", known), "");
  EXPECT_EQ(nearest_name(std::string(1000000, 'a'), known), "");
}

}  // namespace
}  // namespace vqlab
