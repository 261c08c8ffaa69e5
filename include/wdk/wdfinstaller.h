// Options of the co-installer. An installer is a user-mode program: wdf.h does not include this.
#pragma once

#include "wdftypes.h"

WDF_EXTERN_C_START

typedef int BOOL;

// Options of the co-installer.
typedef struct _WDF_COINSTALLER_INSTALL_OPTIONS {
    ULONG Size;
    BOOL ShowRebootPrompt;
} WDF_COINSTALLER_INSTALL_OPTIONS, *PWDF_COINSTALLER_INSTALL_OPTIONS;

FORCEINLINE VOID
WDF_COINSTALLER_INSTALL_OPTIONS_INIT(_Out_ PWDF_COINSTALLER_INSTALL_OPTIONS ClientOptions)
{
    RtlZeroMemory(ClientOptions, sizeof(WDF_COINSTALLER_INSTALL_OPTIONS));
    ClientOptions->Size = sizeof(WDF_COINSTALLER_INSTALL_OPTIONS);
}

WDF_EXTERN_C_END
