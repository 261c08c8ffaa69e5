#pragma once

#include <ntddk.h>
#include <wdf.h>
#include <wdfldr.h>
#include <wdfminiport.h>
#include <wdfusb.h>

// The framework's functions as a driver sees them, for a driver that is part of the test program:
// each goes through the table that the driver was bound to.

namespace openkmdf::test {

// What a module's entry stub keeps. One driver of a test program is bound at a time.
struct Binding {
    const WDFFUNC *table = nullptr;
    PWDF_DRIVER_GLOBALS globals = nullptr;
};
inline Binding binding;

template <class Function>
struct Ddi;

template <class R, class... Arguments>
struct Ddi<R(NTAPI *)(PWDF_DRIVER_GLOBALS, Arguments...)> {
    using Type = R(NTAPI *)(PWDF_DRIVER_GLOBALS, Arguments...);
    unsigned index;
    R operator()(Arguments... arguments) const
    {
        return reinterpret_cast<Type>(reinterpret_cast<void *>(binding.table[index]))(
            binding.globals, arguments...);
    }
};

#define WDF_SIGNATURE(name, type, parameters) inline constexpr Ddi<type> name{name##TableIndex};
#include "framework/api/signatures.table"
#undef WDF_SIGNATURE

// A lambda as a callback of the type that a configuration structure wants. The lambda must outlive
// its use; one lambda expression is one callback at a time.
template <class Lambda, class Function>
struct Trampoline;

template <class Lambda, class R, class... Arguments>
struct Trampoline<Lambda, R(NTAPI *)(Arguments...)> {
    static inline Lambda *target = nullptr;
    static R NTAPI call(Arguments... arguments) { return (*target)(arguments...); }
};

// Not inlined: compilers see a local variable's address that outlives it.
template <class Function, class Lambda>
[[gnu::noinline]] Function callback(Lambda &lambda)
{
    Trampoline<Lambda, Function>::target = &lambda;
    return &Trampoline<Lambda, Function>::call;
}

// WDF_DECLARE_CONTEXT_TYPE without the macros of driver code.
template <class T>
struct ContextType {
    static const WDF_OBJECT_CONTEXT_TYPE_INFO info;
};
template <class T>
const WDF_OBJECT_CONTEXT_TYPE_INFO ContextType<T>::info = {sizeof(WDF_OBJECT_CONTEXT_TYPE_INFO),
                                                           "test context", sizeof(T),
                                                           &ContextType<T>::info, nullptr};

template <class T>
T *context_of(WDFOBJECT object)
{
    return static_cast<T *>(WdfObjectGetTypedContextWorker(object, &ContextType<T>::info));
}

// WDF_OBJECT_ATTRIBUTES as its INIT function leaves it, with a parent if there is one.
inline WDF_OBJECT_ATTRIBUTES attributes_with(WDFOBJECT parent = nullptr)
{
    WDF_OBJECT_ATTRIBUTES attributes;
    WDF_OBJECT_ATTRIBUTES_INIT(&attributes);
    attributes.ParentObject = parent;
    return attributes;
}

template <class Context>
WDF_OBJECT_ATTRIBUTES attributes_with_context(WDFOBJECT parent = nullptr)
{
    WDF_OBJECT_ATTRIBUTES attributes = attributes_with(parent);
    attributes.ContextTypeInfo = &ContextType<Context>::info;
    return attributes;
}

template <std::size_t Size>
UNICODE_STRING text(const char16_t (&literal)[Size])
{
    return {static_cast<USHORT>((Size - 1) * sizeof(WCHAR)),
            static_cast<USHORT>(Size * sizeof(WCHAR)), const_cast<char16_t *>(literal)};
}

}  // namespace openkmdf::test
