#include "analysis/scenario/policy_choice.hpp"

#include <algorithm>
#include <optional>
#include <string_view>

#include "analysis/scenario/value.hpp"
#include "models/testbed/guest_driver.hpp"

namespace vqlab {
namespace {

constexpr const char* kPolicyParam = "guest.policy";

// The text between commas that no bracket holds.
std::vector<std::string> split_outside_brackets(const std::string& text) {
  std::vector<std::string> parts(1);
  int depth = 0;
  for (const char c : text) {
    if (c == '{' || c == '[') ++depth;
    if (c == '}' || c == ']') --depth;
    if (c == ',' && depth <= 0)
      parts.emplace_back();
    else
      parts.back() += c;
  }
  return parts;
}

// Reads one word.
class ChoiceReader {
 public:
  ChoiceReader(const std::string& word, FaultList& faults)
      : word_(word), faults_(faults), names_(find_param(kPolicyParam).row->choices()) {}

  std::optional<PolicyChoice> read() {
    const std::size_t before = faults_.size();
    const std::size_t brace = word_.find('{');
    PolicyChoice choice{"", word_.substr(0, brace)};
    if (std::find(names_.begin(), names_.end(), choice.policy) == names_.end())
      fault(show(choice.policy), one_of(names_) + ", or NAME{key=value,...}", nearest_name(choice.policy, names_));
    else if (brace != std::string::npos)
      read_params(word_.substr(brace), choice);
    if (faults_.size() > before) return std::nullopt;
    choice.text = choice.policy + params_text(choice);
    return choice;
  }

 private:
  void fault(const std::string& found, const std::string& accepted, const std::string& nearest = "") {
    faults_.add(FaultKind::kMeaning, "policy", found, accepted, nearest);
  }

  void read_params(const std::string& braced, PolicyChoice& choice) {
    if (braced.back() != '}' || braced.size() < 2)
      return fault(show(word_), choice.policy + "{key=value,...}, up to the closing brace");
    const auto section = std::find_if(sections().begin(), sections().end(), [&choice](const Section& one) {
      return one.of_part && one.key == choice.policy;
    });
    if (section == sections().end()) return fault(show(word_), choice.policy + ", which has no parameters");
    const std::string inside = braced.substr(1, braced.size() - 2);
    if (inside.empty()) return;
    for (const std::string& one : split_outside_brackets(inside)) read_param(one, *section, choice);
    std::sort(choice.params.begin(), choice.params.end(),
              [](const auto& a, const auto& b) { return a.first.row < b.first.row; });
  }

  void read_param(const std::string& text, const Section& section, PolicyChoice& choice) {
    const std::size_t equals = text.find('=');
    const std::string key = text.substr(0, equals);
    std::vector<std::string> keys;
    for (const Param& row : section.table->rows) keys.push_back(row.name);
    const auto at = std::find(keys.begin(), keys.end(), key);
    if (at == keys.end())
      return fault("the key " + show(key) + " of " + choice.policy, one_of(keys), nearest_name(key, keys));
    const ParamRef param{&section, &section.table->rows[static_cast<std::size_t>(at - keys.begin())]};
    if (equals == std::string::npos) return fault(show(text), key + "=VALUE: " + accepted_values(*param.row));
    if (std::any_of(choice.params.begin(), choice.params.end(),
                    [&param](const auto& other) { return other.first.row == param.row; }))
      return fault("the key " + show(key) + " of " + choice.policy + " a second time", "each key once");
    const std::string spelt = text.substr(equals + 1);
    Json value = Json::parse(spelt, nullptr, false);
    if (value.is_discarded()) value = Json(spelt);
    if (const auto read = read_value(*param.row, value, param.get(PointSpec{}), path_of(param), faults_))
      choice.params.emplace_back(param, *read);
  }

  static std::string params_text(const PolicyChoice& choice) {
    std::string text;
    for (const auto& [param, value] : choice.params)
      text += (text.empty() ? "{" : ",") + param.row->name + '=' + value_text(value);
    return text.empty() ? text : text + '}';
  }

  const std::string& word_;
  FaultList& faults_;
  std::vector<std::string> names_;
};

}  // namespace

void PolicyChoice::choose(PointSpec& spec) const {
  spec.testbed.guest.policy = policy;
  for (const auto& [param, value] : params) param.set(spec, value);
}

std::vector<std::string> split_policies(const std::vector<std::string>& words) {
  std::vector<std::string> all;
  for (const std::string& word : words)
    for (std::string& one : split_outside_brackets(word)) all.push_back(std::move(one));
  return all;
}

std::vector<PolicyChoice> read_policy_choices(const std::vector<std::string>& words, const std::string& option,
                                              std::vector<Fault>& faults) {
  FaultList own(option);
  std::vector<PolicyChoice> choices;
  for (const std::string& word : words) {
    auto choice = ChoiceReader(word, own).read();
    if (!choice) continue;
    if (std::any_of(choices.begin(), choices.end(),
                    [&choice](const PolicyChoice& other) { return other.text == choice->text; }))
      own.add(FaultKind::kMeaning, "policy", show(choice->text) + " a second time", "each policy once");
    else
      choices.push_back(std::move(*choice));
  }
  faults.insert(faults.end(), own.faults().begin(), own.faults().end());
  return choices;
}

std::vector<PolicyChoice> all_policies() {
  std::vector<PolicyChoice> all;
  for (const std::string& name : find_param(kPolicyParam).row->choices())
    if (!is_clairvoyant(name)) all.push_back({name, name});
  return all;
}

}  // namespace vqlab
