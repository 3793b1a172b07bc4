// One request's life as text: stage by stage, where it was and whom it waited for.
#pragma once

#include <string>

#include "sim/experiment/recording.hpp"

namespace vqlab::trace {

// Precondition: `number` is from 1 to the number of whole_requests().
[[nodiscard]] std::string request_text(const Recording& recording, std::size_t number);

}  // namespace vqlab::trace
