// USB interfaces, and pipes as targets.
#pragma once

#include "../wdffuncenum.h"
#include "../wdfmemory.h"
#include "../wdfobject.h"
#include "request_types.h"
#include "usb_types.h"

WDF_EXTERN_C_START

// A pipe is a target itself.
FORCEINLINE WDFIOTARGET WdfUsbTargetPipeGetIoTarget(_In_ WDFUSBPIPE Pipe)
{
    return (WDFIOTARGET)Pipe;
}

// Describes a pipe and its endpoint. IRQL: <= DISPATCH_LEVEL.
typedef VOID(NTAPI *PFN_WDFUSBTARGETPIPEGETINFORMATION)(PWDF_DRIVER_GLOBALS DriverGlobals,
                                                        WDFUSBPIPE Pipe,
                                                        PWDF_USB_PIPE_INFORMATION PipeInformation);

// Tells whether a pipe reads from the device. IRQL: <= DISPATCH_LEVEL.
typedef BOOLEAN(NTAPI *PFN_WDFUSBTARGETPIPEISINENDPOINT)(PWDF_DRIVER_GLOBALS DriverGlobals,
                                                         WDFUSBPIPE Pipe);

// Tells whether a pipe writes to the device. IRQL: <= DISPATCH_LEVEL.
typedef BOOLEAN(NTAPI *PFN_WDFUSBTARGETPIPEISOUTENDPOINT)(PWDF_DRIVER_GLOBALS DriverGlobals,
                                                          WDFUSBPIPE Pipe);

// The transfer type of a pipe. IRQL: <= DISPATCH_LEVEL.
typedef WDF_USB_PIPE_TYPE(NTAPI *PFN_WDFUSBTARGETPIPEGETTYPE)(PWDF_DRIVER_GLOBALS DriverGlobals,
                                                              WDFUSBPIPE Pipe);

// Allows reads that are no multiple of the packet size. IRQL: <= DISPATCH_LEVEL.
typedef VOID(NTAPI *PFN_WDFUSBTARGETPIPESETNOMAXIMUMPACKETSIZECHECK)(
    PWDF_DRIVER_GLOBALS DriverGlobals, WDFUSBPIPE Pipe);

// Writes to a pipe and waits. IRQL: PASSIVE_LEVEL.
typedef NTSTATUS(NTAPI *PFN_WDFUSBTARGETPIPEWRITESYNCHRONOUSLY)(
    PWDF_DRIVER_GLOBALS DriverGlobals, WDFUSBPIPE Pipe, WDFREQUEST Request,
    PWDF_REQUEST_SEND_OPTIONS RequestOptions, PWDF_MEMORY_DESCRIPTOR MemoryDescriptor,
    PULONG BytesWritten);

// Makes a request a write to a pipe. IRQL: <= DISPATCH_LEVEL.
typedef NTSTATUS(NTAPI *PFN_WDFUSBTARGETPIPEFORMATREQUESTFORWRITE)(
    PWDF_DRIVER_GLOBALS DriverGlobals, WDFUSBPIPE Pipe, WDFREQUEST Request, WDFMEMORY WriteMemory,
    PWDFMEMORY_OFFSET WriteOffset);

// Reads from a pipe and waits. IRQL: PASSIVE_LEVEL.
typedef NTSTATUS(NTAPI *PFN_WDFUSBTARGETPIPEREADSYNCHRONOUSLY)(
    PWDF_DRIVER_GLOBALS DriverGlobals, WDFUSBPIPE Pipe, WDFREQUEST Request,
    PWDF_REQUEST_SEND_OPTIONS RequestOptions, PWDF_MEMORY_DESCRIPTOR MemoryDescriptor,
    PULONG BytesRead);

