// Miniport mode: a framework driver below another port driver's device objects.
#pragma once

#include "wdffuncenum.h"
#include "wdfobject.h"

WDF_EXTERN_C_START

// Creates a device for a miniport that another port driver runs. IRQL: PASSIVE_LEVEL.
typedef NTSTATUS(NTAPI *PFN_WDFDEVICEMINIPORTCREATE)(PWDF_DRIVER_GLOBALS DriverGlobals,
                                                     WDFDRIVER Driver,
                                                     PWDF_OBJECT_ATTRIBUTES Attributes,
                                                     PDEVICE_OBJECT DeviceObject,
                                                     PDEVICE_OBJECT AttachedDeviceObject,
                                                     PDEVICE_OBJECT Pdo, WDFDEVICE *Device);

// Deletes a miniport's driver object when the port driver unloads it. IRQL: <= DISPATCH_LEVEL.
typedef VOID(NTAPI *PFN_WDFDRIVERMINIPORTUNLOAD)(PWDF_DRIVER_GLOBALS DriverGlobals,
                                                 WDFDRIVER Driver);

#if defined(OPENKMDF_DRIVER)

_Must_inspect_result_ _IRQL_requires_max_(PASSIVE_LEVEL)
FORCEINLINE NTSTATUS WdfDeviceMiniportCreate(_In_ WDFDRIVER Driver,
                                             _In_opt_ PWDF_OBJECT_ATTRIBUTES Attributes,
                                             _In_ PDEVICE_OBJECT DeviceObject,
                                             _In_opt_ PDEVICE_OBJECT AttachedDeviceObject,
                                             _In_opt_ PDEVICE_OBJECT Pdo, _Out_ WDFDEVICE *Device)
{
    return ((PFN_WDFDEVICEMINIPORTCREATE)WdfFunctions[WdfDeviceMiniportCreateTableIndex])(
        WdfDriverGlobals, Driver, Attributes, DeviceObject, AttachedDeviceObject, Pdo, Device);
}

_IRQL_requires_max_(DISPATCH_LEVEL)
FORCEINLINE VOID WdfDriverMiniportUnload(_In_ WDFDRIVER Driver)
{
    ((PFN_WDFDRIVERMINIPORTUNLOAD)WdfDriverMiniportUnloadOverride)(WdfDriverGlobals, Driver);
}

#endif  // OPENKMDF_DRIVER

WDF_EXTERN_C_END
