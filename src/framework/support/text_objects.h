#pragma once

#include "framework/object/object.h"

#include <ntddk.h>
#include <wdf.h>

// WDFSTRING and WDFCOLLECTION.

namespace openkmdf::framework {

struct String : Object {
    static const TypeInfo kInfo;
    UNICODE_STRING text = {};  // owned

    // Takes a copy in place of its text. STATUS_INSUFFICIENT_RESOURCES: the text stays.
    NTSTATUS assign(const UNICODE_STRING &from);
};

struct CollectionEntry {
    CollectionEntry *next = nullptr;
    Object *object = nullptr;  // referenced
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
