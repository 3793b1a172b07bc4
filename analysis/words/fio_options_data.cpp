// What is written: checks and contents. From fio 3.33's own list of options.
#include "analysis/words/fio_options.hpp"

namespace vqlab {

std::vector<FioOption> fio_options_of_data() {
  return fio_rows({
      fio_approximated("checksums cost nothing, and nothing is read back",
                       {fio_choice("verify",
                                   "0,md5,crc64,crc32,crc32c-intel,crc32c,crc16,crc7,sha1,sha256,sha512,sha3-224,sha3-"
                                   "256,sha3-384,sha3-512,xxhash,meta,pattern,null")
                            .unless("0")}),
      fio_harmless("nothing is read back", {fio_boolean("do_verify"), fio_boolean("trim_verify_zero")}),
      fio_refused("a job that reads back what an earlier one wrote; nearest: rw=read",
                  {fio_flag("verify_only").unless("0")}),
      fio_harmless("verify alone reads it, and nothing is read back",
                   {fio_number("verify_interval").from(80), fio_number("verify_offset").from(40),
                    fio_free_text("verify_pattern"), fio_boolean("verify_fatal"), fio_boolean("verify_dump"),
                    fio_number("verify_async"), fio_free_text("verify_async_cpus"), fio_boolean("verify_state_load"),
                    fio_boolean("verify_state_save"), fio_boolean("experimental_verify")}),
      fio_refused("reads among the writes; nearest: rw=rw", {fio_number("verify_backlog").unless("0")}),
      fio_harmless("verify_backlog alone reads it, which is not modelled", {fio_number("verify_backlog_batch")}),
      fio_refused("trims among the writes; nearest: a job with rw=randtrim beside it",
                  {fio_number("trim_percentage").within(0, 100).unless("0")}),
      fio_harmless("trim_percentage alone reads it, which is not modelled",
                   {fio_number("trim_backlog"), fio_number("trim_backlog_batch")}),
      fio_approximated("filling buffers costs nothing", {fio_flag("refill_buffers").unless("0")}),
      fio_harmless("what is written makes no difference",
                   {fio_flag("zero_buffers"), fio_boolean("scramble_buffers"), fio_free_text("buffer_pattern"),
                    fio_number("buffer_compress_percentage").within(0, 100), fio_number("buffer_compress_chunk"),
                    fio_number("dedupe_percentage").within(0, 100), fio_choice("dedupe_mode", "repeat,working_set"),
                    fio_number("dedupe_working_set_percentage").within(0, 100), fio_boolean("dedupe_global")}),
  });
}

}  // namespace vqlab
