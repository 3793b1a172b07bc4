#include "analysis/ring/ring.hpp"

#include "analysis/app/verb.hpp"

namespace vqlab {

namespace {

void add_ring_verb(CLI::App& app, int& code) {
  CLI::App* verb = app.add_subcommand("ring", "Hold our rings against implementations that others wrote.");
  verb->require_subcommand(1);
  verb->footer(
      "\nExamples:\n"
      "  vqlab ring replay tests/golden/linux/*.json.gz\n"
      "  vqlab ring qemu\n"
      "  vqlab ring replay --help");
  add_ring_replay(*verb, code);
  add_ring_qemu(*verb, code);
}

const VerbRegistration ring_verb{"ring", {VerbGroup::kProve, add_ring_verb}};

}  // namespace
}  // namespace vqlab
