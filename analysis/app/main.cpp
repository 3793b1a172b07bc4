#include "analysis/app/command_line.hpp"
#include "analysis/app/descriptors.hpp"

int main(int argc, char** argv) {
  vqlab::settle_descriptors();
  return vqlab::run_command_line(argc, argv);
}
