#include "analysis/app/invocation.hpp"

#include <CLI/CLI.hpp>
#include <algorithm>
#include <utility>

#include "analysis/app/shell_word.hpp"

namespace vqlab {

namespace {

constexpr const char* kEndOfOptions = "--";

std::string& program_word() {
  static std::string word = "vqlab";
  return word;
}

bool begins_with_dash(const std::string& word) { return !word.empty() && word.front() == '-'; }

// The option and its value: as one word where the value would be taken for an option.
void add_value(const std::string& option, const std::string& value, std::vector<std::string>& words) {
  if (begins_with_dash(value))
    words.push_back(option + "=" + value);
  else
    words.insert(words.end(), {option, value});
}

}  // namespace

void Invocation::call_program(const std::string& word) { program_word() = word; }

Invocation Invocation::again() const {
  Invocation same = *this;
  same.begin_.front() = program_word();
  return same;
}

Invocation::Invocation(const CLI::App& verb) {
  begin_.push_back(verb.get_name());
  for (const CLI::Option* option : verb.get_options()) {
    if (option->count() == 0) continue;
    const std::vector<std::string>& values = option->results();
    Part part;
    if (option->get_positional()) {
      part.words = values;
    } else {
      part.option = "--" + option->get_lnames().front();
      if (option->get_items_expected_max() == 0) {
        part.words = {part.option};
      } else if (option->get_delimiter() != '\0') {
        add_value(part.option, joined_words(values), part.words);
      } else {
        for (const std::string& value : values) add_value(part.option, value, part.words);
      }
    }
    parts_.push_back(std::move(part));
  }
}

bool Invocation::has(const std::string& option) const {
  return std::any_of(parts_.begin(), parts_.end(), [&option](const Part& part) { return part.option == option; });
}

Invocation Invocation::without(const std::vector<std::string>& options) const {
  Invocation fewer = *this;
  fewer.parts_.erase(std::remove_if(fewer.parts_.begin(), fewer.parts_.end(),
                                    [&options](const Part& part) {
                                      return std::find(options.begin(), options.end(), part.option) != options.end();
                                    }),
                     fewer.parts_.end());
  return fewer;
}

Invocation Invocation::resuming(const std::string& option, const std::filesystem::path& directory) const {
  Invocation more = again().without({"--resume"});
  if (!more.has(option)) {
    more.parts_.push_back({option, {}});
    add_value(option, directory.string(), more.parts_.back().words);
  }
  more.parts_.push_back({"--resume", {"--resume"}});
  return more;
}

std::string Invocation::text() const {
  std::string text;
  const auto add = [&text](const std::vector<std::string>& words) {
    for (const std::string& word : words) text += (text.empty() ? "" : " ") + shell_word(word);
  };
  add(begin_);
  std::vector<std::string> last;  // a file whose name begins like an option
  for (const Part& part : parts_) {
    const bool dashed = part.option.empty() && std::any_of(part.words.begin(), part.words.end(), begins_with_dash);
    if (dashed)
      last.insert(last.end(), part.words.begin(), part.words.end());
    else
      add(part.words);
  }
  if (!last.empty()) last.insert(last.begin(), kEndOfOptions);
  add(last);
  return text;
}

}  // namespace vqlab
