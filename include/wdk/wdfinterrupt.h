// Interrupts.
#pragma once

#include "wdffuncenum.h"
#include "wdfobject.h"

WDF_EXTERN_C_START

// The active level of an interrupt.
typedef enum _WDF_INTERRUPT_POLARITY {
    WdfInterruptPolarityUnknown = 0,
    WdfInterruptActiveHigh = 1,
    WdfInterruptActiveLow = 2,
} WDF_INTERRUPT_POLARITY, *PWDF_INTERRUPT_POLARITY;

// The processors that may get an interrupt.
typedef enum _WDF_INTERRUPT_POLICY {
    WdfIrqPolicyMachineDefault = 0,
    WdfIrqPolicyAllCloseProcessors = 1,
    WdfIrqPolicyOneCloseProcessor = 2,
    WdfIrqPolicyAllProcessorsInMachine = 3,
    WdfIrqPolicySpecifiedProcessors = 4,
    WdfIrqPolicySpreadMessagesAcrossAllProcessors = 5,
} WDF_INTERRUPT_POLICY, *PWDF_INTERRUPT_POLICY;

// The priority of an interrupt.
typedef enum _WDF_INTERRUPT_PRIORITY {
    WdfIrqPriorityUndefined = 0,
    WdfIrqPriorityLow = 1,
    WdfIrqPriorityNormal = 2,
    WdfIrqPriorityHigh = 3,
} WDF_INTERRUPT_PRIORITY, *PWDF_INTERRUPT_PRIORITY;

// Disables the interrupt in the device. IRQL: DIRQL, or PASSIVE_LEVEL with passive handling.
typedef _Function_class_(EVT_WDF_INTERRUPT_DISABLE) _IRQL_requires_same_
    _IRQL_requires_min_(PASSIVE_LEVEL)
NTSTATUS NTAPI EVT_WDF_INTERRUPT_DISABLE(_In_ WDFINTERRUPT Interrupt,
                                         _In_ WDFDEVICE AssociatedDevice);
typedef EVT_WDF_INTERRUPT_DISABLE *PFN_WDF_INTERRUPT_DISABLE;

// Does what the interrupt routine left over. IRQL: DISPATCH_LEVEL.
typedef _Function_class_(EVT_WDF_INTERRUPT_DPC) _IRQL_requires_same_ _IRQL_requires_(DISPATCH_LEVEL)
VOID NTAPI EVT_WDF_INTERRUPT_DPC(_In_ WDFINTERRUPT Interrupt, _In_ WDFOBJECT AssociatedObject);
typedef EVT_WDF_INTERRUPT_DPC *PFN_WDF_INTERRUPT_DPC;

// Enables the interrupt in the device. IRQL: DIRQL, or PASSIVE_LEVEL with passive handling.
typedef _Function_class_(EVT_WDF_INTERRUPT_ENABLE) _IRQL_requires_same_
    _IRQL_requires_min_(PASSIVE_LEVEL)
NTSTATUS NTAPI EVT_WDF_INTERRUPT_ENABLE(_In_ WDFINTERRUPT Interrupt,
                                        _In_ WDFDEVICE AssociatedDevice);
typedef EVT_WDF_INTERRUPT_ENABLE *PFN_WDF_INTERRUPT_ENABLE;

// Serves an interrupt; true when the device raised it. IRQL: DIRQL, or PASSIVE_LEVEL with passive
// handling.
typedef _Function_class_(EVT_WDF_INTERRUPT_ISR) _IRQL_requires_same_
    _IRQL_requires_min_(PASSIVE_LEVEL)
BOOLEAN NTAPI EVT_WDF_INTERRUPT_ISR(_In_ WDFINTERRUPT Interrupt, _In_ ULONG MessageID);
typedef EVT_WDF_INTERRUPT_ISR *PFN_WDF_INTERRUPT_ISR;

// Runs under the interrupt's lock. IRQL: DIRQL, or PASSIVE_LEVEL with passive handling.
typedef _Function_class_(EVT_WDF_INTERRUPT_SYNCHRONIZE) _IRQL_requires_same_
    _IRQL_requires_min_(PASSIVE_LEVEL)
BOOLEAN NTAPI EVT_WDF_INTERRUPT_SYNCHRONIZE(_In_ WDFINTERRUPT Interrupt, _In_ WDFCONTEXT Context);
typedef EVT_WDF_INTERRUPT_SYNCHRONIZE *PFN_WDF_INTERRUPT_SYNCHRONIZE;

