// Changes a testbed by what its parameter tables say of their rows.
#pragma once

#include <functional>

#include "models/testbed/testbed.hpp"

namespace vqlab {

// Of the tables that describe a machine (all but jobs, tenant, hotplug and the switches of mechanisms) and those of
// registered parts: each row that `concerned` picks gets the value that `changed` makes of its own.
void change_rows(Testbed& testbed, const std::function<bool(const Param&)>& concerned,
                 const std::function<ParamValue(const Param&, const ParamValue&)>& changed);

}  // namespace vqlab
