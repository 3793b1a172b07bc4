// A child never outlives its parent, however that ends.
#include "analysis/ring/qemu/child_process.hpp"

#include <array>
#include <chrono>
#include <csignal>
#include <fstream>
#include <gtest/gtest.h>
#include <sys/wait.h>
#include <thread>
#include <unistd.h>

#include "analysis/ring/qemu/error.hpp"

namespace vqlab::qemu {
namespace {

// Whether the process still runs; one that has ended and waits to be reaped by its new parent does not.
bool runs(pid_t id) {
  std::ifstream stat("/proc/" + std::to_string(id) + "/stat");
  std::string line;
  if (!std::getline(stat, line)) return false;
  const char state = line[line.rfind(')') + 2];
  return state != 'Z' && state != 'X';
}

TEST(ChildProcess, EndsWithItsObject) {
  pid_t id = 0;
  {
    const ChildProcess child({"sleep", "1000"}, {});
    id = child.id();
    EXPECT_TRUE(runs(id));
  }
  EXPECT_FALSE(runs(id));
}

TEST(ChildProcess, EndsWithAParentThatIsKilled) {
  std::array<int, 2> ends{};
  ASSERT_EQ(pipe(ends.data()), 0);
  const pid_t parent = fork();
  ASSERT_GE(parent, 0);
  if (parent == 0) {
    const ChildProcess child({"sleep", "1000"}, {});
    const pid_t id = child.id();
    if (write(ends[1], &id, sizeof id) != sizeof id) _exit(1);
    raise(SIGKILL);
  }
  pid_t id = 0;
  ASSERT_EQ(read(ends[0], &id, sizeof id), static_cast<ssize_t>(sizeof id));
  int status = 0;
  ASSERT_EQ(waitpid(parent, &status, 0), parent);
  EXPECT_TRUE(WIFSIGNALED(status));
  for (int i = 0; i < 500 && runs(id); ++i) std::this_thread::sleep_for(std::chrono::milliseconds(10));
  EXPECT_FALSE(runs(id));
  close(ends[0]);
  close(ends[1]);
}

TEST(ChildProcess, OnlyWhatIsHandedOverIsInherited) {
  const FileHandle kept = memory_file("kept");
  const FileHandle handed = memory_file("handed");
  const ChildProcess child({"sh", "-c",
                            "for f in " + kept.path() + " " + handed.path() +
                                "; do if test -e $f; then echo there; else echo gone; fi; done; echo end"},
                           {handed.get()});
  for (int i = 0; i < 500 && child.printed().find("end") == std::string::npos; ++i)
    std::this_thread::sleep_for(std::chrono::milliseconds(10));
  EXPECT_EQ(child.printed(), "gone\nthere\nend\n");
}

TEST(ChildProcess, AMissingProgramIsAnError) { EXPECT_THROW(ChildProcess({"no-such-program-anywhere"}, {}), Error); }

}  // namespace
}  // namespace vqlab::qemu
