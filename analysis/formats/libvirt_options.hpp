// Options of a libvirt domain: attributes and texts of its elements, by their paths.
#pragma once

#include <algorithm>
#include <cstdint>
#include <map>
#include <optional>
#include <pugixml.hpp>
#include <string>
#include <vector>

#include "analysis/formats/option_record.hpp"
#include "analysis/formats/virtual_machine.hpp"

namespace vqlab {

// A path is that of the element from the domain on, and '@' with the attribute: "cputune/vcpupin@cpuset".
class LibvirtOptions {
 public:
  // Precondition: `part` and `text` outlive it.
  LibvirtOptions(ImportedPart& part, const std::string& text, const std::string& file);

 protected:
  using Options = std::map<std::string, std::size_t>;  // by path, of one element and all below it

  // The text as a document, and its one element. A null node, and a fault, if it is no domain.
  [[nodiscard]] pugi::xml_node domain_of(pugi::xml_document& document);
  [[nodiscard]] int line_at(std::ptrdiff_t offset) const;
  [[nodiscard]] int line_of(const pugi::xml_node& node) const;
  // `attribute` is empty for the text of the element.
  void class_one(int line, const std::string& path, const std::string& attribute, const std::string& value,
                 const std::string& key);
  // What stands for a path whose value is read; empty: it is none.
  [[nodiscard]] static std::string modelled_words(const std::string& key);
  [[nodiscard]] std::optional<std::size_t> option(const std::string& key) const;
  // Nothing, and a fault, if `text` is none.
  std::optional<std::int64_t> number(const pugi::xml_node& node, const std::string& what, const std::string& text,
                                     std::int64_t least, std::int64_t most);
  void read_number(const pugi::xml_node& node, const std::string& path, const char* attribute, std::int64_t least,
                   std::int64_t most, Said<std::int64_t>& into);
  void read_switch(const pugi::xml_node& node, const std::string& path, const char* attribute, Said<bool>& into);

  OptionRecord record_;
  const std::string& text_;
  Options options_;

 private:
  std::vector<std::size_t> line_ends_;
};

}  // namespace vqlab