// Makes a request a read from a pipe. IRQL: <= DISPATCH_LEVEL.
typedef NTSTATUS(NTAPI *PFN_WDFUSBTARGETPIPEFORMATREQUESTFORREAD)(PWDF_DRIVER_GLOBALS DriverGlobals,
                                                                  WDFUSBPIPE Pipe,
                                                                  WDFREQUEST Request,
                                                                  WDFMEMORY ReadMemory,
                                                                  PWDFMEMORY_OFFSET ReadOffset);

// Keeps reads pending on a pipe and reports their data. IRQL: <= DISPATCH_LEVEL.
typedef NTSTATUS(NTAPI *PFN_WDFUSBTARGETPIPECONFIGCONTINUOUSREADER)(
    PWDF_DRIVER_GLOBALS DriverGlobals, WDFUSBPIPE Pipe, PWDF_USB_CONTINUOUS_READER_CONFIG Config);

// Cancels the transfers of a pipe and waits. IRQL: PASSIVE_LEVEL.
typedef NTSTATUS(NTAPI *PFN_WDFUSBTARGETPIPEABORTSYNCHRONOUSLY)(
    PWDF_DRIVER_GLOBALS DriverGlobals, WDFUSBPIPE Pipe, WDFREQUEST Request,
    PWDF_REQUEST_SEND_OPTIONS RequestOptions);

// Makes a request cancel the transfers of a pipe. IRQL: <= DISPATCH_LEVEL.
typedef NTSTATUS(NTAPI *PFN_WDFUSBTARGETPIPEFORMATREQUESTFORABORT)(
    PWDF_DRIVER_GLOBALS DriverGlobals, WDFUSBPIPE Pipe, WDFREQUEST Request);

// Resets a pipe and waits. IRQL: PASSIVE_LEVEL.
typedef NTSTATUS(NTAPI *PFN_WDFUSBTARGETPIPERESETSYNCHRONOUSLY)(
    PWDF_DRIVER_GLOBALS DriverGlobals, WDFUSBPIPE Pipe, WDFREQUEST Request,
    PWDF_REQUEST_SEND_OPTIONS RequestOptions);

// Makes a request reset a pipe. IRQL: <= DISPATCH_LEVEL.
typedef NTSTATUS(NTAPI *PFN_WDFUSBTARGETPIPEFORMATREQUESTFORRESET)(
    PWDF_DRIVER_GLOBALS DriverGlobals, WDFUSBPIPE Pipe, WDFREQUEST Request);

// Sends a URB to a pipe and waits. IRQL: PASSIVE_LEVEL.
typedef NTSTATUS(NTAPI *PFN_WDFUSBTARGETPIPESENDURBSYNCHRONOUSLY)(
    PWDF_DRIVER_GLOBALS DriverGlobals, WDFUSBPIPE Pipe, WDFREQUEST Request,
    PWDF_REQUEST_SEND_OPTIONS RequestOptions, PURB Urb);

// Makes a request carry a URB to a pipe. IRQL: <= DISPATCH_LEVEL.
typedef NTSTATUS(NTAPI *PFN_WDFUSBTARGETPIPEFORMATREQUESTFORURB)(PWDF_DRIVER_GLOBALS DriverGlobals,
                                                                 WDFUSBPIPE PIPE,
                                                                 WDFREQUEST Request,
                                                                 WDFMEMORY UrbMemory,
                                                                 PWDFMEMORY_OFFSET UrbMemoryOffset);

// The number of an interface. IRQL: <= DISPATCH_LEVEL.
typedef BYTE(NTAPI *PFN_WDFUSBINTERFACEGETINTERFACENUMBER)(PWDF_DRIVER_GLOBALS DriverGlobals,
                                                           WDFUSBINTERFACE UsbInterface);

// The number of endpoints in a setting. IRQL: <= DISPATCH_LEVEL.
typedef BYTE(NTAPI *PFN_WDFUSBINTERFACEGETNUMENDPOINTS)(PWDF_DRIVER_GLOBALS DriverGlobals,
                                                        WDFUSBINTERFACE UsbInterface,
                                                        UCHAR SettingIndex);

