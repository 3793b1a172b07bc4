#include "models/backend/backend.hpp"

namespace vqlab {
namespace {

const BackendRegistration registered{"null", {"No data is moved: what is left is the path itself.", [](std::uint64_t) {
                                                return BackendWork{0, 0};
                                              }}};

}  // namespace
}  // namespace vqlab
