#include "analysis/runs/write_file.hpp"

#include <cerrno>
#include <fstream>
#include <system_error>

namespace vqlab {

void write_atomically(const std::filesystem::path& file, std::string_view text) {
  // Beside the file: a rename is one step only inside one file system.
  std::filesystem::path draft = file;
  draft += ".draft";
  std::ofstream out(draft, std::ios::binary | std::ios::trunc);
  out << text;
  out.close();
  if (!out)
    throw std::filesystem::filesystem_error("cannot write", draft, std::error_code(errno, std::generic_category()));
  std::filesystem::rename(draft, file);
}

}  // namespace vqlab
