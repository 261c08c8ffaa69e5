#include "framework/support/violation.h"

#include "executive/kernel.h"
#include "framework/driver/globals.h"

#include <cstdarg>
#include <cstdio>
#include <cstring>

namespace openkmdf::framework {

void violation(const Globals *globals, std::uint32_t code, std::uint64_t p2, std::uint64_t p3,
               const char *format, ...)
{
    executive::Kernel &kernel = executive::kernel();
    char message[sizeof(kernel.bugcheck.message)];
    va_list arguments;
    va_start(arguments, format);
    std::vsnprintf(message, sizeof message, format, arguments);
    va_end(arguments);
    if (globals) std::memcpy(kernel.bugcheck.driver, globals->name, sizeof kernel.bugcheck.driver);
    kernel.stop(WDF_VIOLATION, code, p2, p3, 0, message);
}

}  // namespace openkmdf::framework
