#include "models/base/contract.hpp"

#include <cstdio>
#include <cstdlib>
#include <exception>

namespace vqlab {

void contract_broken(const std::string& who, const std::string& what) noexcept {
  std::fflush(nullptr);
  std::fprintf(stderr, "vqlab: %s breaks its contract: %s\n", who.c_str(), what.c_str());
  std::_Exit(1);
}

void thrown_by_plug_in() noexcept {
  std::string what = "nothing that is simulated throws, and it has thrown";
  try {
    throw;
  } catch (const std::exception& error) {
    what += std::string(": ") + error.what();
  } catch (...) {
  }
  contract_broken("a plug-in of the simulation", what);
}

}  // namespace vqlab
