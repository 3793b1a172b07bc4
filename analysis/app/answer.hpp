// What the program says beside the text of its tables: with --json one document that is the same for all verbs, with -v
// what it does, with -q nothing but results and faults.
//
// A verb prints its text as if there were no --json, and gives here what the text is made of. With --json standard
// output takes the document alone, and the text goes nowhere.
#pragma once

#include <filesystem>
#include <functional>
#include <nlohmann/json.hpp>
#include <string>
#include <string_view>

namespace vqlab {

using AnswerJson = nlohmann::ordered_json;

// Options of every verb.
struct HowMuchIsSaid {
  bool json = false;
  bool quiet = false;
  bool verbose = false;
};
[[nodiscard]] HowMuchIsSaid& how_much_is_said();
[[nodiscard]] inline bool answers_json() { return how_much_is_said().json; }
[[nodiscard]] inline bool is_quiet() { return how_much_is_said().quiet; }

// Gives one member of the verb's answer. `make` is called with --json alone.
void answer(const std::string& member, const std::function<AnswerJson()>& make);
// Adds one to a member that is a list.
void answer_more(const std::string& member, const std::function<AnswerJson()>& make);
// The same for an answer that is not an object of members, or is there as a whole.
void answer_whole(const std::function<AnswerJson()>& make);
// A file that was written.
void answer_file(const std::filesystem::path& file);
// What goes on after an interrupt.
void answer_resume(const std::string& command);

// What is wrong, for programs. `kind`: "syntax", "schema", "meaning" or "effect" of an input; "refused" for what cannot
// be begun; "failed" for what was run, or could not be written. `place` is within the file, or what was run.
[[nodiscard]] AnswerJson fault_json(std::string_view kind, const std::string& file, const std::string& place,
                                    const std::string& found, const std::string& accepted, const std::string& nearest);
void answer_fault(AnswerJson fault);
// The same of a line of text in the form of faults, "PLACE: found F; accepted: A"; another line is all found.
[[nodiscard]] AnswerJson fault_of_line(std::string_view kind, std::string line);

// Prints "vqlab: WHAT" to standard error: something that was run has failed.
void say_failure(const std::string& what);
// Prints a line to standard error, unless -q was given.
void say_note(const std::string& what);
// Prints "vqlab: WHAT" to standard error if -v was given.
void say_detail(const std::string& what);

// The answer of one verb, from its construction on. The first one takes standard output if how_much_is_said().json is
// set; one within it is that of a verb that is made of others.
class AnswerOfVerb {
 public:
  AnswerOfVerb();
  ~AnswerOfVerb();
  AnswerOfVerb(const AnswerOfVerb&) = delete;
  AnswerOfVerb& operator=(const AnswerOfVerb&) = delete;

  // Writes the document to what was standard output, or gives it to the verb that this one is a part of. False, with
  // errno, if it cannot be written.
  [[nodiscard]] bool give(const std::string& verb, int exit_code);
};

// Standard output as it was, for another program that takes this one's place and gives an answer itself.
void give_back_standard_output();

// Takes what a program that was started has answered: members `answer`, `files`, `faults` and `notes`.
void take_answer(const std::string& text);

}  // namespace vqlab
