#pragma once

#include "framework/object/object.h"

#include <ntddk.h>
#include <wdf.h>

// WDFSPINLOCK and WDFWAITLOCK.

namespace openkmdf::framework {

struct SpinLock : Object {
    static const TypeInfo kInfo;
    KSPIN_LOCK lock = 0;
    KIRQL irql = PASSIVE_LEVEL;            // holder only
    scheduler::Activity *owner = nullptr;  // atomic
    bool of_interrupt = false;             // given to WDF_INTERRUPT_CONFIG
};

struct WaitLock : Object {
    static const TypeInfo kInfo;
    struct State {
        KEVENT free;                           // synchronization event, set while nobody holds it
        scheduler::Activity *owner = nullptr;  // atomic
    };
    State state;
};

}  // namespace openkmdf::framework
