// Numbers of a command line.
#pragma once

#include <CLI/CLI.hpp>
#include <fmt/format.h>
#include <string>
#include <type_traits>

namespace vqlab {

// Accepts a number from `low` to `high`. CLI::Range lets "nan" through, which is neither below nor above a bound.
template <typename Number>
class NumberRange : public CLI::Range {
 public:
  NumberRange(Number low, Number high) : CLI::Range(low, high) {
    func_ = [low, high](std::string& text) {
      Number number{};
      if (CLI::detail::lexical_cast(text, number) && number >= low && number <= high) return std::string();
      return fmt::format("found \"{}\", accepted: a {} from {} to {}", text,
                         std::is_integral_v<Number> ? "whole number" : "number", low, high);
    };
  }
};

// How long something may take, in s: up to some eleven days.
inline NumberRange<double> work_seconds() { return {0.001, 1e6}; }

}  // namespace vqlab
