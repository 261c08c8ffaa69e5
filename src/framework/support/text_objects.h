#pragma once

#include "framework/object/object.h"

#include <ntddk.h>
#include <wdf.h>

// WDFSTRING and WDFCOLLECTION.

namespace openkmdf::framework {

struct String : Object {
    static const TypeInfo kInfo;
    UNICODE_STRING text = {};   // owned
};

struct CollectionEntry {
    CollectionEntry *next = nullptr;
    Object *object = nullptr;   // referenced
};

struct Collection : Object {
    static const TypeInfo kInfo;
    // The driver serialises its use; the lock only keeps our list whole.
    scheduler::InternalLock lock;
    CollectionEntry *first = nullptr;
    CollectionEntry *last = nullptr;
    ULONG count = 0;
};

}  // namespace openkmdf::framework
