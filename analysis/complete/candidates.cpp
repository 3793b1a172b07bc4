#include "analysis/complete/candidates.hpp"

#include <CLI/CLI.hpp>
#include <algorithm>

#include "analysis/complete/named_things.hpp"

namespace vqlab {
namespace {

bool begins(const std::string& text, const std::string& with) { return text.rfind(with, 0) == 0; }

bool is_shown(const CLI::Option& option) { return !option.get_group().empty(); }

bool takes_value(const CLI::Option& option) { return option.get_items_expected_max() > 0; }

std::vector<std::string> spellings(const CLI::Option& option) {
  std::vector<std::string> all;
  for (const std::string& name : option.get_snames()) all.push_back("-" + name);
  for (const std::string& name : option.get_lnames()) all.push_back("--" + name);
  return all;
}

const CLI::Option* find_option(const CLI::App& verb, const std::string& word) {
  for (const CLI::Option* option : verb.get_options()) {
    const std::vector<std::string> all = spellings(*option);
    if (std::find(all.begin(), all.end(), word) != all.end()) return option;
  }
  return nullptr;
}

const CLI::App* find_verb(const CLI::App& verb, const std::string& word) {
  for (const CLI::App* below : verb.get_subcommands({}))
    if (below->get_name() == word) return below;
  return nullptr;
}

// The one that the positional word of this number belongs to; the last one takes all that are left.
const CLI::Option* positional_of(const CLI::App& verb, std::size_t number) {
  const CLI::Option* last = nullptr;
  for (const CLI::Option* option : verb.get_options()) {
    if (!option->get_positional()) continue;
    last = option;
    if (number-- == 0) return option;
  }
  return last != nullptr && last->get_items_expected_max() > 1 ? last : nullptr;
}

// "local" and "slurm" of an option that takes "TEXT:{local,slurm}".
std::vector<Candidate> members(const CLI::Option& option) {
  std::vector<Candidate> words;
  const std::string type = option.get_type_name();
  const std::size_t open = type.find('{');
  const std::size_t close = type.find('}');
  if (open == std::string::npos || close == std::string::npos) return words;
  std::string rest = type.substr(open + 1, close - open - 1);
  while (!rest.empty()) {
    const std::string word = rest.substr(0, rest.find(','));
    words.push_back({word, ""});
    rest.erase(0, word.size() + 1);
  }
  return words;
}

// Without those that do not begin as the word; before each of the others stands `before`.
Candidates fitting(Candidates all, const std::string& word, const std::string& before) {
  std::vector<Candidate> kept;
  for (Candidate& one : all.words)
    if (begins(one.word, word)) kept.push_back({before + one.word, std::move(one.help)});
  all.words = std::move(kept);
  return all;
}

// Of what is written, `word` belongs to the option, and `before` to the word that the shell sees.
Candidates values_of_option(const CLI::Option& option, const std::string& word, const std::string& before) {
  if (std::vector<Candidate> known = members(option); !known.empty())
    return fitting({std::move(known), Candidates::Paths::kNone}, word, before);
  const bool of_list = word.find('=') == std::string::npos && word.find('{') == std::string::npos;
  const std::size_t comma = of_list ? word.rfind(',') : std::string::npos;
  const std::size_t begin = comma == std::string::npos ? 0 : comma + 1;
  const std::string last = word.substr(begin);
  if (option.get_type_name().find("INT") != std::string::npos || option.get_type_name().find("FLOAT") == 0) return {};
  return fitting(named_things(option.get_description(), last), last, before + word.substr(0, begin));
}

Candidates option_names(const CLI::App& verb, const std::string& word) {
  Candidates all;
  for (const CLI::Option* option : verb.get_options()) {
    if (option->get_positional() || !is_shown(*option)) continue;
    for (const std::string& name : spellings(*option)) all.words.push_back({name, option->get_description()});
  }
  return fitting(std::move(all), word, "");
}

Candidates verb_names(const CLI::App& verb, const std::string& word) {
  Candidates all;
  for (const CLI::App* below : verb.get_subcommands({}))
    all.words.push_back({below->get_name(), below->get_description()});
  return fitting(std::move(all), word, "");
}

}  // namespace

Candidates candidates_for(const CLI::App& program, const std::vector<std::string>& words) {
  if (words.empty()) return verb_names(program, "");
  const CLI::App* verb = &program;
  const CLI::Option* open = nullptr;  // whose value comes next
  std::size_t positionals = 0;
  for (std::size_t i = 0; i + 1 < words.size(); ++i) {
    if (open != nullptr) {
      open = nullptr;
    } else if (const CLI::Option* option = find_option(*verb, words[i]); option != nullptr) {
      open = takes_value(*option) ? option : nullptr;
    } else if (const CLI::App* below = find_verb(*verb, words[i]); below != nullptr) {
      verb = below;
      positionals = 0;
    } else if (!begins(words[i], "-")) {
      ++positionals;
    }
  }
  const std::string& word = words.back();
  if (open != nullptr) return values_of_option(*open, word, "");
  if (begins(word, "-")) {
    const std::size_t equals = word.find('=');
    const CLI::Option* option = find_option(*verb, word.substr(0, equals));
    if (equals == std::string::npos) return option_names(*verb, word);
    if (option == nullptr || !takes_value(*option)) return {};
    return values_of_option(*option, word.substr(equals + 1), word.substr(0, equals + 1));
  }
  if (!verb->get_subcommands({}).empty()) return verb_names(*verb, word);
  const CLI::Option* positional = positional_of(*verb, positionals);
  return positional == nullptr ? Candidates{} : values_of_option(*positional, word, "");
}

}  // namespace vqlab