// Does what the interrupt routine left over, at passive level. IRQL: PASSIVE_LEVEL.
typedef _Function_class_(EVT_WDF_INTERRUPT_WORKITEM) _IRQL_requires_same_
    _IRQL_requires_max_(PASSIVE_LEVEL)
VOID NTAPI EVT_WDF_INTERRUPT_WORKITEM(_In_ WDFINTERRUPT Interrupt, _In_ WDFOBJECT AssociatedObject);
typedef EVT_WDF_INTERRUPT_WORKITEM *PFN_WDF_INTERRUPT_WORKITEM;

// How an interrupt works.
typedef struct _WDF_INTERRUPT_CONFIG {
    ULONG Size;
    WDFSPINLOCK SpinLock;
    WDF_TRI_STATE ShareVector;
    BOOLEAN FloatingSave;
    BOOLEAN AutomaticSerialization;
    PFN_WDF_INTERRUPT_ISR EvtInterruptIsr;
    PFN_WDF_INTERRUPT_DPC EvtInterruptDpc;
    PFN_WDF_INTERRUPT_ENABLE EvtInterruptEnable;
    PFN_WDF_INTERRUPT_DISABLE EvtInterruptDisable;
#if KMDF_VERSION_MINOR >= 11
    PFN_WDF_INTERRUPT_WORKITEM EvtInterruptWorkItem;
    PCM_PARTIAL_RESOURCE_DESCRIPTOR InterruptRaw;
    PCM_PARTIAL_RESOURCE_DESCRIPTOR InterruptTranslated;
    WDFWAITLOCK WaitLock;
    BOOLEAN PassiveHandling;
    WDF_TRI_STATE ReportInactiveOnPowerDown;
#endif
#if KMDF_VERSION_MINOR >= 13
    BOOLEAN CanWakeDevice;
#endif
} WDF_INTERRUPT_CONFIG, *PWDF_INTERRUPT_CONFIG;

// Affinity and priority of an interrupt.
typedef struct _WDF_INTERRUPT_EXTENDED_POLICY {
    ULONG Size;
    WDF_INTERRUPT_POLICY Policy;
    WDF_INTERRUPT_PRIORITY Priority;
    GROUP_AFFINITY TargetProcessorSetAndGroup;
} WDF_INTERRUPT_EXTENDED_POLICY, *PWDF_INTERRUPT_EXTENDED_POLICY;

// What is known about an interrupt.
typedef struct _WDF_INTERRUPT_INFO {
    ULONG Size;
    ULONG64 Reserved1;
    KAFFINITY TargetProcessorSet;
    ULONG Reserved2;
    ULONG MessageNumber;
    ULONG Vector;
    KIRQL Irql;
    KINTERRUPT_MODE Mode;
    WDF_INTERRUPT_POLARITY Polarity;
    BOOLEAN MessageSignaled;
    UCHAR ShareDisposition;
#if KMDF_VERSION_MINOR >= 9
    DECLSPEC_ALIGN(8) USHORT Group;
#endif
} WDF_INTERRUPT_INFO, *PWDF_INTERRUPT_INFO;

FORCEINLINE VOID WDF_INTERRUPT_CONFIG_INIT(_Out_ PWDF_INTERRUPT_CONFIG Configuration,
                                           _In_ PFN_WDF_INTERRUPT_ISR EvtInterruptIsr,
                                           _In_opt_ PFN_WDF_INTERRUPT_DPC EvtInterruptDpc)
{
    RtlZeroMemory(Configuration, sizeof(WDF_INTERRUPT_CONFIG));
    Configuration->Size = WDF_STRUCTURE_SIZE(WDF_INTERRUPT_CONFIG);
    Configuration->ShareVector = WdfUseDefault;
    Configuration->EvtInterruptIsr = EvtInterruptIsr;
    Configuration->EvtInterruptDpc = EvtInterruptDpc;
#if KMDF_VERSION_MINOR >= 11
    Configuration->ReportInactiveOnPowerDown = WdfUseDefault;
#endif
}

FORCEINLINE VOID
WDF_INTERRUPT_EXTENDED_POLICY_INIT(_Out_ PWDF_INTERRUPT_EXTENDED_POLICY ExtendedPolicy)
{
    RtlZeroMemory(ExtendedPolicy, sizeof(WDF_INTERRUPT_EXTENDED_POLICY));
    ExtendedPolicy->Size = WDF_STRUCTURE_SIZE(WDF_INTERRUPT_EXTENDED_POLICY);
    ExtendedPolicy->Policy = WdfIrqPolicyMachineDefault;
    ExtendedPolicy->Priority = WdfIrqPriorityUndefined;
}

