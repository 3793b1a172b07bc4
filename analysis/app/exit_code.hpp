// What the program tells its caller.
#pragma once

namespace vqlab {

enum ExitCode : int {
  kExitGood = 0,
  kExitFailed = 1,        // something was run and failed
  kExitBadInput = 2,      // scenario or command line are wrong; nothing was written
  kExitInterrupted = 130  // SIGINT or SIGTERM; finished points are on disk
};

}  // namespace vqlab
