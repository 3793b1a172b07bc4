#include "analysis/new_policy/policy_name.hpp"

#include <algorithm>
#include <array>
#include <cctype>
#include <iterator>
#include <string_view>

namespace vqlab {
namespace {

constexpr std::size_t kLongestPolicyName = 40;

// Classes that a policy's file sees: all that models/steering/policy.hpp includes. tests/tidy holds them to the
// headers.
constexpr std::string_view kTakenClasses[] = {"AccessedMemory",
                                              "Bounds",
                                              "Clairvoyance",
                                              "ConditionId",
                                              "Cost",
                                              "CostPart",
                                              "CostSampler",
                                              "DecisionCost",
                                              "DeviceChoice",
                                              "DeviceSheet",
                                              "DiskGroup",
                                              "Disks",
                                              "Duration",
                                              "Id",
                                              "Instant",
                                              "IothreadVqMapping",
                                              "IothreadVqs",
                                              "LineWord",
                                              "LunId",
                                              "NamedSet",
                                              "NamedSets",
                                              "OrderPromise",
                                              "Param",
                                              "ParamKind",
                                              "ParamTable",
                                              "ParamValue",
                                              "PartParams",
                                              "PartParamsEntry",
                                              "PartParamsRegistration",
                                              "PickLock",
                                              "PolicyEntry",
                                              "PolicyFactory",
                                              "PolicyMemory",
                                              "PolicyRegistration",
                                              "PolicySetup",
                                              "PolicyWord",
                                              "PolicyWords",
                                              "QueueId",
                                              "RandomStream",
                                              "ReadIf",
                                              "Registration",
                                              "Registry",
                                              "RenamedChoice",
                                              "ResourceId",
                                              "RowValue",
                                              "Shape",
                                              "SimClock",
                                              "SizeRange",
                                              "SteeredCommand",
                                              "SteeringPolicy",
                                              "SteeringView",
                                              "TargetId",
                                              "ThrottleLimit",
                                              "Throttled",
                                              "Throttling",
                                              "VcpuId",
                                              "Wording"};

// Words of C++: a test could not name a variable after the policy.
constexpr std::string_view kKeywords[] = {
    "alignas",     "alignof",  "and",        "and_eq",    "asm",       "auto",         "bitand",
    "bitor",       "bool",     "break",      "case",      "catch",     "char",         "char16_t",
    "char32_t",    "char8_t",  "class",      "co_await",  "co_return", "co_yield",     "compl",
    "concept",     "const",    "const_cast", "consteval", "constexpr", "constinit",    "continue",
    "decltype",    "default",  "delete",     "do",        "double",    "dynamic_cast", "else",
    "enum",        "explicit", "export",     "extern",    "false",     "float",        "for",
    "friend",      "goto",     "if",         "inline",    "int",       "long",         "mutable",
    "namespace",   "new",      "noexcept",   "not",       "not_eq",    "nullptr",      "operator",
    "or",          "or_eq",    "private",    "protected", "public",    "register",     "reinterpret_cast",
    "requires",    "return",   "short",      "signed",    "sizeof",    "static",       "static_assert",
    "static_cast", "struct",   "switch",     "template",  "this",      "thread_local", "throw",
    "true",        "try",      "typedef",    "typeid",    "typename",  "union",        "unsigned",
    "using",       "virtual",  "void",       "volatile",  "wchar_t",   "while",        "xor",
    "xor_eq"};

bool is_lower(char c) { return c >= 'a' && c <= 'z'; }

bool is_in(std::string_view name, const auto& names) {
  return std::find(std::begin(names), std::end(names), name) != std::end(names);
}

}  // namespace

std::string class_name(const std::string& name) {
  std::string text;
  bool begins = true;
  for (const char c : name) {
    if (c != '_') text += begins ? static_cast<char>(std::toupper(static_cast<unsigned char>(c))) : c;
    begins = c == '_';
  }
  return text;
}

std::string refused_name(const std::string& name) {
  const bool letters =
      std::all_of(name.begin(), name.end(), [](char c) { return is_lower(c) || (c >= '0' && c <= '9') || c == '_'; });
  if (!letters || name.empty() || !is_lower(name.front()) || name.back() == '_' ||
      name.find("__") != std::string::npos || name.size() > kLongestPolicyName)
    return "lower-case letters, digits and single underscores between them, a letter first, at most " +
           std::to_string(kLongestPolicyName) + " of them: it is the name of a file, too";
  const std::string its_class = class_name(name);
  // Macros of the C library are in capitals; "e_o_f" would be one.
  if (std::none_of(its_class.begin(), its_class.end(), is_lower))
    return "a word of at least two letters: its class would be called " + its_class;
  if (is_in(its_class, kTakenClasses))
    return "a name whose class, " + its_class + ", the headers of policies do not have";
  if (is_in(name, kKeywords)) return "a name that is no word of C++";
  return "";
}

}  // namespace vqlab
