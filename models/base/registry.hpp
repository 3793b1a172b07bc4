// Plug-ins by name: one file registers one entry before main; the name in the scenario is the name here.
#pragma once

#include <cstddef>
#include <map>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "models/base/contract.hpp"

namespace vqlab {

// All registered `Entry`s of one kind, ordered by name. Entry needs no default constructor.
template <class Entry>
class Registry {
 public:
  // The one registry of this kind; filled by Registration objects before main, and where a file of code is loaded.
  [[nodiscard]] static Registry& instance() {
    static Registry registry;
    return registry;
  }

  // Ends the process if the name is taken: two files with one name would silently shadow each other.
  void add(std::string_view name, Entry entry) {
    if (!entries_.emplace(std::string(name), std::move(entry)).second)
      contract_broken("plug-in " + std::string(name), "one of its kind and name is registered already");
  }

  // Makes room for another of this name, if there is one.
  void forget(std::string_view name) {
    if (const auto found = entries_.find(name); found != entries_.end()) entries_.erase(found);
  }

  // Null if there is none of this name.
  [[nodiscard]] const Entry* find(std::string_view name) const {
    const auto found = entries_.find(name);
    return found == entries_.end() ? nullptr : &found->second;
  }

  [[nodiscard]] std::vector<std::string> names() const {
    std::vector<std::string> names;
    for (const auto& [name, entry] : entries_) names.push_back(name);
    return names;
  }

  // By name.
  [[nodiscard]] const std::map<std::string, Entry, std::less<>>& entries() const { return entries_; }
  [[nodiscard]] std::size_t size() const { return entries_.size(); }

 private:
  std::map<std::string, Entry, std::less<>> entries_;
};

// `const Registration<Entry> registered{"name", entry};` in the plug-in's own file.
template <class Entry>
struct Registration {
  Registration(std::string_view name, Entry entry) { Registry<Entry>::instance().add(name, std::move(entry)); }
};

}  // namespace vqlab
