#pragma once
// Standard output and what is known of the terminal. Only apps/ prints.

#include <string_view>

namespace relayburn {

// Thrown when nobody reads our output any more: the program ends quietly.
struct ClosedPipe {};

// Writes all bytes; throws Error{Internal} where that fails (a full disk), ClosedPipe on a
// closed pipe.
void print(std::string_view text);
// The same for a command whose answer is in its exit code: nobody may read the text, the code
// stays.
int print_and_return(std::string_view text, int code);
// To stderr; failures are nobody's concern.
void print_error(std::string_view text);

bool is_terminal(int fd);
// Columns of the terminal behind stderr; 80 where that is unknown.
int terminal_width();

}  // namespace relayburn