FORCEINLINE VOID WDF_INTERRUPT_INFO_INIT(_Out_ PWDF_INTERRUPT_INFO Info)
{
    RtlZeroMemory(Info, sizeof(WDF_INTERRUPT_INFO));
    Info->Size = WDF_STRUCTURE_SIZE(WDF_INTERRUPT_INFO);
}

// Creates an interrupt object. IRQL: <= DISPATCH_LEVEL.
typedef NTSTATUS(NTAPI *PFN_WDFINTERRUPTCREATE)(PWDF_DRIVER_GLOBALS DriverGlobals, WDFDEVICE Device,
                                                PWDF_INTERRUPT_CONFIG Configuration,
                                                PWDF_OBJECT_ATTRIBUTES Attributes,
                                                WDFINTERRUPT *Interrupt);

// Queues the interrupt's DPC; false when it is queued already. IRQL: <= DIRQL.
typedef BOOLEAN(NTAPI *PFN_WDFINTERRUPTQUEUEDPCFORISR)(PWDF_DRIVER_GLOBALS DriverGlobals,
                                                       WDFINTERRUPT Interrupt);

// Runs a callback under the interrupt's lock. IRQL: <= DISPATCH_LEVEL.
typedef BOOLEAN(NTAPI *PFN_WDFINTERRUPTSYNCHRONIZE)(PWDF_DRIVER_GLOBALS DriverGlobals,
                                                    WDFINTERRUPT Interrupt,
                                                    PFN_WDF_INTERRUPT_SYNCHRONIZE Callback,
                                                    WDFCONTEXT Context);

// Takes the interrupt's lock. IRQL: <= DIRQL.
typedef VOID(NTAPI *PFN_WDFINTERRUPTACQUIRELOCK)(PWDF_DRIVER_GLOBALS DriverGlobals,
                                                 WDFINTERRUPT Interrupt);

// Gives the interrupt's lock back. IRQL: <= DIRQL.
typedef VOID(NTAPI *PFN_WDFINTERRUPTRELEASELOCK)(PWDF_DRIVER_GLOBALS DriverGlobals,
                                                 WDFINTERRUPT Interrupt);

// Enables an interrupt through the driver's callback. IRQL: PASSIVE_LEVEL.
typedef VOID(NTAPI *PFN_WDFINTERRUPTENABLE)(PWDF_DRIVER_GLOBALS DriverGlobals,
                                            WDFINTERRUPT Interrupt);

// Disables an interrupt through the driver's callback. IRQL: PASSIVE_LEVEL.
typedef VOID(NTAPI *PFN_WDFINTERRUPTDISABLE)(PWDF_DRIVER_GLOBALS DriverGlobals,
                                             WDFINTERRUPT Interrupt);

// The WDM interrupt object, or null while disconnected. IRQL: <= DIRQL.
typedef PKINTERRUPT(NTAPI *PFN_WDFINTERRUPTWDMGETINTERRUPT)(PWDF_DRIVER_GLOBALS DriverGlobals,
                                                            WDFINTERRUPT Interrupt);

// What is known about an interrupt: vector, IRQL, mode and so on. IRQL: <= DISPATCH_LEVEL.
typedef VOID(NTAPI *PFN_WDFINTERRUPTGETINFO)(PWDF_DRIVER_GLOBALS DriverGlobals,
                                             WDFINTERRUPT Interrupt, PWDF_INTERRUPT_INFO Info);

// Sets affinity and priority. IRQL: <= DISPATCH_LEVEL.
typedef VOID(NTAPI *PFN_WDFINTERRUPTSETPOLICY)(PWDF_DRIVER_GLOBALS DriverGlobals,
                                               WDFINTERRUPT Interrupt, WDF_INTERRUPT_POLICY Policy,
                                               WDF_INTERRUPT_PRIORITY Priority,
                                               KAFFINITY TargetProcessorSet);

// The device of an interrupt. IRQL: <= DIRQL.
typedef WDFDEVICE(NTAPI *PFN_WDFINTERRUPTGETDEVICE)(PWDF_DRIVER_GLOBALS DriverGlobals,
                                                    WDFINTERRUPT Interrupt);

// Sets affinity, with a processor group, and priority. IRQL: <= DISPATCH_LEVEL.
typedef VOID(NTAPI *PFN_WDFINTERRUPTSETEXTENDEDPOLICY)(
    PWDF_DRIVER_GLOBALS DriverGlobals, WDFINTERRUPT Interrupt,
    PWDF_INTERRUPT_EXTENDED_POLICY PolicyAndGroup);

