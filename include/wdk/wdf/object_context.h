// Context types: a driver's structures that live on framework objects.
//
// A context type is known by the address of its info structure. Every unit that declares the type
// defines the structure, the linker keeps one, so a type is the same throughout a module and never
// the same in two modules.
#pragma once

#include "../wdfobject.h"

// Names that are made from a type's name.
#define WDF_TYPE_NAME_TO_TYPE_INFO(_contexttype) _WDF_##_contexttype##_TYPE_INFO
#define WDF_TYPE_NAME_POINTER_TYPE(_contexttype) WDF_POINTER_TYPE_##_contexttype
#define WDF_TYPE_NAME_TO_EXTERNAL_INIT(_contexttype) _WDF_##_contexttype##_EXTERNAL_INIT
#define WDF_TYPE_NAME_TO_EXTERNAL_INIT_FUNCTION(_contexttype) _contexttype##_EXTERNAL_INIT_FUNCTION
#define WDF_CUSTOM_TYPE_CONTEXT_NAME(_type) WdfCustomType_##_type
#define WDF_ADD_CUSTOM_TYPE_FUNCTION_NAME(_type) WdfObjectAddCustomType_##_type
#define WDF_GET_CUSTOM_TYPE_FUNCTION_NAME(_type) WdfObjectGetCustomType_##_type

#define WDF_TYPE_DEFAULT_SECTION_NAME ".data"
#define WDF_TYPE_INIT_BASE_SECTION_NAME ".kmdftypeinit"
#define WDF_TYPE_INIT_SECTION_NAME ".kmdftypeinit$b"

#if defined(OPENKMDF_DRIVER)

// The entry stub walks the section of the types whose identity another image gives. An ELF linker
// offers the bounds of a section only if its name is an identifier.
#if defined(OPENKMDF_DRIVER_ELF)
#define OPENKMDF_WDF_TYPE_INIT_SECTION "kmdftypeinit"
#else
#define OPENKMDF_WDF_TYPE_INIT_SECTION WDF_TYPE_INIT_SECTION_NAME
#endif

#define WDF_GET_CONTEXT_TYPE_INFO(_contexttype) (&WDF_TYPE_NAME_TO_TYPE_INFO(_contexttype))

#define OPENKMDF_WDF_DEFINE_TYPE_INFO(_contexttype, _UniqueType, _GetUniqueType, _qualifiers)      \
    typedef _contexttype *WDF_TYPE_NAME_POINTER_TYPE(_contexttype);                                \
    WDF_EXTERN_C __declspec(selectany)                                                             \
        _qualifiers WDF_OBJECT_CONTEXT_TYPE_INFO WDF_TYPE_NAME_TO_TYPE_INFO(_contexttype) = {      \
            sizeof(WDF_OBJECT_CONTEXT_TYPE_INFO), #_contexttype, sizeof(_contexttype),             \
            _UniqueType, _GetUniqueType};

// The pointer type and the info structure, without an accessor.
#define WDF_DECLARE_TYPE_AND_GLOBALS(_contexttype, _UniqueType, _GetUniqueType, _section)          \
    OPENKMDF_WDF_DEFINE_TYPE_INFO(_contexttype, _UniqueType, _GetUniqueType,                       \
                                  __attribute__((section(_section))))

// The accessor: the object's context of the type, or null.
#define WDF_DECLARE_CASTING_FUNCTION(_contexttype, _castingfunction)                               \
    _IRQL_requires_max_(DISPATCH_LEVEL + 1)                                                        \
    FORCEINLINE WDF_TYPE_NAME_POINTER_TYPE(_contexttype) _castingfunction(_In_ WDFOBJECT Handle)   \
    {                                                                                              \
        return (WDF_TYPE_NAME_POINTER_TYPE(_contexttype))WdfObjectGetTypedContextWorker(           \
            Handle, WDF_GET_CONTEXT_TYPE_INFO(_contexttype)->UniqueType);                          \
    }

#define WDF_DECLARE_CONTEXT_TYPE_WITH_NAME(_contexttype, _castingfunction)                         \
    OPENKMDF_WDF_DEFINE_TYPE_INFO(_contexttype, WDF_GET_CONTEXT_TYPE_INFO(_contexttype), NULL,     \
                                  const)                                                           \
    WDF_DECLARE_CASTING_FUNCTION(_contexttype, _castingfunction)

