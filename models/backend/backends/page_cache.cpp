#include "models/backend/backend.hpp"
#include "models/base/units.hpp"

namespace vqlab {
namespace {

const BackendRegistration registered{
    "page_cache",
    {"Every block is in the host's page cache (tmpfs): the worker copies it to or from guest memory.",
     [](std::uint64_t bytes) {
       return BackendWork{pages(bytes), bytes};
     }}};

}  // namespace
}  // namespace vqlab