// The descriptor of a setting. IRQL: <= DISPATCH_LEVEL.
typedef VOID(NTAPI *PFN_WDFUSBINTERFACEGETDESCRIPTOR)(
    PWDF_DRIVER_GLOBALS DriverGlobals, WDFUSBINTERFACE UsbInterface, UCHAR SettingIndex,
    PUSB_INTERFACE_DESCRIPTOR InterfaceDescriptor);

// Selects an alternate setting. IRQL: PASSIVE_LEVEL.
typedef NTSTATUS(NTAPI *PFN_WDFUSBINTERFACESELECTSETTING)(
    PWDF_DRIVER_GLOBALS DriverGlobals, WDFUSBINTERFACE UsbInterface,
    PWDF_OBJECT_ATTRIBUTES PipesAttributes, PWDF_USB_INTERFACE_SELECT_SETTING_PARAMS Params);

// Describes an endpoint of a setting. IRQL: <= DISPATCH_LEVEL.
typedef VOID(NTAPI *PFN_WDFUSBINTERFACEGETENDPOINTINFORMATION)(
    PWDF_DRIVER_GLOBALS DriverGlobals, WDFUSBINTERFACE UsbInterface, UCHAR SettingIndex,
    UCHAR EndpointIndex, PWDF_USB_PIPE_INFORMATION EndpointInfo);

// The interface at an index. IRQL: <= DISPATCH_LEVEL.
typedef WDFUSBINTERFACE(NTAPI *PFN_WDFUSBTARGETDEVICEGETINTERFACE)(
    PWDF_DRIVER_GLOBALS DriverGlobals, WDFUSBDEVICE UsbDevice, UCHAR InterfaceIndex);

// The index of the selected setting. IRQL: <= DISPATCH_LEVEL.
typedef BYTE(NTAPI *PFN_WDFUSBINTERFACEGETCONFIGUREDSETTINGINDEX)(PWDF_DRIVER_GLOBALS DriverGlobals,
                                                                  WDFUSBINTERFACE Interface);

// The number of pipes in the selected setting. IRQL: <= DISPATCH_LEVEL.
typedef BYTE(NTAPI *PFN_WDFUSBINTERFACEGETNUMCONFIGUREDPIPES)(PWDF_DRIVER_GLOBALS DriverGlobals,
                                                              WDFUSBINTERFACE UsbInterface);

// The pipe at an index of the selected setting. IRQL: <= DISPATCH_LEVEL.
typedef WDFUSBPIPE(NTAPI *PFN_WDFUSBINTERFACEGETCONFIGUREDPIPE)(PWDF_DRIVER_GLOBALS DriverGlobals,
                                                                WDFUSBINTERFACE UsbInterface,
                                                                UCHAR PipeIndex,
                                                                PWDF_USB_PIPE_INFORMATION PipeInfo);

// The pipe handle of the bus driver. IRQL: <= DISPATCH_LEVEL.
typedef USBD_PIPE_HANDLE(NTAPI *PFN_WDFUSBTARGETPIPEWDMGETPIPEHANDLE)(
    PWDF_DRIVER_GLOBALS DriverGlobals, WDFUSBPIPE UsbPipe);

// The number of alternate settings. IRQL: <= DISPATCH_LEVEL.
typedef BYTE(NTAPI *PFN_WDFUSBINTERFACEGETNUMSETTINGS)(PWDF_DRIVER_GLOBALS DriverGlobals,
                                                       WDFUSBINTERFACE UsbInterface);

#if defined(OPENKMDF_DRIVER)

_IRQL_requires_max_(DISPATCH_LEVEL)
FORCEINLINE VOID WdfUsbTargetPipeGetInformation(_In_ WDFUSBPIPE Pipe,
                                                _Out_ PWDF_USB_PIPE_INFORMATION PipeInformation)
{
    ((PFN_WDFUSBTARGETPIPEGETINFORMATION)WdfFunctions[WdfUsbTargetPipeGetInformationTableIndex])(
        WdfDriverGlobals, Pipe, PipeInformation);
}

