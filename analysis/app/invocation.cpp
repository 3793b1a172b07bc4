#include "analysis/app/invocation.hpp"

#include <CLI/CLI.hpp>
#include <algorithm>
#include <utility>

#include "analysis/app/shell_word.hpp"

namespace vqlab {

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
        part.words = {part.option, joined_words(values)};
      } else {
        for (const std::string& value : values) part.words.insert(part.words.end(), {part.option, value});
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
  Invocation more = without({"--resume"});
  if (!more.has(option)) more.parts_.push_back({option, {option, directory.string()}});
  more.parts_.push_back({"--resume", {"--resume"}});
  return more;
}

std::string Invocation::text() const {
  std::string text;
  const auto add = [&text](const std::vector<std::string>& words) {
    for (const std::string& word : words) text += (text.empty() ? "" : " ") + shell_word(word);
  };
  add(begin_);
  for (const Part& part : parts_) add(part.words);
  return text;
}

}  // namespace vqlab