// Queues the interrupt's work item; false when it is queued already. IRQL: <= DIRQL.
typedef BOOLEAN(NTAPI *PFN_WDFINTERRUPTQUEUEWORKITEMFORISR)(PWDF_DRIVER_GLOBALS DriverGlobals,
                                                            WDFINTERRUPT Interrupt);

// Takes a passive-level interrupt's lock if it is free. IRQL: PASSIVE_LEVEL.
typedef BOOLEAN(NTAPI *PFN_WDFINTERRUPTTRYTOACQUIRELOCK)(PWDF_DRIVER_GLOBALS DriverGlobals,
                                                         WDFINTERRUPT Interrupt);

// Says that an interrupt may occur again. IRQL: <= DISPATCH_LEVEL.
typedef VOID(NTAPI *PFN_WDFINTERRUPTREPORTACTIVE)(PWDF_DRIVER_GLOBALS DriverGlobals,
                                                  WDFINTERRUPT Interrupt);

// Says that an interrupt will not occur for a while. IRQL: <= DISPATCH_LEVEL.
typedef VOID(NTAPI *PFN_WDFINTERRUPTREPORTINACTIVE)(PWDF_DRIVER_GLOBALS DriverGlobals,
                                                    WDFINTERRUPT Interrupt);

#if defined(OPENKMDF_DRIVER)

_Must_inspect_result_ _IRQL_requires_max_(DISPATCH_LEVEL)
FORCEINLINE NTSTATUS WdfInterruptCreate(_In_ WDFDEVICE Device,
                                        _In_ PWDF_INTERRUPT_CONFIG Configuration,
                                        _In_opt_ PWDF_OBJECT_ATTRIBUTES Attributes,
                                        _Out_ WDFINTERRUPT *Interrupt)
{
    return ((PFN_WDFINTERRUPTCREATE)WdfFunctions[WdfInterruptCreateTableIndex])(
        WdfDriverGlobals, Device, Configuration, Attributes, Interrupt);
}

FORCEINLINE BOOLEAN WdfInterruptQueueDpcForIsr(_In_ WDFINTERRUPT Interrupt)
{
    return ((PFN_WDFINTERRUPTQUEUEDPCFORISR)WdfFunctions[WdfInterruptQueueDpcForIsrTableIndex])(
        WdfDriverGlobals, Interrupt);
}

_IRQL_requires_max_(DISPATCH_LEVEL)
FORCEINLINE BOOLEAN WdfInterruptSynchronize(_In_ WDFINTERRUPT Interrupt,
                                            _In_ PFN_WDF_INTERRUPT_SYNCHRONIZE Callback,
                                            _In_ WDFCONTEXT Context)
{
    return ((PFN_WDFINTERRUPTSYNCHRONIZE)WdfFunctions[WdfInterruptSynchronizeTableIndex])(
        WdfDriverGlobals, Interrupt, Callback, Context);
}

_IRQL_requires_max_(DISPATCH_LEVEL + 1)
FORCEINLINE VOID WdfInterruptAcquireLock(_In_ _Requires_lock_not_held_(_Curr_)
                                             _Acquires_lock_(_Curr_) WDFINTERRUPT Interrupt)
{
    ((PFN_WDFINTERRUPTACQUIRELOCK)WdfFunctions[WdfInterruptAcquireLockTableIndex])(WdfDriverGlobals,
                                                                                   Interrupt);
}

_IRQL_requires_max_(DISPATCH_LEVEL + 1)
FORCEINLINE VOID WdfInterruptReleaseLock(_In_ _Requires_lock_held_(_Curr_) _Releases_lock_(_Curr_)
                                             WDFINTERRUPT Interrupt)
{
    ((PFN_WDFINTERRUPTRELEASELOCK)WdfFunctions[WdfInterruptReleaseLockTableIndex])(WdfDriverGlobals,
                                                                                   Interrupt);
}

_IRQL_requires_max_(PASSIVE_LEVEL)
FORCEINLINE VOID WdfInterruptEnable(_In_ WDFINTERRUPT Interrupt)
{
    ((PFN_WDFINTERRUPTENABLE)WdfFunctions[WdfInterruptEnableTableIndex])(WdfDriverGlobals,
                                                                         Interrupt);
}

_IRQL_requires_max_(PASSIVE_LEVEL)
FORCEINLINE VOID WdfInterruptDisable(_In_ WDFINTERRUPT Interrupt)
{
    ((PFN_WDFINTERRUPTDISABLE)WdfFunctions[WdfInterruptDisableTableIndex])(WdfDriverGlobals,
                                                                           Interrupt);
}

