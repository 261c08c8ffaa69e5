// I/O queues.
#pragma once

#include "wdf/queue_types.h"
#include "wdf/request_types.h"
#include "wdffuncenum.h"
#include "wdfobject.h"

WDF_EXTERN_C_START

// Creates a queue and connects it to a device. IRQL: <= DISPATCH_LEVEL.
typedef NTSTATUS(NTAPI *PFN_WDFIOQUEUECREATE)(PWDF_DRIVER_GLOBALS DriverGlobals, WDFDEVICE Device,
                                              PWDF_IO_QUEUE_CONFIG Config,
                                              PWDF_OBJECT_ATTRIBUTES QueueAttributes,
                                              WDFQUEUE *Queue);

// The queue's state bits, with its two request counts on demand. IRQL: <= DISPATCH_LEVEL.
typedef WDF_IO_QUEUE_STATE(NTAPI *PFN_WDFIOQUEUEGETSTATE)(PWDF_DRIVER_GLOBALS DriverGlobals,
                                                          WDFQUEUE Queue, PULONG QueueRequests,
                                                          PULONG DriverRequests);

// Lets a queue take and deliver requests. IRQL: <= DISPATCH_LEVEL.
typedef VOID(NTAPI *PFN_WDFIOQUEUESTART)(PWDF_DRIVER_GLOBALS DriverGlobals, WDFQUEUE Queue);

// Stops delivery; a callback can tell when no request is out. IRQL: <= DISPATCH_LEVEL.
typedef VOID(NTAPI *PFN_WDFIOQUEUESTOP)(PWDF_DRIVER_GLOBALS DriverGlobals, WDFQUEUE Queue,
                                        PFN_WDF_IO_QUEUE_STATE StopComplete, WDFCONTEXT Context);

// Stops delivery and waits until no request is out. IRQL: PASSIVE_LEVEL.
typedef VOID(NTAPI *PFN_WDFIOQUEUESTOPSYNCHRONOUSLY)(PWDF_DRIVER_GLOBALS DriverGlobals,
                                                     WDFQUEUE Queue);

// The device of a queue. IRQL: <= DISPATCH_LEVEL.
typedef WDFDEVICE(NTAPI *PFN_WDFIOQUEUEGETDEVICE)(PWDF_DRIVER_GLOBALS DriverGlobals,
                                                  WDFQUEUE Queue);

// Takes the oldest request from a queue. IRQL: <= DISPATCH_LEVEL.
typedef NTSTATUS(NTAPI *PFN_WDFIOQUEUERETRIEVENEXTREQUEST)(PWDF_DRIVER_GLOBALS DriverGlobals,
                                                           WDFQUEUE Queue, WDFREQUEST *OutRequest);

// Takes the oldest request of one file from a queue. IRQL: <= DISPATCH_LEVEL.
typedef NTSTATUS(NTAPI *PFN_WDFIOQUEUERETRIEVEREQUESTBYFILEOBJECT)(
    PWDF_DRIVER_GLOBALS DriverGlobals, WDFQUEUE Queue, WDFFILEOBJECT FileObject,
    WDFREQUEST *OutRequest);

// Looks for a request without taking it; adds a reference to it. IRQL: <= DISPATCH_LEVEL.
typedef NTSTATUS(NTAPI *PFN_WDFIOQUEUEFINDREQUEST)(PWDF_DRIVER_GLOBALS DriverGlobals,
                                                   WDFQUEUE Queue, WDFREQUEST FoundRequest,
                                                   WDFFILEOBJECT FileObject,
                                                   PWDF_REQUEST_PARAMETERS Parameters,
                                                   WDFREQUEST *OutRequest);

// Takes a found request from its queue. IRQL: <= DISPATCH_LEVEL.
typedef NTSTATUS(NTAPI *PFN_WDFIOQUEUERETRIEVEFOUNDREQUEST)(PWDF_DRIVER_GLOBALS DriverGlobals,
                                                            WDFQUEUE Queue, WDFREQUEST FoundRequest,
                                                            WDFREQUEST *OutRequest);

// Refuses new requests and waits until the old ones are done. IRQL: PASSIVE_LEVEL.
typedef VOID(NTAPI *PFN_WDFIOQUEUEDRAINSYNCHRONOUSLY)(PWDF_DRIVER_GLOBALS DriverGlobals,
                                                      WDFQUEUE Queue);

