// Options that hold lists.
#pragma once

#include <CLI/CLI.hpp>
#include <string>
#include <vector>

namespace vqlab {

// An option that may be repeated, and takes one word each time: what follows is no value of it, but may be a file.
inline CLI::Option* add_repeated(CLI::App& verb, const std::string& name, std::vector<std::string>& values,
                                 const std::string& help) {
  return verb.add_option(name, values, help)->expected(1)->take_all()->allow_extra_args(false);
}

// The same, and the word may hold several values, "1,2,3".
inline CLI::Option* add_list(CLI::App& verb, const std::string& name, std::vector<std::string>& values,
                             const std::string& help) {
  return add_repeated(verb, name, values, help)->delimiter(',');
}

}  // namespace vqlab
