#include "analysis/ring/replay/gunzip.hpp"

#include <algorithm>
#include <array>
#include <limits>
#include <zlib.h>

#include "models/base/ensure.hpp"

namespace vqlab {

bool is_gzip(std::string_view bytes) noexcept { return bytes.substr(0, 2) == "\x1f\x8b"; }

Unpacked gunzip(std::string_view bytes, std::size_t limit) {
  constexpr int kGzipOnly = 16 + MAX_WBITS;
  z_stream stream{};
  ensure(inflateInit2(&stream, kGzipOnly) == Z_OK, "zlib has memory to start with");
  bool whole = false;
  std::string text;
  std::array<char, 65536> piece{};
  Unpacked result;
  while (result.fault.empty() && !whole) {
    const auto in = static_cast<uInt>(std::min<std::size_t>(bytes.size(), std::numeric_limits<uInt>::max()));
    stream.next_in = reinterpret_cast<Bytef*>(const_cast<char*>(bytes.data()));  // zlib only reads it
    stream.avail_in = in;
    stream.next_out = reinterpret_cast<Bytef*>(piece.data());
    stream.avail_out = static_cast<uInt>(piece.size());
    const int status = inflate(&stream, Z_NO_FLUSH);
    bytes.remove_prefix(in - stream.avail_in);
    text.append(piece.data(), piece.size() - stream.avail_out);
    if (text.size() > limit)
      result.fault = "gzip that holds more than " + std::to_string(limit) + " bytes";
    else if (status == Z_STREAM_END && !bytes.empty())
      inflateReset(&stream);
    else if (status == Z_STREAM_END)
      whole = true;
    else if (status == Z_BUF_ERROR)
      result.fault = "gzip that is cut short";
    else if (status != Z_OK)
      result.fault = std::string("damaged gzip: ").append(stream.msg != nullptr ? stream.msg : zError(status));
  }
  inflateEnd(&stream);
  if (whole) result.text = std::move(text);
  return result;
}

}  // namespace vqlab
