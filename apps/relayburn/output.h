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
// Columns and rows of the terminal behind `fd`; 0 where there is none.
struct TerminalSize {
  int columns = 0;
  int rows = 0;
};
TerminalSize terminal_size(int fd);
// Whether colour and a progress bar are welcome there: a terminal that is not dumb, no NO_COLOR.
bool takes_colour(int fd);

}  // namespace relayburn
