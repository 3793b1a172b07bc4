#include <gtest/gtest.h>

#include "models/backend/backend.hpp"
#include "models/base/units.hpp"

namespace vqlab {
namespace {

BackendWork work(const char* backend, std::uint64_t bytes) {
  return Registry<BackendEntry>::instance().find(backend)->work(bytes);
}

TEST(Backends, PageCacheLooksUpEveryPageAndCopiesEveryByte) {
  EXPECT_EQ(work("page_cache", 65536).worker_pages, 16u);
  EXPECT_EQ(work("page_cache", 65536).copy_bytes, 65536u);
  // 34 KiB end in the middle of the ninth page.
  EXPECT_EQ(work("page_cache", 34816).worker_pages, 9u);
  EXPECT_EQ(work("page_cache", 34816).copy_bytes, 34816u);
  EXPECT_EQ(work("page_cache", 512).worker_pages, 1u);
}

TEST(Backends, NullMovesNothing) {
  EXPECT_EQ(work("null", 65536).worker_pages, 0u);
  EXPECT_EQ(work("null", 65536).copy_bytes, 0u);
}

TEST(Backends, UnknownNamesAreNotFound) { EXPECT_EQ(Registry<BackendEntry>::instance().find("tape"), nullptr); }

TEST(RegistryDeath, TwoPluginsOfOneNameAreRefused) {
  EXPECT_DEATH(Registry<BackendEntry>::instance().add("null", BackendEntry{}), "registered already");
}

}  // namespace
}  // namespace vqlab
