#pragma once

#include <wdm.h>

namespace openkmdf::executive {

// IRP::Cancel, which another thread may set at any moment.
inline bool cancel_requested(const IRP *irp)
{
    return __atomic_load_n(&irp->Cancel, __ATOMIC_ACQUIRE) != FALSE;
}

inline void request_cancel(IRP *irp)
{
    __atomic_store_n(&irp->Cancel, BOOLEAN{TRUE}, __ATOMIC_RELEASE);
}

}  // namespace openkmdf::executive
