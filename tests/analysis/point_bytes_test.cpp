#include "analysis/runs/point_bytes.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "tests/support/changed_param.hpp"

namespace vqlab {
namespace {

std::string bytes_of(const std::vector<PointTask>& tasks) {
  PointTaskWriter writer;
  for (const PointTask& task : tasks) writer.add(task);
  return writer.text();
}

// Each parameter has another value than the default in one of the points, and in none of the others.
TEST(PointBytes, GiveBackEveryParameter) {
  std::vector<PointTask> tasks{{PointSpec{}, 7}};
  for (const ParamRef& param : all_params()) {
    tasks.push_back({test::with_changed(param, PointSpec{}), tasks.size()});
  }
  for (const bool begins_changed : {false, true}) {
    if (begins_changed) std::swap(tasks.front(), tasks.back());
    const auto read = read_point_tasks(bytes_of(tasks));
    ASSERT_TRUE(read);
    ASSERT_EQ(read->size(), tasks.size());
    for (std::size_t i = 0; i < tasks.size(); ++i) {
      EXPECT_EQ((*read)[i].spec, tasks[i].spec) << i;
      EXPECT_EQ((*read)[i].seed, tasks[i].seed);
    }
  }
}

TEST(PointBytes, AreShortWherePointsAreAlike) {
  PointTask task{PointSpec{}, 1};
  task.spec.testbed.targets = 3;
  const std::size_t one = bytes_of({task}).size();
  EXPECT_LE(bytes_of({task, task}).size() - one, 16u) << "a number of changes, and a seed";
}

// Whatever is cut off: no point that was not written comes back.
TEST(PointBytes, ThatAreCutAreRefused) {
  PointTask task{PointSpec{}, 1};
  task.spec.testbed.targets = 3;
  task.spec.testbed.job.rw = "randread";
  const std::string bytes = bytes_of({task, {PointSpec{}, 2}});
  const std::size_t first = bytes_of({task}).size();
  for (std::size_t size = 1; size < bytes.size(); ++size) {
    if (size == first) continue;
    EXPECT_FALSE(read_point_tasks(bytes.substr(0, size))) << size;
  }
  std::string wrong = bytes;
  wrong[9] = '\xff';  // the number of a parameter
  EXPECT_FALSE(read_point_tasks(wrong));
}

}  // namespace
}  // namespace vqlab
