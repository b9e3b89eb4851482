# Writes OUTPUT, a C++ file that holds the bytes of INPUT. Run as
#   cmake -DINPUT=models.json -DOUTPUT=embedded_prices.cc -P embed_prices.cmake
# Every byte is written as an escape: no quote, bracket, semicolon, raw-string delimiter or piece of
# a UTF-8 sequence in the data can then mean anything to CMake or to the compiler.

foreach(argument INPUT OUTPUT)
  if(NOT DEFINED ${argument})
    message(FATAL_ERROR "embed_prices.cmake: -D${argument}=FILE is missing")
  endif()
endforeach()

file(READ "${INPUT}" rest HEX)
string(LENGTH "${rest}" rest_length)
if(rest_length EQUAL 0)
  message(FATAL_ERROR "embed_prices.cmake: ${INPUT} is empty")
endif()

set(line_length 32)  # hex digits
set(bytes "")
set(begin 0)
while(begin LESS rest_length)
  string(SUBSTRING "${rest}" ${begin} ${line_length} line)
  string(REGEX REPLACE "(..)" "'\\\\x\\1', " line "${line}")
  string(APPEND bytes "    ${line}\n")
  math(EXPR begin "${begin} + ${line_length}")
endwhile()

get_filename_component(input_name "${INPUT}" NAME)
file(WRITE "${OUTPUT}"
"// Made from ${input_name} by embed_prices.cmake; do not edit.
#include <string_view>

namespace relayburn {
namespace {
// An array, because a compiler need not take a literal of more than 65536 bytes.
constexpr char kBytes[] = {
${bytes}};
}  // namespace

extern const std::string_view kEmbeddedPrices;
constinit const std::string_view kEmbeddedPrices(kBytes, sizeof(kBytes));
}  // namespace relayburn
")