// Refuses new requests; a callback can tell when the old ones are done. IRQL: <= DISPATCH_LEVEL.
typedef VOID(NTAPI *PFN_WDFIOQUEUEDRAIN)(PWDF_DRIVER_GLOBALS DriverGlobals, WDFQUEUE Queue,
                                         PFN_WDF_IO_QUEUE_STATE DrainComplete, WDFCONTEXT Context);

// Refuses new requests, cancels the old ones and waits for them. IRQL: PASSIVE_LEVEL.
typedef VOID(NTAPI *PFN_WDFIOQUEUEPURGESYNCHRONOUSLY)(PWDF_DRIVER_GLOBALS DriverGlobals,
                                                      WDFQUEUE Queue);

// Refuses new requests and cancels the old ones. IRQL: <= DISPATCH_LEVEL.
typedef VOID(NTAPI *PFN_WDFIOQUEUEPURGE)(PWDF_DRIVER_GLOBALS DriverGlobals, WDFQUEUE Queue,
                                         PFN_WDF_IO_QUEUE_STATE PurgeComplete, WDFCONTEXT Context);

// Registers a callback for a manual queue that is no longer empty. IRQL: <= DISPATCH_LEVEL.
typedef NTSTATUS(NTAPI *PFN_WDFIOQUEUEREADYNOTIFY)(PWDF_DRIVER_GLOBALS DriverGlobals,
                                                   WDFQUEUE Queue,
                                                   PFN_WDF_IO_QUEUE_STATE QueueReady,
                                                   WDFCONTEXT Context);

// Reserves requests so that I/O goes on when memory is short. IRQL: PASSIVE_LEVEL.
typedef NTSTATUS(NTAPI *PFN_WDFIOQUEUEASSIGNFORWARDPROGRESSPOLICY)(
    PWDF_DRIVER_GLOBALS DriverGlobals, WDFQUEUE Queue,
    PWDF_IO_QUEUE_FORWARD_PROGRESS_POLICY ForwardProgressPolicy);

// Takes requests but holds them, and cancels those there are. IRQL: <= DISPATCH_LEVEL.
typedef VOID(NTAPI *PFN_WDFIOQUEUESTOPANDPURGE)(PWDF_DRIVER_GLOBALS DriverGlobals, WDFQUEUE Queue,
                                                PFN_WDF_IO_QUEUE_STATE StopAndPurgeComplete,
                                                WDFCONTEXT Context);

// WdfIoQueueStopAndPurge that waits for the cancelled requests. IRQL: PASSIVE_LEVEL.
typedef VOID(NTAPI *PFN_WDFIOQUEUESTOPANDPURGESYNCHRONOUSLY)(PWDF_DRIVER_GLOBALS DriverGlobals,
                                                             WDFQUEUE Queue);

#if defined(OPENKMDF_DRIVER)

_Must_inspect_result_ _IRQL_requires_max_(DISPATCH_LEVEL)
FORCEINLINE NTSTATUS WdfIoQueueCreate(_In_ WDFDEVICE Device, _In_ PWDF_IO_QUEUE_CONFIG Config,
                                      _In_opt_ PWDF_OBJECT_ATTRIBUTES QueueAttributes,
                                      _Out_opt_ WDFQUEUE *Queue)
{
    return ((PFN_WDFIOQUEUECREATE)WdfFunctions[WdfIoQueueCreateTableIndex])(
        WdfDriverGlobals, Device, Config, QueueAttributes, Queue);
}

_IRQL_requires_max_(DISPATCH_LEVEL)
FORCEINLINE WDF_IO_QUEUE_STATE WdfIoQueueGetState(_In_ WDFQUEUE Queue,
                                                  _Out_opt_ PULONG QueueRequests,
                                                  _Out_opt_ PULONG DriverRequests)
{
    return ((PFN_WDFIOQUEUEGETSTATE)WdfFunctions[WdfIoQueueGetStateTableIndex])(
        WdfDriverGlobals, Queue, QueueRequests, DriverRequests);
}

_IRQL_requires_max_(DISPATCH_LEVEL)
FORCEINLINE VOID WdfIoQueueStart(_In_ WDFQUEUE Queue)
{
    ((PFN_WDFIOQUEUESTART)WdfFunctions[WdfIoQueueStartTableIndex])(WdfDriverGlobals, Queue);
}

