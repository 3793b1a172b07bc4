#include "analysis/formats/libvirt_options.hpp"

#include <cstring>

#include "analysis/formats/qemu_arguments.hpp"
#include "analysis/words/libvirt_elements.hpp"
#include "analysis/words/libvirt_values.hpp"

namespace vqlab {
LibvirtOptions::LibvirtOptions(ImportedPart& part, const std::string& text, const std::string& file)
    : record_(part, file), text_(text) {
  for (std::size_t at = 0; (at = text.find('\n', at)) != std::string::npos; ++at) line_ends_.push_back(at);
}

pugi::xml_node LibvirtOptions::domain_of(pugi::xml_document& document) {
  const auto refuse = [this](int line, const std::string& found, const std::string& accepted) {
    record_.fault(line, "", found, accepted);
    return pugi::xml_node{};
  };
  const pugi::xml_parse_result result =
      document.load_buffer(text_.data(), text_.size(), pugi::parse_default | pugi::parse_doctype);
  if (!result) return refuse(line_at(result.offset), result.description(), "XML, as virsh dumpxml prints it");
  const pugi::xml_node domain = document.document_element();
  for (const pugi::xml_node node : document.children()) {
    if (node.type() == pugi::node_doctype) return refuse(line_of(node), "a DOCTYPE", "a domain without one");
    if (node.type() == pugi::node_element && node != domain)
      return refuse(line_of(node), '<' + std::string(node.name()) + "> behind the first element", "one <domain>");
  }
  if (std::strcmp(domain.name(), "domain") != 0)
    return refuse(line_of(domain), '<' + std::string(domain.name()) + '>', "<domain>");
  return domain;
}

int LibvirtOptions::line_at(std::ptrdiff_t offset) const {
  return 1 + static_cast<int>(std::lower_bound(line_ends_.begin(), line_ends_.end(), static_cast<std::size_t>(offset)) -
                              line_ends_.begin());
}
int LibvirtOptions::line_of(const pugi::xml_node& node) const {
  return line_at(std::max<std::ptrdiff_t>(node.offset_debug(), 0));
}

void LibvirtOptions::class_one(int line, const std::string& path, const std::string& attribute,
                               const std::string& value, const std::string& key) {
  const std::string where = '<' + path.substr(path.find_last_of('/') + 1) + '>';
  const std::string option = attribute.empty() ? where : attribute;
  const auto modelled = modelled_words(key);
  const LibvirtElement* const element = modelled.empty() ? libvirt_element(key) : nullptr;
  if (modelled.empty() && element == nullptr) {
    const std::size_t slash = path.find_last_of('/');
    const std::string parent = !attribute.empty() ? path : slash == std::string::npos ? "" : path.substr(0, slash);
    std::vector<std::string> known = libvirt_children(parent);
    for (const auto& [one, words] : libvirt_values())
      known.push_back(one.substr(one.find_last_of("/@") == std::string::npos ? 0 : one.find_last_of("/@") + 1));
    const std::string name = attribute.empty() ? path.substr(path.find_last_of('/') + 1) : attribute;
    record_.fault(line, path.empty() ? "<domain>" : '<' + path + '>',
                  (attribute.empty() ? "an unknown element " : "an unknown attribute ") + OptionRecord::shown(name),
                  "what libvirt knows of a domain", record_.nearest(name, known));
    return;
  }
  options_[key] = record_.add(line, path.empty() ? "<domain>" : where, option, value,
                              modelled.empty() ? element->kind : OptionClass::kModelled,
                              modelled.empty() ? element->words : modelled);
}

std::string LibvirtOptions::modelled_words(const std::string& key) {
  const auto found = libvirt_values().find(key);
  return found == libvirt_values().end() ? "" : found->second;
}

std::optional<std::size_t> LibvirtOptions::option(const std::string& key) const {
  const auto found = options_.find(key);
  return found == options_.end() ? std::nullopt : std::optional(found->second);
}

std::optional<std::int64_t> LibvirtOptions::number(const pugi::xml_node& node, const std::string& what,
                                                   const std::string& text, std::int64_t least, std::int64_t most) {
  std::string trimmed = text;
  trimmed.erase(0, trimmed.find_first_not_of(" \t\r\n"));
  trimmed.erase(trimmed.find_last_not_of(" \t\r\n") + 1);
  const bool plain = !trimmed.empty() && trimmed.find_first_not_of("-0123456789") == std::string::npos;
  const auto value = plain ? qemu_integer(trimmed.size() > 1 && trimmed[0] == '0' ? "0" : trimmed) : std::nullopt;
  if (value && *value >= least && *value <= most) return value;
  record_.fault(line_of(node), '<' + std::string(node.name()) + '>', what + ' ' + OptionRecord::shown(text),
                "an integer from " + std::to_string(least) + " to " + std::to_string(most));
  return std::nullopt;
}

void LibvirtOptions::read_number(const pugi::xml_node& node, const std::string& path, const char* attribute,
                                 std::int64_t least, std::int64_t most, Said<std::int64_t>& into) {
  if (!node.attribute(attribute)) return;
  if (const auto value = number(node, attribute, node.attribute(attribute).value(), least, most))
    into = {*value, option(path + '@' + attribute)};
}

void LibvirtOptions::read_switch(const pugi::xml_node& node, const std::string& path, const char* attribute,
                                 Said<bool>& into) {
  if (!node.attribute(attribute)) return;
  const std::string value = node.attribute(attribute).value();
  if (value != "on" && value != "off")
    return record_.fault(line_of(node), '<' + std::string(node.name()) + '>',
                         std::string(attribute) + ' ' + OptionRecord::shown(value), "on or off");
  into = {value == "on", option(path + '@' + attribute)};
}

}  // namespace vqlab
