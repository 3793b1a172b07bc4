// What becomes of an option of fio, QEMU or libvirt here.
#pragma once

namespace vqlab {

enum class OptionClass {
  kModelled,      // stands in the scenario and means the same
  kHarmless,      // does not change timing here
  kApproximated,  // stands in the scenario as something near to it
  kRefused,       // is not modelled, and would change results
};

}  // namespace vqlab
