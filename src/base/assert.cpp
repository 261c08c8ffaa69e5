#include "base/assert.h"

#include <unistd.h>

#include <cstdio>
#include <cstdlib>

namespace openkmdf::base {

void assertion_failed(const char *expression, const char *file, int line,
                      const char *message) noexcept
{
    // May run on a kernel stack of a few pages with locks held: no heap, no stdio stream.
    char text[1024];
    const char *separator = message[0] == '\0' ? "" : ": ";
    int length = std::snprintf(text, sizeof text,
                               "%s:%d: assertion failed: %s%s%s\n"
                               "This is a fault in OpenKMDF itself, not in the driver.\n",
                               file, line, expression, separator, message);
    if (length > static_cast<int>(sizeof text) - 1) {
        length = sizeof text - 1;
    }
    [[maybe_unused]] ssize_t written = write(STDERR_FILENO, text, static_cast<size_t>(length));
    std::abort();
}

}  // namespace openkmdf::base
