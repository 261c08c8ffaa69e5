#include "executive/exceptions.h"
#include "executive/mm/mm_state.h"

// ProbeForRead and ProbeForWrite: is it user memory, aligned, and for writing really there.

namespace openkmdf::executive {
namespace {

void probe(const char *function, const volatile void *address, SIZE_T length, ULONG alignment,
           bool write)
{
    if (!length) return;
    if (alignment && (number_of(address) & (alignment - 1)))
        raise_status(STATUS_DATATYPE_MISALIGNMENT, function,
                     "the address is not aligned as the call demands", address);
    if (!mm::is_user_range(address, length))
        raise_status(STATUS_ACCESS_VIOLATION, function, "the range is not user memory", address);
    if (write && !mm::is_accessible(address, length, true))
        raise_status(STATUS_ACCESS_VIOLATION, function, "the range is not writable", address);
}

}  // namespace

extern "C" {

VOID NTAPI ProbeForRead(const volatile VOID *Address, SIZE_T Length, ULONG Alignment)
{
    probe("ProbeForRead", Address, Length, Alignment, false);
}

VOID NTAPI ProbeForWrite(volatile VOID *Address, SIZE_T Length, ULONG Alignment)
{
    probe("ProbeForWrite", Address, Length, Alignment, true);
}

}  // extern "C"

}  // namespace openkmdf::executive
