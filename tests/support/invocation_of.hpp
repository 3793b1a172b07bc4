// A verb's command line, parsed as the program parses it, without doing what it says.
#pragma once

#include <CLI/CLI.hpp>
#include <algorithm>
#include <string>
#include <vector>

#include "analysis/app/invocation.hpp"
#include "analysis/app/verb.hpp"

namespace vqlab::test {

// A command line that ends where its verb would begin. The verb keeps its callback, which owns what the options write
// to.
class ParsedOnly : public CLI::App {
 public:
  struct Done {};
  void pre_callback() override { throw Done{}; }
};

// Throws CLI::ParseError if the verb does not accept the words.
inline Invocation invocation_of(const std::string& verb, std::vector<std::string> words) {
  ParsedOnly app;
  int code = 0;
  Registry<Verb>::instance().find(verb)->add(app, code);
  words.insert(words.begin(), verb);
  std::reverse(words.begin(), words.end());
  try {
    app.parse(words);  // takes them from the back
  } catch (const ParsedOnly::Done&) {
  }
  return Invocation(*app.get_subcommand(verb));
}

}  // namespace vqlab::test
