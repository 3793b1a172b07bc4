#include "analysis/app/answer.hpp"

#include <cerrno>
#include <cstdio>
#include <fcntl.h>
#include <fmt/format.h>
#include <iostream>
#include <unistd.h>
#include <utility>
#include <vector>

#include "build_info.hpp"

namespace vqlab {
namespace {

struct PartialAnswer {
  AnswerJson answer;  // null: none
  AnswerJson faults = AnswerJson::array();
  AnswerJson notes = AnswerJson::array();
  AnswerJson files = AnswerJson::array();
  std::string resume;
};

// Of the verb, and of those that it calls.
std::vector<PartialAnswer>& answers_under_way() {
  static std::vector<PartialAnswer> all;
  return all;
}

int answer_descriptor = -1;  // what was standard output; negative: it still is, or there was none
bool given_back = false;     // to somebody else: this program has no answer

// Where nobody asks for JSON, none is made.
PartialAnswer* wanted_answer() {
  return answers_json() && !answers_under_way().empty() ? &answers_under_way().back() : nullptr;
}

bool write_answer(std::string_view text) {
  while (!text.empty()) {
    const ssize_t count = ::write(answer_descriptor, text.data(), text.size());
    if (count < 0 && errno == EINTR) continue;
    if (count <= 0) return false;
    text.remove_prefix(static_cast<std::size_t>(count));
  }
  return true;
}

void append_all(AnswerJson& to, const AnswerJson& from) {
  for (const AnswerJson& one : from) to.push_back(one);
}

}  // namespace

HowMuchIsSaid& how_much_is_said() {
  static HowMuchIsSaid how;
  return how;
}

void answer(const std::string& member, const std::function<AnswerJson()>& make) {
  if (PartialAnswer* const here = wanted_answer()) here->answer[member] = make();
}

void answer_more(const std::string& member, const std::function<AnswerJson()>& make) {
  if (PartialAnswer* const here = wanted_answer()) here->answer[member].push_back(make());
}

void answer_whole(const std::function<AnswerJson()>& make) {
  if (PartialAnswer* const here = wanted_answer()) here->answer = make();
}

void answer_file(const std::filesystem::path& file) {
  PartialAnswer* const here = wanted_answer();
  if (here == nullptr) return;
  for (const AnswerJson& known : here->files)
    if (known == file.string()) return;  // written again
  here->files.push_back(file.string());
}

void answer_resume(const std::string& command) {
  if (PartialAnswer* const here = wanted_answer()) here->resume = command;
}

AnswerJson fault_json(std::string_view kind, const std::string& file, const std::string& place,
                      const std::string& found, const std::string& accepted, const std::string& nearest) {
  AnswerJson one;
  one["kind"] = kind;
  one["file"] = file;
  one["path"] = place;
  one["found"] = found;
  one["accepted"] = accepted;
  if (!nearest.empty()) one["nearest"] = nearest;
  return one;
}

void answer_fault(AnswerJson fault) {
  if (PartialAnswer* const here = wanted_answer()) here->faults.push_back(std::move(fault));
}

AnswerJson fault_of_line(std::string_view kind, std::string line) {
  constexpr std::string_view kProgram = "vqlab: ";
  constexpr std::string_view kFound = ": found ";
  if (line.rfind(kProgram, 0) == 0) line.erase(0, kProgram.size());
  const std::size_t found = line.find(kFound);
  if (found == std::string::npos) return fault_json(kind, "", "", line, "", "");
  std::string what = line.substr(found + kFound.size());
  std::string accepted;
  for (const std::string_view before : {"; accepted: ", ", accepted: "}) {
    const std::size_t at = what.find(before);
    if (at == std::string::npos) continue;
    accepted = what.substr(at + before.size());
    what.erase(at);
    break;
  }
  return fault_json(kind, "", line.substr(0, found), what, accepted, "");
}

void say_failure(const std::string& what) {
  fmt::print(stderr, "vqlab: {}\n", what);
  answer_fault(fault_json("failed", "", "", what, "", ""));
}

void say_note(const std::string& what) {
  if (!is_quiet()) fmt::print(stderr, "{}\n", what);
  if (PartialAnswer* const here = wanted_answer()) here->notes.push_back(what);
}

void say_detail(const std::string& what) {
  if (how_much_is_said().verbose) fmt::print(stderr, "vqlab: {}\n", what);
}

AnswerOfVerb::AnswerOfVerb() {
  answers_under_way().emplace_back();
  if (!answers_json() || answers_under_way().size() > 1) return;
  given_back = false;
  std::cout.flush();
  std::fflush(stdout);
  answer_descriptor = fcntl(STDOUT_FILENO, F_DUPFD_CLOEXEC, STDERR_FILENO + 1);
  const int nowhere = open("/dev/null", O_WRONLY | O_CLOEXEC);
  if (nowhere < 0 || nowhere == STDOUT_FILENO) return;
  dup2(nowhere, STDOUT_FILENO);
  close(nowhere);
}

AnswerOfVerb::~AnswerOfVerb() {
  answers_under_way().pop_back();
  if (answers_under_way().empty()) give_back_standard_output();
}

bool AnswerOfVerb::give(const std::string& verb, int exit_code) {
  if (!answers_json() || given_back) return true;
  const PartialAnswer here = std::move(answers_under_way().back());
  if (answers_under_way().size() > 1) {
    PartialAnswer& whole = answers_under_way()[answers_under_way().size() - 2];
    whole.answer[verb] = here.answer;
    append_all(whole.faults, here.faults);
    append_all(whole.notes, here.notes);
    append_all(whole.files, here.files);
    if (!here.resume.empty()) whole.resume = here.resume;
    return true;
  }
  AnswerJson document;
  document["vqlab"] = build_version();
  document["verb"] = verb;
  document["exit_code"] = exit_code;
  document["faults"] = here.faults;
  document["notes"] = here.notes;
  document["files"] = here.files;
  if (!here.resume.empty()) document["resume"] = here.resume;
  document["answer"] = here.answer;
  // Names of files may be of bytes that are no text.
  return write_answer(document.dump(2, ' ', false, AnswerJson::error_handler_t::replace) + "\n");
}

void give_back_standard_output() {
  given_back = true;
  if (answer_descriptor < 0) return;
  std::cout.flush();
  std::fflush(stdout);
  dup2(answer_descriptor, STDOUT_FILENO);
  close(answer_descriptor);
  answer_descriptor = -1;
}

void take_answer(const std::string& text) {
  PartialAnswer* const here = wanted_answer();
  const AnswerJson given = AnswerJson::parse(text, nullptr, false);
  if (here == nullptr || !given.is_object()) return;
  append_all(here->faults, given.value("faults", AnswerJson::array()));
  append_all(here->notes, given.value("notes", AnswerJson::array()));
  for (const AnswerJson& file : given.value("files", AnswerJson::array())) answer_file(file.get<std::string>());
  const AnswerJson members = given.value("answer", AnswerJson::object());
  for (const auto& [member, value] : members.items()) here->answer[member] = value;
}

}  // namespace vqlab