_IRQL_requires_max_(DISPATCH_LEVEL)
FORCEINLINE BOOLEAN WdfUsbTargetPipeIsInEndpoint(_In_ WDFUSBPIPE Pipe)
{
    return ((PFN_WDFUSBTARGETPIPEISINENDPOINT)WdfFunctions[WdfUsbTargetPipeIsInEndpointTableIndex])(
        WdfDriverGlobals, Pipe);
}

_IRQL_requires_max_(DISPATCH_LEVEL)
FORCEINLINE BOOLEAN WdfUsbTargetPipeIsOutEndpoint(_In_ WDFUSBPIPE Pipe)
{
    return (
        (PFN_WDFUSBTARGETPIPEISOUTENDPOINT)WdfFunctions[WdfUsbTargetPipeIsOutEndpointTableIndex])(
        WdfDriverGlobals, Pipe);
}

_IRQL_requires_max_(DISPATCH_LEVEL)
FORCEINLINE WDF_USB_PIPE_TYPE WdfUsbTargetPipeGetType(_In_ WDFUSBPIPE Pipe)
{
    return ((PFN_WDFUSBTARGETPIPEGETTYPE)WdfFunctions[WdfUsbTargetPipeGetTypeTableIndex])(
        WdfDriverGlobals, Pipe);
}

_IRQL_requires_max_(DISPATCH_LEVEL)
FORCEINLINE VOID WdfUsbTargetPipeSetNoMaximumPacketSizeCheck(_In_ WDFUSBPIPE Pipe)
{
    ((PFN_WDFUSBTARGETPIPESETNOMAXIMUMPACKETSIZECHECK)
         WdfFunctions[WdfUsbTargetPipeSetNoMaximumPacketSizeCheckTableIndex])(WdfDriverGlobals,
                                                                              Pipe);
}

_Must_inspect_result_ _IRQL_requires_max_(PASSIVE_LEVEL)
FORCEINLINE NTSTATUS WdfUsbTargetPipeWriteSynchronously(
    _In_ WDFUSBPIPE Pipe, _In_opt_ WDFREQUEST Request,
    _In_opt_ PWDF_REQUEST_SEND_OPTIONS RequestOptions,
    _In_opt_ PWDF_MEMORY_DESCRIPTOR MemoryDescriptor, _Out_opt_ PULONG BytesWritten)
{
    return ((PFN_WDFUSBTARGETPIPEWRITESYNCHRONOUSLY)
                WdfFunctions[WdfUsbTargetPipeWriteSynchronouslyTableIndex])(
        WdfDriverGlobals, Pipe, Request, RequestOptions, MemoryDescriptor, BytesWritten);
}

_Must_inspect_result_ _IRQL_requires_max_(DISPATCH_LEVEL)
FORCEINLINE NTSTATUS WdfUsbTargetPipeFormatRequestForWrite(_In_ WDFUSBPIPE Pipe,
                                                           _In_ WDFREQUEST Request,
                                                           _In_opt_ WDFMEMORY WriteMemory,
                                                           _In_opt_ PWDFMEMORY_OFFSET WriteOffset)
{
    return ((PFN_WDFUSBTARGETPIPEFORMATREQUESTFORWRITE)
                WdfFunctions[WdfUsbTargetPipeFormatRequestForWriteTableIndex])(
        WdfDriverGlobals, Pipe, Request, WriteMemory, WriteOffset);
}

_Must_inspect_result_ _IRQL_requires_max_(PASSIVE_LEVEL)
FORCEINLINE NTSTATUS WdfUsbTargetPipeReadSynchronously(
    _In_ WDFUSBPIPE Pipe, _In_opt_ WDFREQUEST Request,
    _In_opt_ PWDF_REQUEST_SEND_OPTIONS RequestOptions,
    _In_opt_ PWDF_MEMORY_DESCRIPTOR MemoryDescriptor, _Out_opt_ PULONG BytesRead)
{
    return ((PFN_WDFUSBTARGETPIPEREADSYNCHRONOUSLY)
                WdfFunctions[WdfUsbTargetPipeReadSynchronouslyTableIndex])(
        WdfDriverGlobals, Pipe, Request, RequestOptions, MemoryDescriptor, BytesRead);
}

