// Names under which a new policy's file compiles.
#pragma once

#include <string>

namespace vqlab {

// "least_loaded" gives "LeastLoaded".
[[nodiscard]] std::string class_name(const std::string& name);

// What is accepted instead of this name; empty if it can be used.
[[nodiscard]] std::string refused_name(const std::string& name);

}  // namespace vqlab
