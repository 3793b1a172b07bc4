#include "analysis/app/command_line.hpp"

int main(int argc, char** argv) { return vqlab::run_command_line(argc, argv); }
