#include "models/backend/backend.hpp"
#include "models/base/units.hpp"

namespace vqlab {
namespace {

const BackendRegistration registered{
    "page_cache",
    {"Every block is in the host's page cache (tmpfs): the worker copies it to or from guest memory.",
     page_cache_work}};

}  // namespace
}  // namespace vqlab
