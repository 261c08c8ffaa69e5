// Placement new. A driver defines the other forms itself, over its pool.
#pragma once

#include <stddef.h>

#if defined(__cplusplus)
namespace std {
struct nothrow_t {
    explicit nothrow_t() = default;
};
}  // namespace std

#if !defined(__PLACEMENT_NEW_INLINE)
#define __PLACEMENT_NEW_INLINE
inline void *operator new(size_t, void *place) noexcept
{
    return place;
}

inline void operator delete(void *, void *) noexcept {}
#endif
#if !defined(__PLACEMENT_VEC_NEW_INLINE)
#define __PLACEMENT_VEC_NEW_INLINE
inline void *operator new[](size_t, void *place) noexcept
{
    return place;
}

inline void operator delete[](void *, void *) noexcept {}
#endif
#endif