#define WDF_DECLARE_CONTEXT_TYPE(_contexttype)                                                     \
    WDF_DECLARE_CONTEXT_TYPE_WITH_NAME(_contexttype, WdfObjectGet_##_contexttype)

// A type whose identity another image gives, through a function that its library links in.
#define WDF_DECLARE_SHARED_CONTEXT_TYPE_WITH_NAME(_contexttype, _castingfunction)                  \
    WDF_EXTERN_C PCWDF_OBJECT_CONTEXT_TYPE_INFO NTAPI WDF_TYPE_NAME_TO_EXTERNAL_INIT_FUNCTION(     \
        _contexttype)(VOID);                                                                       \
    OPENKMDF_WDF_DEFINE_TYPE_INFO(_contexttype, NULL,                                              \
                                  WDF_TYPE_NAME_TO_EXTERNAL_INIT_FUNCTION(_contexttype),           \
                                  __attribute__((section(OPENKMDF_WDF_TYPE_INIT_SECTION), used)))  \
    WDF_DECLARE_CASTING_FUNCTION(_contexttype, _castingfunction)

// Two statements in the second macro, so braces are needed where one is expected.
#define WDF_OBJECT_ATTRIBUTES_SET_CONTEXT_TYPE(_attributes, _contexttype)                          \
    (_attributes)->ContextTypeInfo = WDF_GET_CONTEXT_TYPE_INFO(_contexttype)->UniqueType

#define WDF_OBJECT_ATTRIBUTES_INIT_CONTEXT_TYPE(_attributes, _contexttype)                         \
    WDF_OBJECT_ATTRIBUTES_INIT(_attributes);                                                       \
    WDF_OBJECT_ATTRIBUTES_SET_CONTEXT_TYPE(_attributes, _contexttype)

#define WdfObjectGetTypedContext(handle, type)                                                     \
    ((type *)WdfObjectGetTypedContextWorker((handle), WDF_GET_CONTEXT_TYPE_INFO(type)->UniqueType))

// Custom types: marks by which a driver tells its objects apart, each with one value.
#define WDF_DECLARE_CUSTOM_TYPE(_type)                                                             \
    typedef WDF_CUSTOM_TYPE_CONTEXT WDF_CUSTOM_TYPE_CONTEXT_NAME(_type);                           \
    OPENKMDF_WDF_DECLARE_CUSTOM_TYPE(_type, WDF_CUSTOM_TYPE_CONTEXT_NAME(_type),                   \
                                     WDF_GET_CUSTOM_TYPE_FUNCTION_NAME(_type),                     \
                                     WDF_ADD_CUSTOM_TYPE_FUNCTION_NAME(_type))

#define OPENKMDF_WDF_DECLARE_CUSTOM_TYPE(_type, _context, _get, _add)                              \
    WDF_DECLARE_CONTEXT_TYPE_WITH_NAME(_context, _get)                                             \
    _Must_inspect_result_ _IRQL_requires_max_(DISPATCH_LEVEL)                                      \
    FORCEINLINE NTSTATUS _add(_In_ WDFOBJECT Handle, _In_opt_ ULONG_PTR Data,                      \
                              _In_opt_ PFN_WDF_OBJECT_CONTEXT_CLEANUP EvtCleanupCallback,          \
                              _In_opt_ PFN_WDF_OBJECT_CONTEXT_DESTROY EvtDestroyCallback)          \
    {                                                                                              \
        WDF_OBJECT_ATTRIBUTES attributes;                                                          \
        _context *context = NULL;                                                                  \
        NTSTATUS status;                                                                           \
                                                                                                   \
        WDF_OBJECT_ATTRIBUTES_INIT_CONTEXT_TYPE(&attributes, _context);                            \
        attributes.EvtCleanupCallback = EvtCleanupCallback;                                        \
        attributes.EvtDestroyCallback = EvtDestroyCallback;                                        \
        status = WdfObjectAllocateContext(Handle, &attributes, (PVOID *)&context);                 \
        if (NT_SUCCESS(status)) {                                                                  \
            context->Size = sizeof(*context);                                                      \
            context->Data = Data;                                                                  \
        }                                                                                          \
        return status;                                                                             \
    }

#define WdfObjectAddCustomTypeWithData(_handle, _type, _data, _cleanup, _destroy)                  \
    WDF_ADD_CUSTOM_TYPE_FUNCTION_NAME(_type)((_handle), (_data), (_cleanup), (_destroy))

#define WdfObjectAddCustomType(_handle, _type)                                                     \
    WdfObjectAddCustomTypeWithData(_handle, _type, 0, NULL, NULL)

#define WdfObjectGetCustomTypeData(_handle, _type)                                                 \
    (WDF_GET_CUSTOM_TYPE_FUNCTION_NAME(_type)(_handle)->Data)

#define WdfObjectIsCustomType(_handle, _type)                                                      \
    (WDF_GET_CUSTOM_TYPE_FUNCTION_NAME(_type)(_handle) != NULL)

#endif  // OPENKMDF_DRIVER
