// What was asked for cannot be begun.
#pragma once

#include <stdexcept>
#include <string>
#include <utility>

#include "analysis/app/answer.hpp"

namespace vqlab {

// The command line prints what() as it is, one reason in each line, and ends with kExitBadInput. Nothing that could be
// taken for a result has been written.
class Refused : public std::runtime_error {
 public:
  using std::runtime_error::runtime_error;
  // With the same for programs: a list of fault_json().
  Refused(const std::string& lines, AnswerJson faults) : std::runtime_error(lines), faults_(std::move(faults)) {}

  // Empty: the lines alone say it.
  [[nodiscard]] const AnswerJson& faults() const noexcept { return faults_; }

 private:
  AnswerJson faults_;
};

}  // namespace vqlab
