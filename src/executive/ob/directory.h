#pragma once

#include "executive/ob/object.h"

namespace openkmdf::executive::ob {

// Body of a directory object. All of it is guarded by the name space's lock.
struct Directory {
    static constexpr unsigned kBuckets = 64;

    ObjectName *buckets[kBuckets];
    ObjectName *first;
    ObjectName *last;
    std::uint32_t count;

    ObjectName *find(std::u16string_view name, bool ignore_case);
    void add(ObjectName *name);
    void remove(ObjectName *name);
};

// Body of a symbolic link object.
struct SymbolicLink {
    UNICODE_STRING target;  // allocated with the body
    LARGE_INTEGER created;
};

inline std::u16string_view view(const UNICODE_STRING &text)
{
    return {text.Buffer, text.Length / sizeof(WCHAR)};
}

}  // namespace openkmdf::executive::ob