_Must_inspect_result_
FORCEINLINE PKINTERRUPT WdfInterruptWdmGetInterrupt(_In_ WDFINTERRUPT Interrupt)
{
    return ((PFN_WDFINTERRUPTWDMGETINTERRUPT)WdfFunctions[WdfInterruptWdmGetInterruptTableIndex])(
        WdfDriverGlobals, Interrupt);
}

_IRQL_requires_max_(DISPATCH_LEVEL)
FORCEINLINE VOID WdfInterruptGetInfo(_In_ WDFINTERRUPT Interrupt, _Inout_ PWDF_INTERRUPT_INFO Info)
{
    ((PFN_WDFINTERRUPTGETINFO)WdfFunctions[WdfInterruptGetInfoTableIndex])(WdfDriverGlobals,
                                                                           Interrupt, Info);
}

_IRQL_requires_max_(DISPATCH_LEVEL)
FORCEINLINE VOID WdfInterruptSetPolicy(_In_ WDFINTERRUPT Interrupt,
                                       _In_ WDF_INTERRUPT_POLICY Policy,
                                       _In_ WDF_INTERRUPT_PRIORITY Priority,
                                       _In_ KAFFINITY TargetProcessorSet)
{
    ((PFN_WDFINTERRUPTSETPOLICY)WdfFunctions[WdfInterruptSetPolicyTableIndex])(
        WdfDriverGlobals, Interrupt, Policy, Priority, TargetProcessorSet);
}

FORCEINLINE WDFDEVICE WdfInterruptGetDevice(_In_ WDFINTERRUPT Interrupt)
{
    return ((PFN_WDFINTERRUPTGETDEVICE)WdfFunctions[WdfInterruptGetDeviceTableIndex])(
        WdfDriverGlobals, Interrupt);
}

_IRQL_requires_max_(DISPATCH_LEVEL)
OPENKMDF_SINCE_KMDF_9
FORCEINLINE VOID WdfInterruptSetExtendedPolicy(_In_ WDFINTERRUPT Interrupt,
                                               _In_ PWDF_INTERRUPT_EXTENDED_POLICY PolicyAndGroup)
{
    ((PFN_WDFINTERRUPTSETEXTENDEDPOLICY)WdfFunctions[WdfInterruptSetExtendedPolicyTableIndex])(
        WdfDriverGlobals, Interrupt, PolicyAndGroup);
}

OPENKMDF_SINCE_KMDF_11
FORCEINLINE BOOLEAN WdfInterruptQueueWorkItemForIsr(_In_ WDFINTERRUPT Interrupt)
{
    return ((PFN_WDFINTERRUPTQUEUEWORKITEMFORISR)
                WdfFunctions[WdfInterruptQueueWorkItemForIsrTableIndex])(WdfDriverGlobals,
                                                                         Interrupt);
}

_Must_inspect_result_ _IRQL_requires_max_(PASSIVE_LEVEL)
OPENKMDF_SINCE_KMDF_11
FORCEINLINE BOOLEAN WdfInterruptTryToAcquireLock(_In_ _Requires_lock_not_held_(_Curr_)
                                                     _When_(return != 0, _Acquires_lock_(_Curr_))
                                                         WDFINTERRUPT Interrupt)
{
    return ((PFN_WDFINTERRUPTTRYTOACQUIRELOCK)WdfFunctions[WdfInterruptTryToAcquireLockTableIndex])(
        WdfDriverGlobals, Interrupt);
}

_IRQL_requires_max_(DISPATCH_LEVEL)
OPENKMDF_SINCE_KMDF_11
FORCEINLINE VOID WdfInterruptReportActive(_In_ WDFINTERRUPT Interrupt)
{
    ((PFN_WDFINTERRUPTREPORTACTIVE)WdfFunctions[WdfInterruptReportActiveTableIndex])(
        WdfDriverGlobals, Interrupt);
}

_IRQL_requires_max_(DISPATCH_LEVEL)
OPENKMDF_SINCE_KMDF_11
FORCEINLINE VOID WdfInterruptReportInactive(_In_ WDFINTERRUPT Interrupt)
{
    ((PFN_WDFINTERRUPTREPORTINACTIVE)WdfFunctions[WdfInterruptReportInactiveTableIndex])(
        WdfDriverGlobals, Interrupt);
}

#endif  // OPENKMDF_DRIVER

WDF_EXTERN_C_END
