#pragma once

#include <type_traits>

// Atomic access to a plain enumeration: Clang's builtins take integers and pointers only. The
// memory orders are those of the builtins (__ATOMIC_ACQUIRE, ...).

namespace openkmdf::base {

template <class Enum>
using Underlying = std::underlying_type_t<Enum>;

template <class Enum>
Enum load_enum(const Enum &value, int order)
{
    return static_cast<Enum>(
        __atomic_load_n(reinterpret_cast<const Underlying<Enum> *>(&value), order));
}

template <class Enum>
void store_enum(Enum &value, Enum wanted, int order)
{
    __atomic_store_n(reinterpret_cast<Underlying<Enum> *>(&value),
                     static_cast<Underlying<Enum>>(wanted), order);
}

// True: it was `from` and is `to` now.
template <class Enum>
bool exchange_enum(Enum &value, Enum from, Enum to)
{
    auto expected = static_cast<Underlying<Enum>>(from);
    return __atomic_compare_exchange_n(reinterpret_cast<Underlying<Enum> *>(&value), &expected,
                                       static_cast<Underlying<Enum>>(to), false, __ATOMIC_ACQ_REL,
                                       __ATOMIC_RELAXED);
}

}  // namespace openkmdf::base
