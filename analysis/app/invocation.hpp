// The command line of a verb, for messages and records that name a command to type.
#pragma once

#include <filesystem>
#include <string>
#include <vector>

namespace CLI {
class App;
}

namespace vqlab {

class Invocation {
 public:
  // Of no verb: its text is "vqlab".
  Invocation() = default;
  // What was given to the verb, in the order in which it declares its options. Precondition: it has been parsed.
  explicit Invocation(const CLI::App& verb);

  // What the shell called the program; "vqlab" unless somebody says so. Only the commands to go on with name it so:
  // records do not depend on where the program lies.
  static void call_program(const std::string& word);

  // The same command, to be pasted.
  [[nodiscard]] Invocation again() const;

  // Whether this option was given.
  [[nodiscard]] bool has(const std::string& option) const;

  // Without these options and their values.
  [[nodiscard]] Invocation without(const std::vector<std::string>& options) const;

  // What goes on after an interrupt, to be pasted: with --resume, and with `option` naming the directory if it was left
  // out.
  [[nodiscard]] Invocation resuming(const std::string& option, const std::filesystem::path& directory) const;

  // As a shell takes it.
  [[nodiscard]] std::string text() const;

 private:
  struct Part {
    std::string option;  // empty: positional
    std::vector<std::string> words;
  };

  std::vector<std::string> begin_{"vqlab"};
  std::vector<Part> parts_;
};

}  // namespace vqlab
