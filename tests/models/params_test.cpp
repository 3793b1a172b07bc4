// Every parameter table, whatever rows it has.
#include "models/base/params.hpp"

#include <algorithm>
#include <gtest/gtest.h>
#include <map>
#include <memory>
#include <regex>
#include <set>

#include "models/testbed/testbed.hpp"
#include "tests/support/slow_device.hpp"

namespace vqlab {
namespace {

// A table and a default-constructed object that it describes.
struct Described {
  const ParamTable* table;
  std::shared_ptr<void> object;

  [[nodiscard]] ParamValue get(const Param& row) const { return row.get(object.get()); }
  void set(const Param& row, const ParamValue& value) const { row.set(object.get(), value); }
};

template <class S>
Described described() {
  return {&params_of(static_cast<const S*>(nullptr)), std::make_shared<S>()};
}

std::vector<Described> all_tables() {
  return {described<Testbed>(), described<Hardware>(),   described<GuestConfig>(), described<Controller>(),
          described<FioJob>(),  described<Tenant>(),     described<HostProcess>(), described<Precision>(),
          described<Results>(), described<GuestCosts>(), described<HostCosts>()};
}

// Calls `check(described, row)` for every row of every table, naming the row where it fails.
template <class Check>
void for_each_row(const Check& check) {
  for (const Described& each : all_tables()) {
    for (const Param& row : each.table->rows) {
      SCOPED_TRACE(each.table->name + "." + row.name);
      check(each, row);
    }
  }
}

bool numeric(const Param& row) {
  return row.kind != ParamKind::kBoolean && row.kind != ParamKind::kText && row.kind != ParamKind::kChoice &&
         row.kind != ParamKind::kWorded && row.kind != ParamKind::kNamedSets && row.kind != ParamKind::kDevice &&
         row.kind != ParamKind::kDisks;
}

// The value at one bound, as the row stores it.
ParamValue at_bound(const Param& row, double bound) {
  switch (row.kind) {
    case ParamKind::kInteger:
    case ParamKind::kSize: return static_cast<std::int64_t>(bound);
    case ParamKind::kSizeRange: return SizeRange{static_cast<std::uint64_t>(bound), static_cast<std::uint64_t>(bound)};
    case ParamKind::kCost: return Cost{bound, Shape::kUniform};
    default: return bound;
  }
}

bool ends_with(const std::string& text, const std::string& end) {
  return text.size() >= end.size() && text.compare(text.size() - end.size(), end.size(), end) == 0;
}

TEST(Params, DefaultsLieInsideTheirBounds) {
  for_each_row([](const Described& each, const Param& row) {
    if (!numeric(row)) return;
    ASSERT_LE(row.bounds.min, row.bounds.max);
    const auto inside = [&](double value) {
      EXPECT_GE(value, row.bounds.min);
      EXPECT_LE(value, row.bounds.max);
    };
    const ParamValue value = each.get(row);
    if (const auto* integer = std::get_if<std::int64_t>(&value)) inside(static_cast<double>(*integer));
    if (const auto* number = std::get_if<double>(&value)) inside(*number);
    if (const auto* cost = std::get_if<Cost>(&value)) inside(cost->mean_ns);
    if (const auto* range = std::get_if<SizeRange>(&value)) {
      inside(static_cast<double>(range->min_bytes));
      inside(static_cast<double>(range->max_bytes));
      EXPECT_LE(range->min_bytes, range->max_bytes);
    }
  });
}

TEST(Params, DefaultChoicesAreAmongTheChoices) {
  for_each_row([](const Described& each, const Param& row) {
    if (row.kind != ParamKind::kChoice) return;
    const auto choices = row.choices();
    EXPECT_NE(std::find(choices.begin(), choices.end(), std::get<std::string>(each.get(row))), choices.end());
    EXPECT_EQ(std::set<std::string>(choices.begin(), choices.end()).size(), choices.size());
  });
}

// And match the pattern that the schema has.
TEST(Params, DefaultsAndExamplesOfAWordingFitIt) {
  for_each_row([](const Described& each, const Param& row) {
    if (row.kind != ParamKind::kWorded) return;
    std::vector<std::string> fitting = row.wording.examples;
    EXPECT_FALSE(fitting.empty());
    fitting.push_back(std::get<std::string>(each.get(row)));
    for (const std::string& text : fitting) {
      EXPECT_TRUE(row.wording.fits(text)) << text;
      EXPECT_TRUE(std::regex_match(text, std::regex(row.wording.pattern))) << text;
    }
  });
}

TEST(Params, NoAliasIsAnotherRowsName) {
  for (const Described& each : all_tables()) {
    std::multiset<std::string> names;
    for (const Param& row : each.table->rows) {
      names.insert(row.name);
      names.insert(row.aliases.begin(), row.aliases.end());
    }
    for (const std::string& name : names) EXPECT_EQ(names.count(name), 1u) << name;
  }
}

TEST(Params, ValuesHaveTheKindOfTheirRow) {
  const std::map<ParamKind, std::size_t> alternative{
      {ParamKind::kBoolean, 0}, {ParamKind::kInteger, 1},   {ParamKind::kSize, 1},   {ParamKind::kNumber, 2},
      {ParamKind::kChoice, 3},  {ParamKind::kSizeRange, 4}, {ParamKind::kCost, 5},   {ParamKind::kWorded, 3},
      {ParamKind::kText, 3},    {ParamKind::kNamedSets, 7}, {ParamKind::kDevice, 8}, {ParamKind::kDisks, 9}};
  for_each_row(
      [&](const Described& each, const Param& row) { EXPECT_EQ(each.get(row).index(), alternative.at(row.kind)); });
}

TEST(Params, QuantitiesCarryTheirUnitAsSuffix) {
  const std::map<std::string, std::string> unit_of_suffix{
      {"_ns", "ns"}, {"_s", "s"}, {"_ghz", "GHz"}, {"_gb_per_s", "10^9 bytes/s"}, {"_percent", "%"}};
  for_each_row([&](const Described&, const Param& row) {
    // The longest suffix that fits the name; "_gb_per_s" ends in "_s", too.
    std::string expected;
    std::size_t longest = 0;
    for (const auto& [suffix, unit] : unit_of_suffix) {
      if (!ends_with(row.name, suffix) || suffix.size() <= longest) continue;
      longest = suffix.size();
      expected = unit;
    }
    const bool physical = std::any_of(unit_of_suffix.begin(), unit_of_suffix.end(),
                                      [&](const auto& entry) { return entry.second == row.unit; });
    if (!expected.empty() || physical) {
      EXPECT_EQ(row.unit, expected);
    }
    if (row.kind == ParamKind::kCost) {
      EXPECT_TRUE(ends_with(row.name, "_ns"));
    }
    if (row.kind == ParamKind::kSize || row.kind == ParamKind::kSizeRange) {
      EXPECT_EQ(row.unit, "bytes");
    }
  });
}

TEST(Params, NamesAreUniqueAndPlain) {
  for (const Described& each : all_tables()) {
    std::set<std::string> names;
    for (const Param& row : each.table->rows) {
      EXPECT_TRUE(names.insert(row.name).second) << row.name;
      EXPECT_EQ(row.name.find_first_not_of("abcdefghijklmnopqrstuvwxyz0123456789_"), std::string::npos) << row.name;
    }
    EXPECT_FALSE(each.table->help.empty());
    EXPECT_FALSE(each.table->rows.empty());
  }
}

TEST(Params, HelpIsASentence) {
  for_each_row([](const Described&, const Param& row) {
    ASSERT_FALSE(row.help.empty());
    EXPECT_EQ(row.help.back(), '.');
  });
}

TEST(Params, EveryConstantOfTheCostTablesHasASource) {
  for (const Described& each : {described<GuestCosts>(), described<HostCosts>()})
    for (const Param& row : each.table->rows) EXPECT_FALSE(row.source.empty()) << row.name;
  for_each_row([](const Described&, const Param& row) {
    if (row.kind == ParamKind::kCost) {
      EXPECT_FALSE(row.source.empty());
    }
  });
}

TEST(Params, WhatIsSetIsWhatIsGot) {
  for_each_row([](const Described& each, const Param& row) {
    std::vector<ParamValue> values;
    if (numeric(row)) {
      // At both bounds: neither may be beyond what the member's type holds.
      values = {at_bound(row, row.bounds.min), at_bound(row, row.bounds.max)};
    } else if (row.kind == ParamKind::kBoolean) {
      values = {true, false};
    } else if (row.kind == ParamKind::kChoice) {
      for (const std::string& choice : row.choices()) values.emplace_back(choice);
    } else if (row.kind == ParamKind::kNamedSets) {
      values = {NamedSets{{"a", {{"numjobs", std::int64_t{2}}}}}};
    } else if (row.kind == ParamKind::kDevice) {
      values = {test::slow_device()};
    } else if (row.kind == ParamKind::kDisks) {
      values = {Disks{{2, true, test::slow_device()}}, Disks{{1, false, {}, Throttling{"a"}}}};
    } else {
      values = {std::string("some text")};
    }
    for (const ParamValue& value : values) {
      each.set(row, value);
      EXPECT_EQ(each.get(row), value);
    }
  });
}

TEST(Params, ARowSetsNothingButItsOwnMember) {
  for (const Described& each : all_tables()) {
    for (const Param& row : each.table->rows) {
      std::map<std::string, ParamValue> before;
      for (const Param& other : each.table->rows) before.emplace(other.name, each.get(other));
      if (row.kind == ParamKind::kBoolean)
        each.set(row, !std::get<bool>(each.get(row)));
      else if (numeric(row))
        each.set(row, at_bound(row, row.bounds.max));
      for (const Param& other : each.table->rows) {
        if (other.name != row.name) {
          EXPECT_EQ(each.get(other), before.at(other.name)) << row.name << " changes " << other.name;
        }
      }
    }
  }
}

}  // namespace
}  // namespace vqlab
