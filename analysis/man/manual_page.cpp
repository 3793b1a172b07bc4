#include "analysis/man/manual_page.hpp"

#include <CLI/CLI.hpp>
#include <algorithm>
#include <fmt/format.h>
#include <map>
#include <sstream>

#include "analysis/man/roff_text.hpp"
#include "build_info.hpp"

namespace vqlab {
namespace {

struct NamedText {
  const char* name;
  const char* text;
};

constexpr NamedText kEnvironment[] = {
    {"VQLAB_HOME",
     "Folder that holds scenarios and analysis. If it is not set, share/vqlab beside the program's folder; if that is "
     "not there, the source tree that the program was built from."},
    {"VQLAB_PYTHON",
     "Python that draws figures, and runs `vqlab overlay` and `vqlab diff`. If it is not set, the first python3 in "
     "PATH if it has numpy, matplotlib and pandas, else /usr/bin/python3."},
    {"VQLAB_CACHE",
     "Folder of what was simulated before; empty: none. If it is not set, vqlab in XDG_CACHE_HOME or in ~/.cache."},
    {"CXX",
     "Compiler for the file of a policy. If it is not set, the one that has compiled the program, else c++ in PATH."},
};

// What follows a verb's options in its help, line by line, under the heading that it belongs to.
using Footer = std::map<std::string, std::vector<std::string>>;

Footer split_footer(const std::string& text) {
  Footer parts;
  std::string part = "DESCRIPTION";
  std::istringstream lines(text);
  for (std::string line; std::getline(lines, line);) {
    const bool of_example = line.empty() || line.front() == ' ';
    if (line == "Example:" || line == "Examples:") {
      part = "EXAMPLES";
      continue;
    }
    if (line.rfind("Exit codes: ", 0) == 0) {
      part = "EXIT STATUS";
      line.erase(0, line.find(' ', 5) + 1);
      if (!line.empty()) line.front() = static_cast<char>(std::toupper(static_cast<unsigned char>(line.front())));
    } else if (part == "EXAMPLES" && !of_example) {
      part = "DESCRIPTION";
    }
    parts[part].push_back(line);
  }
  return parts;
}

// Nothing if there are no lines.
std::string section_of(const Footer& parts, const std::string& heading) {
  const auto found = parts.find(heading);
  const std::string text = found == parts.end() ? "" : roff_lines(found->second);
  return text.empty() ? "" : ".SH " + heading + "\n" + text;
}

// "UINT in [1 - 4096]" of "UINT:UINT in [1 - 4096]".
std::string value_of(const CLI::Option& option) {
  const std::string type = option.get_type_name();
  const std::size_t colon = type.find(':');
  const std::string checked = colon == std::string::npos ? "" : type.substr(colon + 1);
  return checked.empty() || checked == "DIR" ? type.substr(0, colon) : checked;
}

std::string name_of(const CLI::Option& option) {
  if (option.get_positional()) return roff_italic(option.get_name(true, false));
  std::vector<std::string> names;
  for (const std::string& name : option.get_snames()) names.push_back(roff_bold("-" + name));
  for (const std::string& name : option.get_lnames()) names.push_back(roff_bold("--" + name));
  std::string text = fmt::format("{}", fmt::join(names, ", "));
  if (option.get_items_expected_max() > 0) text += " " + roff_italic(value_of(option));
  return text;
}

std::string help_of(const CLI::Option& option) {
  std::string text = option.get_description();
  if (const std::string usual = option.get_default_str(); !usual.empty()) text += " Default: " + usual + ".";
  std::vector<std::string> excluded;
  for (const CLI::Option* other : option.get_excludes()) excluded.push_back(other->get_name(false, true));
  std::sort(excluded.begin(), excluded.end());
  if (!excluded.empty()) text += fmt::format(" Not with {}.", fmt::join(excluded, ", "));
  return text;
}

std::string options_of(const CLI::App& verb, bool positional) {
  std::string text;
  for (const CLI::Option* option : verb.get_options())
    if (option->get_positional() == positional && !option->get_group().empty())
      text += ".TP\n" + name_of(*option) + "\n" + roff_text(help_of(*option));
  return text;
}

std::string synopsis_of(const CalledVerb& verb) {
  std::string text = roff_bold(verb.first);
  for (const CLI::Option* option : verb.second->get_options()) {
    if (option->get_positional()) continue;
    if (option->get_required()) text += " " + name_of(*option);
  }
  text += " [" + roff_italic("OPTIONS") + "]";
  if (!verb.second->get_subcommands({}).empty()) text += " " + roff_italic("VERB");
  for (const CLI::Option* option : verb.second->get_options()) {
    if (!option->get_positional()) continue;
    const std::string many = option->get_items_expected_max() > 1 ? " ..." : "";
    const std::string name = name_of(*option) + many;
    text += option->get_required() ? " " + name : " [" + name + "]";
  }
  return text + "\n";
}

// In the groups of the help.
std::string verbs_of(const CLI::App& verb) {
  std::string text;
  std::string group;
  for (const CLI::App* below : verb.get_subcommands({})) {
    if (below->get_group() != group && below->get_group() != "Subcommands")
      text += ".SS " + roff_quoted(below->get_group()) + "\n";
    group = below->get_group();
    text += ".TP\n" + roff_bold(below->get_name()) + "\n" + roff_text(below->get_description());
  }
  return text;
}

std::string with_heading(const std::string& heading, const std::string& text) {
  return text.empty() ? "" : ".SH " + heading + "\n" + text;
}

void add_called(const std::string& words, const CLI::App& verb, std::vector<CalledVerb>& all) {
  all.emplace_back(words, &verb);
  for (const CLI::App* below : verb.get_subcommands({})) add_called(words + " " + below->get_name(), *below, all);
}

}  // namespace

std::vector<CalledVerb> called_verbs(const CLI::App& program) {
  std::vector<CalledVerb> all;
  add_called(program.get_name(), program, all);
  return all;
}

std::string page_name(const CalledVerb& verb) {
  std::string name = verb.first;
  std::replace(name.begin(), name.end(), ' ', '-');
  return name;
}

std::string manual_page(const CalledVerb& verb) {
  const bool of_program = verb.second->get_parent() == nullptr;
  const Footer footer = split_footer(verb.second->get_footer());
  std::string description = verb.second->get_description();
  std::string text =
      fmt::format(".TH {} 1 \"\" \"vqlab {}\" \"vqlab\"\n.nh\n", roff_quoted(page_name(verb)), build_version());
  text += ".SH NAME\n" + roff_word(page_name(verb)) + " \\- " + roff_text(description);
  text += with_heading("SYNOPSIS", synopsis_of(verb));
  text += section_of(footer, "DESCRIPTION");
  text += with_heading("VERBS", verbs_of(*verb.second));
  text += with_heading("ARGUMENTS", options_of(*verb.second, true));
  text += with_heading("OPTIONS", options_of(*verb.second, false));
  text += section_of(footer, "EXAMPLES");
  text += section_of(footer, "EXIT STATUS");
  std::string environment;
  for (const auto& [name, what] : kEnvironment) environment += ".TP\n" + roff_bold(name) + "\n" + roff_text(what);
  if (of_program) return text + with_heading("ENVIRONMENT", environment);
  return text + ".SH SEE ALSO\n.BR vqlab (1)\n";
}

}  // namespace vqlab
