#include "analysis/app/python.hpp"

#include <cstdlib>
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <string>

#include "analysis/app/exit_code.hpp"

namespace vqlab {
namespace {

TEST(Python, IsSaidToBeMissing) {
  const std::string missing = testing::TempDir() + "no_python_here";
  setenv("VQLAB_PYTHON", missing.c_str(), 1);
  testing::internal::CaptureStderr();
  EXPECT_EQ(run_analysis("figures/plot.py", {"results"}), kExitFailed);
  unsetenv("VQLAB_PYTHON");
  EXPECT_THAT(testing::internal::GetCapturedStderr(), testing::AllOf(testing::HasSubstr(missing + " cannot be started"),
                                                                     testing::HasSubstr("python3-matplotlib")));
}

}  // namespace
}  // namespace vqlab
