// What may stand next on a command line.
#pragma once

#include <string>
#include <vector>

namespace vqlab {

struct Candidate {
  std::string word;
  std::string help;  // one line; may be empty
};

struct Candidates {
  enum class Paths { kNone, kFiles, kFolders };

  std::vector<Candidate> words;
  Paths paths = Paths::kNone;  // what else may stand there
};

}  // namespace vqlab
