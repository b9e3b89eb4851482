#include "core/report/render/html/markup.h"

#include <array>
#include <cstdio>

#include "core/base/sha256.h"
#include "core/base/terminal_text.h"

namespace relayburn {
namespace {

std::string base64(const Digest& bytes) {
  constexpr std::string_view kDigits =
      "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
  std::string text;
  for (size_t i = 0; i < bytes.size(); i += 3) {
    const auto at = [&](size_t k) { return k < bytes.size() ? uint32_t{bytes[k]} : 0U; };
    const uint32_t bits = at(i) << 16 | at(i + 1) << 8 | at(i + 2);
    for (const unsigned shift : {18U, 12U, 6U, 0U}) text += kDigits[bits >> shift & 63];
  }
  const size_t unused = (3 - bytes.size() % 3) % 3;
  return text.replace(text.size() - unused, unused, unused, '=');
}

}  // namespace

std::string escaped(std::string_view text) {
  std::string out;
  for (const char c : printable(text)) {
    switch (c) {
      case '&':
        out += "&amp;";
        break;
      case '<':
        out += "&lt;";
        break;
      case '>':
        out += "&gt;";
        break;
      case '"':
        out += "&quot;";
        break;
      case '\'':
        out += "&#39;";
        break;
      default:
        out += c;
    }
  }
  return out;
}

std::string decimal(double value) {
  std::array<char, 64> text;
  std::snprintf(text.data(), text.size(), "%.3f", value);
  std::string out = text.data();
  out.erase(out.find_last_not_of('0') + 1);
  if (out.back() == '.') out.pop_back();
  return out;
}

std::string percentage(double share) { return decimal(share * 100) + "%"; }

std::string content_hash(std::string_view text) {
  Sha256 sha256;
  sha256.update(text);
  return "'sha256-" + base64(sha256.finish()) + "'";
}

}  // namespace relayburn
