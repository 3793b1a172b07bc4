// A verb's command line, parsed as the program parses it, without doing what it says.
#pragma once

#include <CLI/CLI.hpp>
#include <algorithm>
#include <string>
#include <vector>

#include "analysis/app/invocation.hpp"
#include "analysis/app/verb.hpp"

namespace vqlab::test {

// Throws CLI::ParseError if the verb does not accept the words.
inline Invocation invocation_of(const std::string& verb, std::vector<std::string> words) {
  CLI::App app;
  int code = 0;
  Registry<Verb>::instance().find(verb)->add(app, code);
  CLI::App* added = app.get_subcommand(verb);
  added->callback([] {});
  words.insert(words.begin(), verb);
  std::reverse(words.begin(), words.end());
  app.parse(words);  // takes them from the back
  return Invocation(*added);
}

}  // namespace vqlab::test
