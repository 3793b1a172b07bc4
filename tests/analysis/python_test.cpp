#include "analysis/app/python.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <string>

#include "analysis/app/exit_code.hpp"

namespace vqlab {
namespace {

TEST(Python, IsSaidToBeMissing) {
  const std::string missing = testing::TempDir() + "no_python_here";
  testing::internal::CaptureStderr();
  EXPECT_EQ(run_analysis("figures/plot.py", {"results"}, missing.c_str()), kExitFailed);
  EXPECT_THAT(testing::internal::GetCapturedStderr(), testing::AllOf(testing::HasSubstr(missing + " cannot be started"),
                                                                     testing::HasSubstr("python3-matplotlib")));
}

}  // namespace
}  // namespace vqlab