_IRQL_requires_max_(DISPATCH_LEVEL)
FORCEINLINE VOID WdfIoQueueStop(_In_ WDFQUEUE Queue,
                                _When_(Context != 0, _In_) _When_(Context == 0, _In_opt_)
                                    PFN_WDF_IO_QUEUE_STATE StopComplete,
                                _When_(StopComplete != 0, _In_) _When_(StopComplete == 0, _In_opt_)
                                    WDFCONTEXT Context)
{
    ((PFN_WDFIOQUEUESTOP)WdfFunctions[WdfIoQueueStopTableIndex])(WdfDriverGlobals, Queue,
                                                                 StopComplete, Context);
}

_IRQL_requires_max_(PASSIVE_LEVEL)
FORCEINLINE VOID WdfIoQueueStopSynchronously(_In_ WDFQUEUE Queue)
{
    ((PFN_WDFIOQUEUESTOPSYNCHRONOUSLY)WdfFunctions[WdfIoQueueStopSynchronouslyTableIndex])(
        WdfDriverGlobals, Queue);
}

_IRQL_requires_max_(DISPATCH_LEVEL)
FORCEINLINE WDFDEVICE WdfIoQueueGetDevice(_In_ WDFQUEUE Queue)
{
    return ((PFN_WDFIOQUEUEGETDEVICE)WdfFunctions[WdfIoQueueGetDeviceTableIndex])(WdfDriverGlobals,
                                                                                  Queue);
}

_Must_inspect_result_ _IRQL_requires_max_(DISPATCH_LEVEL)
FORCEINLINE NTSTATUS WdfIoQueueRetrieveNextRequest(_In_ WDFQUEUE Queue,
                                                   _Out_ WDFREQUEST *OutRequest)
{
    return (
        (PFN_WDFIOQUEUERETRIEVENEXTREQUEST)WdfFunctions[WdfIoQueueRetrieveNextRequestTableIndex])(
        WdfDriverGlobals, Queue, OutRequest);
}

_Must_inspect_result_ _IRQL_requires_max_(DISPATCH_LEVEL)
FORCEINLINE NTSTATUS WdfIoQueueRetrieveRequestByFileObject(_In_ WDFQUEUE Queue,
                                                           _In_ WDFFILEOBJECT FileObject,
                                                           _Out_ WDFREQUEST *OutRequest)
{
    return ((PFN_WDFIOQUEUERETRIEVEREQUESTBYFILEOBJECT)
                WdfFunctions[WdfIoQueueRetrieveRequestByFileObjectTableIndex])(
        WdfDriverGlobals, Queue, FileObject, OutRequest);
}

_Must_inspect_result_ _IRQL_requires_max_(DISPATCH_LEVEL)
FORCEINLINE NTSTATUS WdfIoQueueFindRequest(_In_ WDFQUEUE Queue, _In_opt_ WDFREQUEST FoundRequest,
                                           _In_opt_ WDFFILEOBJECT FileObject,
                                           _Inout_opt_ PWDF_REQUEST_PARAMETERS Parameters,
                                           _Out_ WDFREQUEST *OutRequest)
{
    return ((PFN_WDFIOQUEUEFINDREQUEST)WdfFunctions[WdfIoQueueFindRequestTableIndex])(
        WdfDriverGlobals, Queue, FoundRequest, FileObject, Parameters, OutRequest);
}

_Must_inspect_result_ _IRQL_requires_max_(DISPATCH_LEVEL)
FORCEINLINE NTSTATUS WdfIoQueueRetrieveFoundRequest(_In_ WDFQUEUE Queue,
                                                    _In_ WDFREQUEST FoundRequest,
                                                    _Out_ WDFREQUEST *OutRequest)
{
    return (
        (PFN_WDFIOQUEUERETRIEVEFOUNDREQUEST)WdfFunctions[WdfIoQueueRetrieveFoundRequestTableIndex])(
        WdfDriverGlobals, Queue, FoundRequest, OutRequest);
}

_IRQL_requires_max_(PASSIVE_LEVEL)
FORCEINLINE VOID WdfIoQueueDrainSynchronously(_In_ WDFQUEUE Queue)
{
    ((PFN_WDFIOQUEUEDRAINSYNCHRONOUSLY)WdfFunctions[WdfIoQueueDrainSynchronouslyTableIndex])(
        WdfDriverGlobals, Queue);
}

