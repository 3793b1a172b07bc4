#include "analysis/runs/point_key.hpp"

#include <algorithm>

#include "analysis/runs/point_bytes.hpp"
#include "analysis/runs/sha256.hpp"

namespace vqlab {
PointKey point_key(const PointSpec& spec, std::uint64_t seed, Asked asked) {
  ByteWriter bytes;
  for (const ParamRef& param : all_params()) bytes.add(param.get(spec));
  bytes.add(seed);
  bytes.add(static_cast<std::uint64_t>(asked));
  Sha256 hash;
  hash.add(bytes.text());
  const Sha256::Digest digest = hash.digest();
  PointKey key{};
  std::copy_n(digest.begin(), key.size(), key.begin());
  return key;
}

}  // namespace vqlab