_Must_inspect_result_ _IRQL_requires_max_(DISPATCH_LEVEL)
FORCEINLINE NTSTATUS WdfUsbTargetPipeFormatRequestForRead(_In_ WDFUSBPIPE Pipe,
                                                          _In_ WDFREQUEST Request,
                                                          _In_opt_ WDFMEMORY ReadMemory,
                                                          _In_opt_ PWDFMEMORY_OFFSET ReadOffset)
{
    return ((PFN_WDFUSBTARGETPIPEFORMATREQUESTFORREAD)
                WdfFunctions[WdfUsbTargetPipeFormatRequestForReadTableIndex])(
        WdfDriverGlobals, Pipe, Request, ReadMemory, ReadOffset);
}

_Must_inspect_result_ _IRQL_requires_max_(DISPATCH_LEVEL)
FORCEINLINE NTSTATUS WdfUsbTargetPipeConfigContinuousReader(
    _In_ WDFUSBPIPE Pipe, _In_ PWDF_USB_CONTINUOUS_READER_CONFIG Config)
{
    return ((PFN_WDFUSBTARGETPIPECONFIGCONTINUOUSREADER)
                WdfFunctions[WdfUsbTargetPipeConfigContinuousReaderTableIndex])(WdfDriverGlobals,
                                                                                Pipe, Config);
}

_Must_inspect_result_ _IRQL_requires_max_(PASSIVE_LEVEL)
FORCEINLINE NTSTATUS
WdfUsbTargetPipeAbortSynchronously(_In_ WDFUSBPIPE Pipe, _In_opt_ WDFREQUEST Request,
                                   _In_opt_ PWDF_REQUEST_SEND_OPTIONS RequestOptions)
{
    return ((PFN_WDFUSBTARGETPIPEABORTSYNCHRONOUSLY)
                WdfFunctions[WdfUsbTargetPipeAbortSynchronouslyTableIndex])(
        WdfDriverGlobals, Pipe, Request, RequestOptions);
}

_Must_inspect_result_ _IRQL_requires_max_(DISPATCH_LEVEL)
FORCEINLINE NTSTATUS WdfUsbTargetPipeFormatRequestForAbort(_In_ WDFUSBPIPE Pipe,
                                                           _In_ WDFREQUEST Request)
{
    return ((PFN_WDFUSBTARGETPIPEFORMATREQUESTFORABORT)
                WdfFunctions[WdfUsbTargetPipeFormatRequestForAbortTableIndex])(WdfDriverGlobals,
                                                                               Pipe, Request);
}

_Must_inspect_result_ _IRQL_requires_max_(PASSIVE_LEVEL)
FORCEINLINE NTSTATUS
WdfUsbTargetPipeResetSynchronously(_In_ WDFUSBPIPE Pipe, _In_opt_ WDFREQUEST Request,
                                   _In_opt_ PWDF_REQUEST_SEND_OPTIONS RequestOptions)
{
    return ((PFN_WDFUSBTARGETPIPERESETSYNCHRONOUSLY)
                WdfFunctions[WdfUsbTargetPipeResetSynchronouslyTableIndex])(
        WdfDriverGlobals, Pipe, Request, RequestOptions);
}

_Must_inspect_result_ _IRQL_requires_max_(DISPATCH_LEVEL)
FORCEINLINE NTSTATUS WdfUsbTargetPipeFormatRequestForReset(_In_ WDFUSBPIPE Pipe,
                                                           _In_ WDFREQUEST Request)
{
    return ((PFN_WDFUSBTARGETPIPEFORMATREQUESTFORRESET)
                WdfFunctions[WdfUsbTargetPipeFormatRequestForResetTableIndex])(WdfDriverGlobals,
                                                                               Pipe, Request);
}

