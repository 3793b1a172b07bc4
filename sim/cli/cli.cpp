#include "sim/cli/cli.hpp"

#include <exception>
#include <iostream>
#include <string>

#include "build_info.hpp"
#include "sim/cli/verbs.hpp"

namespace vqlab {
namespace {

constexpr const char* kFooter = R"(
Examples:
  vqlab run scenarios/studies/multiqueue_2012.json
  vqlab run scenarios/tutorial/01_one_target.json --set guest.vcpus=8 --out /tmp/eight
  vqlab check scenarios/studies/*.json
  vqlab calibrate scenarios/studies/multiqueue_2012.json --held-out-fits
  vqlab order target_sticky --vcpus 2 --queues 2 --requests 4
  vqlab compare scenarios/studies/multiqueue_2012.json --policy single_queue,per_vcpu
  vqlab claims
  vqlab explain results/multiqueue_2012
  vqlab ablate scenarios/studies/multiqueue_2012.json --only resources
  vqlab predict scenarios/studies/multiqueue_2012.json
  vqlab list policies
  vqlab ring replay tests/golden/linux/*.json.gz
  vqlab VERB --help

Exit codes: 0 done; 1 something that was run failed; 2 the input is wrong and nothing was written;
130 interrupted, finished points are on disk.)";

std::string version_text() {
  std::string text = "vqlab ";
  text.append(build_version()).append("\ncommit ").append(build_commit());
  text.append("\nbuilt with ").append(build_compiler()).append(", ").append(build_type());
  return text.append(", SimGrid ").append(build_simgrid_version());
}

}  // namespace

int run_command_line(int argc, char** argv) {
  CLI::App app{"vqlab simulates multiqueue virtio-scsi: guest, ring, steering and host of the December 2012 series.",
               "vqlab"};
  int code = kExitGood;
  app.set_version_flag("--version", version_text());
  app.require_subcommand(1);
  app.footer(kFooter);
  add_run_verb(app, code);
  add_calibrate_verb(app, code);
  add_compare_verb(app, code);
  add_claims_verb(app, code);
  add_explain_verb(app, code);
  add_ablate_verb(app, code);
  add_predict_verb(app, code);
  add_check_verb(app, code);
  add_list_verb(app, code);
  add_plot_verb(app, code);
  add_schema_verb(app, code);
  add_ring_verb(app, code);
  add_order_verb(app, code);
  add_new_policy_verb(app, code);
  try {
    app.parse(argc, argv);
  } catch (const CLI::ParseError& error) {
    const bool asked = error.get_exit_code() == 0;  // --help, --version
    app.exit(error);
    return asked ? kExitGood : kExitBadInput;
  } catch (const std::exception& error) {
    std::cerr << "vqlab: " << error.what() << "\n";
    return kExitFailed;
  }
  return code;
}

}  // namespace vqlab
