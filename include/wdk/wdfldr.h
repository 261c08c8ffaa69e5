// The contract between a module's entry stub, the loader and the framework.
#pragma once

#include "wdfglobals.h"

WDF_EXTERN_C_START

typedef ULONG WDF_MAJOR_VERSION;
typedef ULONG WDF_MINOR_VERSION;
typedef ULONG WDF_BUILD_NUMBER;

typedef struct _WDF_VERSION {
    WDF_MAJOR_VERSION Major;
    WDF_MINOR_VERSION Minor;
    WDF_BUILD_NUMBER Build;
} WDF_VERSION, *PWDF_VERSION;

// The loader's record of a framework library; opaque to modules.
typedef struct _LIBRARY_MODULE *PLIBRARY_MODULE;

typedef PWDF_DRIVER_GLOBALS PWDF_COMPONENT_GLOBALS;

// What a module asks for. Size is sizeof(WDF_BIND_INFO) in this first form and
// sizeof(WDF_BIND_INFO2) in the second, which starts with the first.
typedef struct _WDF_BIND_INFO {
    ULONG Size;
    PWCHAR Component;
    WDF_VERSION Version;
    ULONG FuncCount;
    // Up to 1.13 (438 functions) the module's own array of FuncCount entries, which the framework
    // fills; from 1.15 on the address of the module's table pointer, which the framework sets.
    WDFFUNC *FuncTable;
    PLIBRARY_MODULE Module;
} WDF_BIND_INFO, *PWDF_BIND_INFO;

// From 1.25 on: the module may be newer than the framework. The last four point at variables of
// the module that are filled in.
typedef struct _WDF_BIND_INFO2 {
    WDF_BIND_INFO V1;
    WDF_MINOR_VERSION *MinimumVersionRequired;
    BOOLEAN *ClientVersionHigherThanFramework;
    ULONG *FuncCountPtr;
    ULONG *StructCountPtr;
    WDF_STRUCT_INFO *StructTable;
} WDF_BIND_INFO2, *PWDF_BIND_INFO2;

typedef NTSTATUS(NTAPI *PFNLIBRARYCOMMISSION)(VOID);
typedef NTSTATUS(NTAPI *PFNLIBRARYDECOMMISSION)(VOID);
typedef NTSTATUS(NTAPI *PFNLIBRARYREGISTERCLIENT)(PWDF_BIND_INFO Info,
                                                  PWDF_COMPONENT_GLOBALS *Globals, PVOID *Context);
typedef NTSTATUS(NTAPI *PFNLIBRARYUNREGISTERCLIENT)(PWDF_BIND_INFO Info,
                                                    PWDF_COMPONENT_GLOBALS Globals);

// A framework library as it registers with the loader.
typedef struct _WDF_LIBRARY_INFO {
    ULONG Size;
    PFNLIBRARYCOMMISSION LibraryCommission;
    PFNLIBRARYDECOMMISSION LibraryDecommission;
    PFNLIBRARYREGISTERCLIENT LibraryRegisterClient;
    PFNLIBRARYUNREGISTERCLIENT LibraryUnregisterClient;
    WDF_VERSION Version;
} WDF_LIBRARY_INFO, *PWDF_LIBRARY_INFO;

// What the loader tells a library about a client, through LibraryRegisterClient's Context.
typedef struct _CLIENT_INFO {
    ULONG Size;
    PUNICODE_STRING RegistryPath;
    PDRIVER_OBJECT DriverObject;
} CLIENT_INFO, *PCLIENT_INFO;

// Binds a module to the framework version that it asks for. IRQL: PASSIVE_LEVEL.
_Must_inspect_result_ NTSTATUS NTAPI WdfVersionBind(_In_ PDRIVER_OBJECT DriverObject,
                                                    _In_ PUNICODE_STRING RegistryPath,
                                                    _Inout_ PWDF_BIND_INFO BindInfo,
                                                    _Out_ PWDF_COMPONENT_GLOBALS *ComponentGlobals);

// Undoes WdfVersionBind. IRQL: PASSIVE_LEVEL.
NTSTATUS NTAPI WdfVersionUnbind(_In_ PUNICODE_STRING RegistryPath, _In_ PWDF_BIND_INFO BindInfo,
                                _In_ PWDF_COMPONENT_GLOBALS ComponentGlobals);

// Makes a framework library known to the loader. IRQL: PASSIVE_LEVEL.
_Must_inspect_result_ NTSTATUS NTAPI WdfRegisterLibrary(_In_ PWDF_LIBRARY_INFO LibraryInfo,
                                                        _In_ PUNICODE_STRING ServicePath,
                                                        _In_ PCUNICODE_STRING LibraryDeviceName);

WDF_EXTERN_C_END