_Must_inspect_result_ _IRQL_requires_max_(PASSIVE_LEVEL)
FORCEINLINE NTSTATUS WdfUsbTargetPipeSendUrbSynchronously(
    _In_ WDFUSBPIPE Pipe, _In_opt_ WDFREQUEST Request,
    _In_opt_ PWDF_REQUEST_SEND_OPTIONS RequestOptions, _In_ PURB Urb)
{
    return ((PFN_WDFUSBTARGETPIPESENDURBSYNCHRONOUSLY)
                WdfFunctions[WdfUsbTargetPipeSendUrbSynchronouslyTableIndex])(
        WdfDriverGlobals, Pipe, Request, RequestOptions, Urb);
}

_Must_inspect_result_ _IRQL_requires_max_(DISPATCH_LEVEL)
FORCEINLINE NTSTATUS WdfUsbTargetPipeFormatRequestForUrb(_In_ WDFUSBPIPE PIPE,
                                                         _In_ WDFREQUEST Request,
                                                         _In_ WDFMEMORY UrbMemory,
                                                         _In_opt_ PWDFMEMORY_OFFSET UrbMemoryOffset)
{
    return ((PFN_WDFUSBTARGETPIPEFORMATREQUESTFORURB)
                WdfFunctions[WdfUsbTargetPipeFormatRequestForUrbTableIndex])(
        WdfDriverGlobals, PIPE, Request, UrbMemory, UrbMemoryOffset);
}

_IRQL_requires_max_(DISPATCH_LEVEL)
FORCEINLINE BYTE WdfUsbInterfaceGetInterfaceNumber(_In_ WDFUSBINTERFACE UsbInterface)
{
    return ((PFN_WDFUSBINTERFACEGETINTERFACENUMBER)
                WdfFunctions[WdfUsbInterfaceGetInterfaceNumberTableIndex])(WdfDriverGlobals,
                                                                           UsbInterface);
}

_IRQL_requires_max_(DISPATCH_LEVEL)
FORCEINLINE BYTE WdfUsbInterfaceGetNumEndpoints(_In_ WDFUSBINTERFACE UsbInterface,
                                                _In_ UCHAR SettingIndex)
{
    return (
        (PFN_WDFUSBINTERFACEGETNUMENDPOINTS)WdfFunctions[WdfUsbInterfaceGetNumEndpointsTableIndex])(
        WdfDriverGlobals, UsbInterface, SettingIndex);
}

_IRQL_requires_max_(DISPATCH_LEVEL)
FORCEINLINE VOID WdfUsbInterfaceGetDescriptor(_In_ WDFUSBINTERFACE UsbInterface,
                                              _In_ UCHAR SettingIndex,
                                              _Out_ PUSB_INTERFACE_DESCRIPTOR InterfaceDescriptor)
{
    ((PFN_WDFUSBINTERFACEGETDESCRIPTOR)WdfFunctions[WdfUsbInterfaceGetDescriptorTableIndex])(
        WdfDriverGlobals, UsbInterface, SettingIndex, InterfaceDescriptor);
}

_Must_inspect_result_ _IRQL_requires_max_(PASSIVE_LEVEL)
FORCEINLINE NTSTATUS WdfUsbInterfaceSelectSetting(
    _In_ WDFUSBINTERFACE UsbInterface, _In_opt_ PWDF_OBJECT_ATTRIBUTES PipesAttributes,
    _In_ PWDF_USB_INTERFACE_SELECT_SETTING_PARAMS Params)
{
    return ((PFN_WDFUSBINTERFACESELECTSETTING)WdfFunctions[WdfUsbInterfaceSelectSettingTableIndex])(
        WdfDriverGlobals, UsbInterface, PipesAttributes, Params);
}

