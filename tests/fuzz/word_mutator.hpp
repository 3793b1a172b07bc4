// Mutations that put a word of the format somewhere, so that a fuzzer comes past the first check of a name.
#pragma once

#include <cstddef>
#include <cstdint>
#include <cstring>
#include <random>
#include <string>
#include <vector>

extern "C" std::size_t LLVMFuzzerMutate(std::uint8_t* data, std::size_t size, std::size_t max_size);

namespace vqlab::fuzz {

// One time in three a word takes the place of some bytes; else what libFuzzer does.
inline std::size_t mutate_with_words(std::uint8_t* data, std::size_t size, std::size_t max_size, unsigned seed,
                                     const std::vector<std::string>& words) {
  std::minstd_rand draws(seed);
  if (draws() % 3 != 0) return LLVMFuzzerMutate(data, size, max_size);
  const std::string& word = words[draws() % words.size()];
  const std::size_t at = draws() % (size + 1);
  const std::size_t gone = draws() % 2 == 0 ? 0 : draws() % (size - at + 1) % (2 * word.size());
  if (size - gone + word.size() > max_size) return LLVMFuzzerMutate(data, size, max_size);
  std::memmove(data + at + word.size(), data + at + gone, size - at - gone);
  std::memcpy(data + at, word.data(), word.size());
  return size - gone + word.size();
}

}  // namespace vqlab::fuzz
