// The results of shards as those of one run.
#pragma once

#include <filesystem>
#include <string>
#include <vector>

namespace vqlab {

struct MergeArguments {
  std::vector<std::string> shards;  // result directories
  std::string out;
  bool force = false;  // write over the results of another study
};

// Writes what stands in the shards' journals to journals in `out`, in the order of the points. Returns the shell's
// command that makes the rest of the result from them. Throws Refused, with every reason, if the shards are not those
// of one run, each once and complete; nothing has been written then.
[[nodiscard]] std::string merge_shards(const MergeArguments& arguments);

}  // namespace vqlab