_IRQL_requires_max_(DISPATCH_LEVEL)
FORCEINLINE VOID WdfUsbInterfaceGetEndpointInformation(
    _In_ WDFUSBINTERFACE UsbInterface, _In_ UCHAR SettingIndex, _In_ UCHAR EndpointIndex,
    _Inout_ PWDF_USB_PIPE_INFORMATION EndpointInfo)
{
    ((PFN_WDFUSBINTERFACEGETENDPOINTINFORMATION)
         WdfFunctions[WdfUsbInterfaceGetEndpointInformationTableIndex])(
        WdfDriverGlobals, UsbInterface, SettingIndex, EndpointIndex, EndpointInfo);
}

_IRQL_requires_max_(DISPATCH_LEVEL)
FORCEINLINE WDFUSBINTERFACE WdfUsbTargetDeviceGetInterface(_In_ WDFUSBDEVICE UsbDevice,
                                                           _In_ UCHAR InterfaceIndex)
{
    return (
        (PFN_WDFUSBTARGETDEVICEGETINTERFACE)WdfFunctions[WdfUsbTargetDeviceGetInterfaceTableIndex])(
        WdfDriverGlobals, UsbDevice, InterfaceIndex);
}

_IRQL_requires_max_(DISPATCH_LEVEL)
FORCEINLINE BYTE WdfUsbInterfaceGetConfiguredSettingIndex(_In_ WDFUSBINTERFACE Interface)
{
    return ((PFN_WDFUSBINTERFACEGETCONFIGUREDSETTINGINDEX)
                WdfFunctions[WdfUsbInterfaceGetConfiguredSettingIndexTableIndex])(WdfDriverGlobals,
                                                                                  Interface);
}

_IRQL_requires_max_(DISPATCH_LEVEL)
FORCEINLINE BYTE WdfUsbInterfaceGetNumConfiguredPipes(_In_ WDFUSBINTERFACE UsbInterface)
{
    return ((PFN_WDFUSBINTERFACEGETNUMCONFIGUREDPIPES)
                WdfFunctions[WdfUsbInterfaceGetNumConfiguredPipesTableIndex])(WdfDriverGlobals,
                                                                              UsbInterface);
}

_IRQL_requires_max_(DISPATCH_LEVEL)
FORCEINLINE WDFUSBPIPE
WdfUsbInterfaceGetConfiguredPipe(_In_ WDFUSBINTERFACE UsbInterface, _In_ UCHAR PipeIndex,
                                 _Inout_opt_ PWDF_USB_PIPE_INFORMATION PipeInfo)
{
    return ((PFN_WDFUSBINTERFACEGETCONFIGUREDPIPE)
                WdfFunctions[WdfUsbInterfaceGetConfiguredPipeTableIndex])(
        WdfDriverGlobals, UsbInterface, PipeIndex, PipeInfo);
}

_IRQL_requires_max_(DISPATCH_LEVEL)
FORCEINLINE USBD_PIPE_HANDLE WdfUsbTargetPipeWdmGetPipeHandle(_In_ WDFUSBPIPE UsbPipe)
{
    return ((PFN_WDFUSBTARGETPIPEWDMGETPIPEHANDLE)
                WdfFunctions[WdfUsbTargetPipeWdmGetPipeHandleTableIndex])(WdfDriverGlobals,
                                                                          UsbPipe);
}

_IRQL_requires_max_(DISPATCH_LEVEL)
OPENKMDF_SINCE_KMDF_5
FORCEINLINE BYTE WdfUsbInterfaceGetNumSettings(_In_ WDFUSBINTERFACE UsbInterface)
{
    return (
        (PFN_WDFUSBINTERFACEGETNUMSETTINGS)WdfFunctions[WdfUsbInterfaceGetNumSettingsTableIndex])(
        WdfDriverGlobals, UsbInterface);
}

#endif  // OPENKMDF_DRIVER

WDF_EXTERN_C_END
