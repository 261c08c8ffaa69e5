#pragma once

#include <string_view>

// Ctrl-C and its kin: the process ends at once with a sentence, and what it made on the way is
// removed. A driver may be in an endless loop then, so all of it happens in the signal handler.

namespace openkmdf::cli {

void install_interrupt_handlers();
// Who says the sentence.
void set_interrupted_command(std::string_view name);

}  // namespace openkmdf::cli