_IRQL_requires_max_(DISPATCH_LEVEL)
FORCEINLINE VOID WdfIoQueueDrain(_In_ WDFQUEUE Queue,
                                 _When_(Context != 0, _In_) _When_(Context == 0, _In_opt_)
                                     PFN_WDF_IO_QUEUE_STATE DrainComplete,
                                 _When_(DrainComplete != 0, _In_)
                                     _When_(DrainComplete == 0, _In_opt_) WDFCONTEXT Context)
{
    ((PFN_WDFIOQUEUEDRAIN)WdfFunctions[WdfIoQueueDrainTableIndex])(WdfDriverGlobals, Queue,
                                                                   DrainComplete, Context);
}

_IRQL_requires_max_(PASSIVE_LEVEL)
FORCEINLINE VOID WdfIoQueuePurgeSynchronously(_In_ WDFQUEUE Queue)
{
    ((PFN_WDFIOQUEUEPURGESYNCHRONOUSLY)WdfFunctions[WdfIoQueuePurgeSynchronouslyTableIndex])(
        WdfDriverGlobals, Queue);
}

_IRQL_requires_max_(DISPATCH_LEVEL)
FORCEINLINE VOID WdfIoQueuePurge(_In_ WDFQUEUE Queue,
                                 _When_(Context != 0, _In_) _When_(Context == 0, _In_opt_)
                                     PFN_WDF_IO_QUEUE_STATE PurgeComplete,
                                 _When_(PurgeComplete != 0, _In_)
                                     _When_(PurgeComplete == 0, _In_opt_) WDFCONTEXT Context)
{
    ((PFN_WDFIOQUEUEPURGE)WdfFunctions[WdfIoQueuePurgeTableIndex])(WdfDriverGlobals, Queue,
                                                                   PurgeComplete, Context);
}

_Must_inspect_result_ _IRQL_requires_max_(DISPATCH_LEVEL)
FORCEINLINE NTSTATUS WdfIoQueueReadyNotify(_In_ WDFQUEUE Queue,
                                           _In_opt_ PFN_WDF_IO_QUEUE_STATE QueueReady,
                                           _In_opt_ WDFCONTEXT Context)
{
    return ((PFN_WDFIOQUEUEREADYNOTIFY)WdfFunctions[WdfIoQueueReadyNotifyTableIndex])(
        WdfDriverGlobals, Queue, QueueReady, Context);
}

_Must_inspect_result_ _IRQL_requires_max_(PASSIVE_LEVEL)
OPENKMDF_SINCE_KMDF_9
FORCEINLINE NTSTATUS WdfIoQueueAssignForwardProgressPolicy(
    _In_ WDFQUEUE Queue, _In_ PWDF_IO_QUEUE_FORWARD_PROGRESS_POLICY ForwardProgressPolicy)
{
    return ((PFN_WDFIOQUEUEASSIGNFORWARDPROGRESSPOLICY)
                WdfFunctions[WdfIoQueueAssignForwardProgressPolicyTableIndex])(
        WdfDriverGlobals, Queue, ForwardProgressPolicy);
}

_IRQL_requires_max_(DISPATCH_LEVEL)
OPENKMDF_SINCE_KMDF_11
FORCEINLINE VOID WdfIoQueueStopAndPurge(_In_ WDFQUEUE Queue,
                                        _When_(Context != 0, _In_) _When_(Context == 0, _In_opt_)
                                            PFN_WDF_IO_QUEUE_STATE StopAndPurgeComplete,
                                        _When_(StopAndPurgeComplete != 0, _In_)
                                            _When_(StopAndPurgeComplete == 0, _In_opt_)
                                                WDFCONTEXT Context)
{
    ((PFN_WDFIOQUEUESTOPANDPURGE)WdfFunctions[WdfIoQueueStopAndPurgeTableIndex])(
        WdfDriverGlobals, Queue, StopAndPurgeComplete, Context);
}

_IRQL_requires_max_(PASSIVE_LEVEL)
OPENKMDF_SINCE_KMDF_11
FORCEINLINE VOID WdfIoQueueStopAndPurgeSynchronously(_In_ WDFQUEUE Queue)
{
    ((PFN_WDFIOQUEUESTOPANDPURGESYNCHRONOUSLY)
         WdfFunctions[WdfIoQueueStopAndPurgeSynchronouslyTableIndex])(WdfDriverGlobals, Queue);
}

#endif  // OPENKMDF_DRIVER

WDF_EXTERN_C_END
