#include "framework/support/strings.h"

#include <cstring>

namespace openkmdf::framework {

bool is_valid(const UNICODE_STRING &string)
{
    return string.Length % sizeof(WCHAR) == 0 && string.Length <= string.MaximumLength &&
           (string.Buffer || !string.Length);
}

bool copy_string(scheduler::Arena &arena, const UNICODE_STRING &from, UNICODE_STRING &to)
{
    const std::size_t bytes = from.Length + sizeof(WCHAR);
    auto *buffer = arena.allocation_fails() ? nullptr : static_cast<WCHAR *>(arena.allocate(bytes));
    if (!buffer) return false;
    if (from.Length) std::memcpy(buffer, from.Buffer, from.Length);
    buffer[from.Length / sizeof(WCHAR)] = 0;
    to.Buffer = buffer;
    to.Length = from.Length;
    to.MaximumLength = static_cast<USHORT>(bytes);
    return true;
}

void free_string(scheduler::Arena &arena, UNICODE_STRING &string)
{
    if (string.Buffer) arena.deallocate(string.Buffer, string.MaximumLength);
    string = {};
}

}  // namespace openkmdf::framework
