// main() of the test programs: each test runs in a process of its own, since SimGrid allows one engine for each. The
// program starts once and forks for every test: a fork takes a millisecond, a start twenty, and a hundred under the
// sanitizers. GoogleTest's options and shards hold. In a shard, which ctest runs, only what fails shows what it
// printed. Tests without an engine may share a process (VQLAB_ONE_PROCESS): under the sanitizers the end of a process,
// with the look for leaks, takes longer than most tests.
#include <chrono>
#include <csignal>
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <string>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <unistd.h>
#include <vector>

#if defined(__has_feature)
#if __has_feature(address_sanitizer)
#define VQLAB_FINDS_LEAKS
#include <sanitizer/lsan_interface.h>
#endif
#endif

namespace {

// A test in its longer form may take fifteen times as long.
unsigned longest_seconds() { return std::getenv("VQLAB_DEEP") == nullptr ? 240 : 3600; }

void fail(const char* what) {
  std::perror(what);
  std::exit(1);
}

// Standard output and error go to a file while this lives.
class Redirected {
 public:
  explicit Redirected(std::FILE* file) {
    std::fflush(nullptr);
    for (const int stream : {STDOUT_FILENO, STDERR_FILENO}) dup2(fileno(file), stream);
  }
  ~Redirected() {
    std::fflush(nullptr);
    dup2(out_, STDOUT_FILENO);
    dup2(error_, STDERR_FILENO);
    close(out_);
    close(error_);
  }
  Redirected(const Redirected&) = delete;
  Redirected& operator=(const Redirected&) = delete;

 private:
  int out_ = dup(STDOUT_FILENO);
  int error_ = dup(STDERR_FILENO);
};

std::FILE* temporary_file() {
  std::FILE* const file = std::tmpfile();
  if (file == nullptr) fail("a file for what a test prints");
  return file;
}

// The tests that filter and shard choose. GoogleTest decides that when it lists them.
std::vector<std::string> chosen_tests() {
  std::FILE* const listing = temporary_file();
  {
    const Redirected redirected(listing);
    GTEST_FLAG_SET(list_tests, true);
    if (RUN_ALL_TESTS() != 0) std::exit(1);
    GTEST_FLAG_SET(list_tests, false);
  }
  std::fclose(listing);
  std::vector<std::string> names;
  const testing::UnitTest& all = *testing::UnitTest::GetInstance();
  for (int i = 0; i < all.total_test_suite_count(); ++i) {
    const testing::TestSuite& suite = *all.GetTestSuite(i);
    for (int j = 0; j < suite.total_test_count(); ++j) {
      const testing::TestInfo& test = *suite.GetTestInfo(j);
      if (test.should_run()) names.push_back(std::string(suite.name()) + "." + test.name());
    }
  }
  return names;
}

int run_here(const std::string& name) {
  for (const char* const dealing : {"GTEST_TOTAL_SHARDS", "GTEST_SHARD_INDEX"}) unsetenv(dealing);  // done already
  GTEST_FLAG_SET(filter, name);
  return RUN_ALL_TESTS();
}

void print(std::FILE* file) {
  std::rewind(file);
  char bytes[4096];
  for (std::size_t count = 0; (count = std::fread(bytes, 1, sizeof bytes, file)) != 0;)
    std::fwrite(bytes, 1, count, stdout);
}

// Ends the process of a test. What lives as long as the program is not destroyed: under the sanitizers that takes
// longer than most tests, since each page that is written to is copied first.
[[noreturn]] void leave(int code) {
  std::fflush(nullptr);
#ifdef VQLAB_FINDS_LEAKS
  if (__lsan_do_recoverable_leak_check() != 0) code = 1;
#endif
  std::_Exit(code);
}

// How a test's process ended; 0 if the test has passed.
int status_of(pid_t process) {
  int status = 0;
  if (waitpid(process, &status, 0) != process) fail("waiting for a test");
  return status;
}

int run_each(const std::vector<std::string>& names) {
  const bool in_shard = std::getenv("GTEST_TOTAL_SHARDS") != nullptr;
  std::vector<std::string> failed;
  for (const std::string& name : names) {
    const auto begin = std::chrono::steady_clock::now();
    std::FILE* const output = temporary_file();
    std::fflush(nullptr);
    const pid_t process = fork();
    if (process < 0) fail("a process for a test");
    if (process == 0) {
      prctl(PR_SET_PDEATHSIG, SIGKILL);
      alarm(longest_seconds());
      if (in_shard)
        for (const int stream : {STDOUT_FILENO, STDERR_FILENO}) dup2(fileno(output), stream);
      std::fclose(output);
      leave(run_here(name));
    }
    const int status = status_of(process);
    const auto time = std::chrono::duration_cast<std::chrono::milliseconds>(std::chrono::steady_clock::now() - begin);
    if (status != 0) {
      print(output);
      if (WIFSIGNALED(status)) std::printf("ended by signal %d (%s)\n", WTERMSIG(status), strsignal(WTERMSIG(status)));
      failed.push_back(name);
    }
    std::fclose(output);
    std::printf("%s %lld ms %s\n", status == 0 ? "ok" : "FAILED", static_cast<long long>(time.count()), name.c_str());
    std::fflush(stdout);
  }
  std::printf("%zu tests, %zu failed\n", names.size(), failed.size());
  for (const std::string& name : failed) std::printf("failed: %s\n", name.c_str());
  return names.empty() || !failed.empty() ? 1 : 0;  // a filter that chooses nothing is a mistake
}

}  // namespace

int main(int argc, char** argv) {
  testing::InitGoogleMock(&argc, argv);
  setenv("VQLAB_CACHE", "", 1);  // what a test simulates is simulated
  if (GTEST_FLAG_GET(list_tests)) return RUN_ALL_TESTS();
  if (std::getenv("VQLAB_ONE_PROCESS") != nullptr) leave(RUN_ALL_TESTS());
  const std::vector<std::string> names = chosen_tests();
  return names.size() == 1 ? run_here(names.front()) : run_each(names);
}
