#include "executive/exceptions.h"

namespace openkmdf::executive {

extern "C" {

[[gnu::noinline]] VOID NTAPI ExRaiseStatus(NTSTATUS Status)
{
    raise_status(Status, "ExRaiseStatus",
                 "the status that it was called with, or that the system "
                 "routine which raises it documents");
}

[[gnu::noinline]] VOID NTAPI ExRaiseAccessViolation(VOID)
{
    raise_status(STATUS_ACCESS_VIOLATION, "ExRaiseAccessViolation", "an access violation");
}

[[gnu::noinline]] VOID NTAPI ExRaiseDatatypeMisalignment(VOID)
{
    raise_status(STATUS_DATATYPE_MISALIGNMENT, "ExRaiseDatatypeMisalignment",
                 "a misaligned data type");
}

}  // extern "C"

}  // namespace openkmdf::executive
