#include "analysis/runs/point_stem.hpp"

#include <cstddef>

namespace vqlab {
namespace {

// With these alone no shell needs quotes. Longer ones do not fit into a file's name with what comes behind them.
constexpr const char* kPlainInStems = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789._+-";
constexpr std::size_t kLongestStem = 180;

std::string plain_stem_word(std::string word) {
  for (std::size_t at = 0; (at = word.find_first_not_of(kPlainInStems, at)) != std::string::npos;) word[at] = '-';
  return word;
}

}  // namespace

std::string point_stem(const PointRow& row) {
  std::string stem = plain_stem_word(row.curve);
  bool is_plain = stem == row.curve;
  for (const auto& [axis, value] : row.axes) {
    const std::string word = plain_stem_word(value);
    is_plain = is_plain && word == value;
    stem += "," + plain_stem_word(axis) + "=" + word;
  }
  if (stem.size() > kLongestStem) {
    is_plain = false;
    stem.resize(kLongestStem);
  }
  stem += ",seed=" + std::to_string(row.seed);
  return is_plain ? stem : stem + ",point=" + std::to_string(row.point);
}

}  // namespace vqlab
