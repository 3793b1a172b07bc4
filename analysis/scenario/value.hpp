// JSON values of parameters: read and checked, written, described.
#pragma once

#include <cstddef>
#include <optional>
#include <string>

#include "analysis/scenario/document.hpp"
#include "models/base/params.hpp"

namespace vqlab {

// The value if it is of the row's kind and inside its bounds, else nothing and a fault. What a cost given in part
// leaves out (mean or shape) it takes from `current`, the value so far.
[[nodiscard]] std::optional<ParamValue> read_value(const Param& row, const Json& json, const ParamValue& current,
                                                   const std::string& path, FaultList& faults);

// Whether the value leaves something of a cost as it was.
[[nodiscard]] bool is_part_of_value(const Json& json);

// As a scenario spells it, in full: read_value gives it back.
[[nodiscard]] Json write_value(const ParamValue& value);

// As a person would: whole numbers without a fraction, and a cost of the same shape as `standard`, the row's default,
// as its mean alone. read_value gives it back, too.
[[nodiscard]] Json brief_value(const ParamValue& value, const ParamValue& standard);

// As result files spell it, in one word without commas: "8", "4k-64k", "7300/exponential". A cost of the usual shape
// is its mean alone. But a list of iothreads or of jobs is JSON without blanks.
[[nodiscard]] std::string value_text(const ParamValue& value);

inline constexpr double kExactIntegers = 9007199254740991;  // 2^53 - 1: every JSON reader has them
inline constexpr std::size_t kLongestWording = 1000;        // of a kWorded value
inline constexpr std::size_t kMostNamedSets = 256;

// What may stand there: "an integer from 1 to 64 vCPUs".
[[nodiscard]] std::string accepted_values(const Param& row);

// A bound without a useless exponent or fraction: "1000000", "0.01", "1e+15".
[[nodiscard]] std::string bound_text(double bound);

}  // namespace vqlab
