// Direct memory access: device descriptions, adapters and their operations.
#pragma once

#include <nt/io.h>
#include <nt/mm.h>
#include <nt/pnp_types.h>

typedef enum _DMA_WIDTH {
    Width8Bits = 0,
    Width16Bits,
    Width32Bits,
    Width64Bits,
    WidthNoWrap,
    MaximumDmaWidth,
} DMA_WIDTH, *PDMA_WIDTH;

typedef enum _DMA_SPEED {
    Compatible = 0,
    TypeA,
    TypeB,
    TypeC,
    TypeF,
    MaximumDmaSpeed,
} DMA_SPEED, *PDMA_SPEED;

typedef enum _DMA_COMPLETION_STATUS {
    DmaComplete = 0,
    DmaAborted,
    DmaError,
    DmaCancelled,
} DMA_COMPLETION_STATUS, *PDMA_COMPLETION_STATUS;
#define DMA_TRANSFER_CONTEXT_VERSION1 1
#define DMA_TRANSFER_CONTEXT_SIZE_V1 128
#define DMA_ADAPTER_INFO_VERSION1 1
#define DMA_ADAPTER_INFO_VERSION_CRASHDUMP 0xFFFF0000
#define DMA_TRANSFER_INFO_VERSION1 1
#define DMA_TRANSFER_INFO_VERSION2 2
#define DMA_SYNCHRONOUS_CALLBACK 0x01
#define DMA_ZERO_BUFFERS 0x02
#define DMA_FAIL_ON_BOUNCE 0x04
#define ADAPTER_INFO_SYNCHRONOUS_CALLBACK 0x0001
#define ADAPTER_INFO_API_BYPASS 0x0002
#define DEVICE_DESCRIPTION_VERSION  0
#define DMAV3_TRANFER_WIDTH_8       0
#define DEVICE_DESCRIPTION_VERSION1 1
#define DMAV3_TRANFER_WIDTH_16      1
#define DEVICE_DESCRIPTION_VERSION2 2
#define DMAV3_TRANFER_WIDTH_32      2
#define DEVICE_DESCRIPTION_VERSION3 3
#define DMAV3_TRANFER_WIDTH_64      3
#define DMAV3_TRANFER_WIDTH_128     4
#define DMAV3_TRANFER_WIDTH_256     5

typedef struct _DEVICE_DESCRIPTION {
    ULONG Version;
    BOOLEAN Master;
    BOOLEAN ScatterGather;
    BOOLEAN DemandMode;
    BOOLEAN AutoInitialize;
    BOOLEAN Dma32BitAddresses;
    BOOLEAN IgnoreCount;
    BOOLEAN Reserved1;
    BOOLEAN Dma64BitAddresses;
    ULONG BusNumber;
    ULONG DmaChannel;
    INTERFACE_TYPE InterfaceType;
    DMA_WIDTH DmaWidth;
    DMA_SPEED DmaSpeed;
    ULONG MaximumLength;
    ULONG DmaPort;
    ULONG DmaAddressWidth;
    ULONG DmaControllerInstance;
    ULONG DmaRequestLine;
    PHYSICAL_ADDRESS DeviceAddress;
} DEVICE_DESCRIPTION, *PDEVICE_DESCRIPTION;

typedef struct _SCATTER_GATHER_ELEMENT {
    PHYSICAL_ADDRESS Address;
    ULONG Length;
    ULONG_PTR Reserved;
} SCATTER_GATHER_ELEMENT, *PSCATTER_GATHER_ELEMENT;
typedef struct _SCATTER_GATHER_LIST {
    ULONG NumberOfElements;
    ULONG_PTR Reserved;
    SCATTER_GATHER_ELEMENT Elements[];
} SCATTER_GATHER_LIST, *PSCATTER_GATHER_LIST;

typedef struct _DMA_ADAPTER_INFO_V1 {
    ULONG ReadDmaCounterAvailable;
    ULONG ScatterGatherLimit;
    ULONG DmaAddressWidth;
    ULONG Flags;
    ULONG MinimumTransferUnit;
} DMA_ADAPTER_INFO_V1, *PDMA_ADAPTER_INFO_V1;

typedef struct _DMA_ADAPTER_INFO_CRASHDUMP {
    DEVICE_DESCRIPTION DeviceDescription;
    SIZE_T DeviceIdSize;
    PVOID DeviceId;
} DMA_ADAPTER_INFO_CRASHDUMP, *PDMA_ADAPTER_INFO_CRASHDUMP;
typedef struct _DMA_ADAPTER_INFO {
    ULONG Version;
    union {
        DMA_ADAPTER_INFO_V1 V1;
        DMA_ADAPTER_INFO_CRASHDUMP Crashdump;
    };
} DMA_ADAPTER_INFO, *PDMA_ADAPTER_INFO;
typedef struct _DMA_TRANSFER_INFO_V1 {
    ULONG MapRegisterCount;
    ULONG ScatterGatherElementCount;
    ULONG ScatterGatherListSize;
} DMA_TRANSFER_INFO_V1, *PDMA_TRANSFER_INFO_V1;

typedef struct _DMA_TRANSFER_INFO_V2 {
    ULONG MapRegisterCount;
    ULONG ScatterGatherElementCount;
    ULONG ScatterGatherListSize;
    ULONG LogicalPageCount;
} DMA_TRANSFER_INFO_V2, *PDMA_TRANSFER_INFO_V2;

typedef struct _DMA_TRANSFER_INFO {
    ULONG Version;
    union {
        DMA_TRANSFER_INFO_V1 V1;
        DMA_TRANSFER_INFO_V2 V2;
    };
} DMA_TRANSFER_INFO, *PDMA_TRANSFER_INFO;

typedef VOID NTAPI DMA_COMPLETION_ROUTINE(
    _In_ struct _DMA_ADAPTER *DmaAdapter, _In_ PDEVICE_OBJECT DeviceObject,
    _In_ PVOID CompletionContext, _In_ DMA_COMPLETION_STATUS Status);
typedef DMA_COMPLETION_ROUTINE *PDMA_COMPLETION_ROUTINE;

typedef enum _DMA_COMMON_BUFFER_EXTENDED_CONFIGURATION_TYPE {
    CommonBufferConfigTypeLogicalAddressLimits,
    CommonBufferConfigTypeSubSection,
    CommonBufferConfigTypeHardwareAccessPermissions,
    CommonBufferConfigTypeMax
} DMA_COMMON_BUFFER_EXTENDED_CONFIGURATION_TYPE;
typedef enum _DMA_COMMON_BUFFER_EXTENDED_CONFIGURATION_ACCESS_TYPE {
    CommonBufferHardwareAccessReadOnly,
    CommonBufferHardwareAccessWriteOnly,
    CommonBufferHardwareAccessReadWrite,
    CommonBufferHardwareAccessMax
} DMA_COMMON_BUFFER_EXTENDED_CONFIGURATION_ACCESS_TYPE;
typedef struct _DMA_COMMON_BUFFER_EXTENDED_CONFIGURATION {
    DMA_COMMON_BUFFER_EXTENDED_CONFIGURATION_TYPE ConfigType;
    union {
        struct {
            PHYSICAL_ADDRESS MinimumAddress;
            PHYSICAL_ADDRESS MaximumAddress;
        } LogicalAddressLimits;
        struct {
            ULONGLONG Offset;
            ULONG Length;
        } SubSection;
        DMA_COMMON_BUFFER_EXTENDED_CONFIGURATION_ACCESS_TYPE HardwareAccessType;
        ULONGLONG Reserved[4];
    };
} DMA_COMMON_BUFFER_EXTENDED_CONFIGURATION, *PDMA_COMMON_BUFFER_EXTENDED_CONFIGURATION;
typedef struct _DMA_COMMON_BUFFER_VECTOR DMA_COMMON_BUFFER_VECTOR, *PDMA_COMMON_BUFFER_VECTOR;

typedef VOID(NTAPI *PPUT_DMA_ADAPTER)(struct _DMA_ADAPTER *DmaAdapter);
typedef PVOID(NTAPI *PALLOCATE_COMMON_BUFFER)(
    _In_ struct _DMA_ADAPTER *DmaAdapter, _In_ ULONG Length, _Out_ PPHYSICAL_ADDRESS LogicalAddress,
    _In_ BOOLEAN CacheEnabled);
typedef VOID(NTAPI *PFREE_COMMON_BUFFER)(
    _In_ struct _DMA_ADAPTER *DmaAdapter, _In_ ULONG Length, _In_ PHYSICAL_ADDRESS LogicalAddress,
    _In_ PVOID VirtualAddress, _In_ BOOLEAN CacheEnabled);
typedef NTSTATUS(NTAPI *PALLOCATE_ADAPTER_CHANNEL)(
    _In_ struct _DMA_ADAPTER *DmaAdapter, _In_ PDEVICE_OBJECT DeviceObject,
    _In_ ULONG NumberOfMapRegisters, _In_ PDRIVER_CONTROL ExecutionRoutine, _In_ PVOID Context);
typedef BOOLEAN(NTAPI *PFLUSH_ADAPTER_BUFFERS)(
    _In_ struct _DMA_ADAPTER *DmaAdapter, _In_ PMDL Mdl, _In_ PVOID MapRegisterBase,
    _In_ PVOID CurrentVa, _In_ ULONG Length, _In_ BOOLEAN WriteToDevice);
typedef VOID(NTAPI *PFREE_ADAPTER_CHANNEL)(_In_ struct _DMA_ADAPTER *DmaAdapter);
typedef VOID(NTAPI *PFREE_MAP_REGISTERS)(
    _In_ struct _DMA_ADAPTER *DmaAdapter, PVOID MapRegisterBase, ULONG NumberOfMapRegisters);
typedef PHYSICAL_ADDRESS(NTAPI *PMAP_TRANSFER)(
    _In_ struct _DMA_ADAPTER *DmaAdapter, _In_ PMDL Mdl, _In_ PVOID MapRegisterBase,
    _In_ PVOID CurrentVa, _Inout_ PULONG Length, _In_ BOOLEAN WriteToDevice);
typedef ULONG(NTAPI *PGET_DMA_ALIGNMENT)(_In_ struct _DMA_ADAPTER *DmaAdapter);
typedef ULONG(NTAPI *PREAD_DMA_COUNTER)(_In_ struct _DMA_ADAPTER *DmaAdapter);
typedef NTSTATUS(NTAPI *PGET_SCATTER_GATHER_LIST)(
    _In_ struct _DMA_ADAPTER *DmaAdapter, _In_ PDEVICE_OBJECT DeviceObject, _In_ PMDL Mdl,
    _In_ PVOID CurrentVa, _In_ ULONG Length, _In_ PDRIVER_LIST_CONTROL ExecutionRoutine,
    _In_ PVOID Context, _In_ BOOLEAN WriteToDevice);
typedef VOID(NTAPI *PPUT_SCATTER_GATHER_LIST)(
    _In_ struct _DMA_ADAPTER *DmaAdapter, _In_ PSCATTER_GATHER_LIST ScatterGather,
    _In_ BOOLEAN WriteToDevice);
typedef NTSTATUS(NTAPI *PCALCULATE_SCATTER_GATHER_LIST_SIZE)(
    _In_ struct _DMA_ADAPTER *DmaAdapter, _In_opt_ PMDL Mdl, _In_ PVOID CurrentVa,
    _In_ ULONG Length, _Out_ PULONG ScatterGatherListSize,
    _Out_opt_ PULONG pNumberOfMapRegisters);
typedef NTSTATUS(NTAPI *PBUILD_SCATTER_GATHER_LIST)(
    _In_ struct _DMA_ADAPTER *DmaAdapter, _In_ PDEVICE_OBJECT DeviceObject, _In_ PMDL Mdl,
    _In_ PVOID CurrentVa, _In_ ULONG Length, _In_ PDRIVER_LIST_CONTROL ExecutionRoutine,
    _In_ PVOID Context, _In_ BOOLEAN WriteToDevice, _In_ PVOID ScatterGatherBuffer,
    _In_ ULONG ScatterGatherBufferLength);
typedef NTSTATUS(NTAPI *PBUILD_MDL_FROM_SCATTER_GATHER_LIST)(
    _In_ struct _DMA_ADAPTER *DmaAdapter, _In_ PSCATTER_GATHER_LIST ScatterGather,
    _In_ PMDL OriginalMdl, _Out_ PMDL *TargetMdl);
typedef NTSTATUS(NTAPI *PGET_DMA_ADAPTER_INFO)(
    _In_ struct _DMA_ADAPTER *DmaAdapter, _Inout_ PDMA_ADAPTER_INFO AdapterInfo);
typedef NTSTATUS(NTAPI *PGET_DMA_TRANSFER_INFO)(
    _In_ struct _DMA_ADAPTER *DmaAdapter, _In_ PMDL Mdl, _In_ ULONGLONG Offset, _In_ ULONG Length,
    _In_ BOOLEAN WriteOnly, _Inout_ PDMA_TRANSFER_INFO TransferInfo);
typedef NTSTATUS(NTAPI *PINITIALIZE_DMA_TRANSFER_CONTEXT)(
    _In_ struct _DMA_ADAPTER *DmaAdapter, _Out_ PVOID DmaTransferContext);
typedef PVOID(NTAPI *PALLOCATE_COMMON_BUFFER_EX)(
    _In_ struct _DMA_ADAPTER *DmaAdapter, _In_opt_ PPHYSICAL_ADDRESS MaximumAddress,
    _In_ ULONG Length, _Out_ PPHYSICAL_ADDRESS LogicalAddress, _In_ BOOLEAN CacheEnabled,
    _In_ NODE_REQUIREMENT PreferredNode);
typedef NTSTATUS(NTAPI *PALLOCATE_ADAPTER_CHANNEL_EX)(
    _In_ struct _DMA_ADAPTER *DmaAdapter, _In_ PDEVICE_OBJECT DeviceObject,
    _In_ PVOID DmaTransferContext, _In_ ULONG NumberOfMapRegisters, _In_ ULONG Flags,
    _In_opt_ PDRIVER_CONTROL ExecutionRoutine, _In_opt_ PVOID ExecutionContext,
    _Out_opt_ PVOID *MapRegisterBase);
typedef NTSTATUS(NTAPI *PCONFIGURE_ADAPTER_CHANNEL)(
    _In_ struct _DMA_ADAPTER *DmaAdapter, _In_ ULONG FunctionNumber, _In_ PVOID Context);
typedef BOOLEAN(NTAPI *PCANCEL_ADAPTER_CHANNEL)(
    _In_ struct _DMA_ADAPTER *DmaAdapter, _In_ PDEVICE_OBJECT DeviceObject,
    _In_ PVOID DmaTransferContext);
typedef NTSTATUS(NTAPI *PMAP_TRANSFER_EX)(
    _In_ struct _DMA_ADAPTER *DmaAdapter, _In_ PMDL Mdl, _In_ PVOID MapRegisterBase,
    _In_ ULONGLONG Offset, _In_ ULONG DeviceOffset, _Inout_ PULONG Length,
    _In_ BOOLEAN WriteToDevice, _Out_opt_ PSCATTER_GATHER_LIST ScatterGatherBuffer,
    _In_ ULONG ScatterGatherBufferLength, _In_opt_ PDMA_COMPLETION_ROUTINE DmaCompletionRoutine,
    _In_opt_ PVOID CompletionContext);
typedef NTSTATUS(NTAPI *PGET_SCATTER_GATHER_LIST_EX)(
    _In_ struct _DMA_ADAPTER *DmaAdapter, _In_ PDEVICE_OBJECT DeviceObject,
    _In_ PVOID DmaTransferContext, _In_ PMDL Mdl, _In_ ULONGLONG Offset, _In_ ULONG Length,
    _In_ ULONG Flags, _In_opt_ PDRIVER_LIST_CONTROL ExecutionRoutine, _In_opt_ PVOID Context,
    _In_ BOOLEAN WriteToDevice, _In_opt_ PDMA_COMPLETION_ROUTINE DmaCompletionRoutine,
    _In_opt_ PVOID CompletionContext, _Out_opt_ PSCATTER_GATHER_LIST *ScatterGatherList);
typedef NTSTATUS(NTAPI *PBUILD_SCATTER_GATHER_LIST_EX)(
    _In_ struct _DMA_ADAPTER *DmaAdapter, _In_ PDEVICE_OBJECT DeviceObject,
    _In_ PVOID DmaTransferContext, _In_ PMDL Mdl, _In_ ULONGLONG Offset, _In_ ULONG Length,
    _In_ ULONG Flags, _In_opt_ PDRIVER_LIST_CONTROL ExecutionRoutine, _In_opt_ PVOID Context,
    _In_ BOOLEAN WriteToDevice, _In_ PVOID ScatterGatherBuffer,
    _In_ ULONG ScatterGatherBufferLength, _In_opt_ PDMA_COMPLETION_ROUTINE DmaCompletionRoutine,
    _In_opt_ PVOID CompletionContext, _Out_opt_ PVOID ScatterGatherList);
typedef NTSTATUS(NTAPI *PFLUSH_ADAPTER_BUFFERS_EX)(
    _In_ struct _DMA_ADAPTER *DmaAdapter, _In_ PMDL Mdl, _In_ PVOID MapRegisterBase,
    _In_ ULONGLONG Offset, _In_ ULONG Length, _In_ BOOLEAN WriteToDevice);
typedef VOID(NTAPI *PFREE_ADAPTER_OBJECT)(
    _In_ struct _DMA_ADAPTER *DmaAdapter, _In_ IO_ALLOCATION_ACTION AllocationAction);
typedef NTSTATUS(NTAPI *PCANCEL_MAPPED_TRANSFER)(
    _In_ struct _DMA_ADAPTER *DmaAdapter, _In_ PVOID DmaTransferContext);
typedef NTSTATUS(NTAPI *PALLOCATE_DOMAIN_COMMON_BUFFER)(
    _In_ struct _DMA_ADAPTER *DmaAdapter, _In_ HANDLE DomainHandle,
    _In_opt_ PPHYSICAL_ADDRESS MaximumAddress, _In_ ULONG Length, _In_ ULONG Flags,
    _In_opt_ MEMORY_CACHING_TYPE *CacheType, _In_ NODE_REQUIREMENT PreferredNode,
    _Out_ PPHYSICAL_ADDRESS LogicalAddress, _Out_ PVOID *VirtualAddress);
typedef NTSTATUS(NTAPI *PFLUSH_DMA_BUFFER)(
    _In_ struct _DMA_ADAPTER *DmaAdapter, _In_ PMDL Mdl, _In_ BOOLEAN ReadOperation);
typedef NTSTATUS(NTAPI *PJOIN_DMA_DOMAIN)(
    _In_ struct _DMA_ADAPTER *DmaAdapter, _In_ HANDLE DomainHandle);
typedef NTSTATUS(NTAPI *PLEAVE_DMA_DOMAIN)(_In_ struct _DMA_ADAPTER *DmaAdapter);
typedef HANDLE(NTAPI *PGET_DMA_DOMAIN)(_In_ struct _DMA_ADAPTER *DmaAdapter);
typedef PVOID(NTAPI *PALLOCATE_COMMON_BUFFER_WITH_BOUNDS)(
    _In_ struct _DMA_ADAPTER *DmaAdapter, _In_opt_ PPHYSICAL_ADDRESS MinimumAddress,
    _In_opt_ PPHYSICAL_ADDRESS MaximumAddress, _In_ ULONG Length, _In_ ULONG Flags,
    _In_opt_ MEMORY_CACHING_TYPE *CacheType, _In_ NODE_REQUIREMENT PreferredNode,
    _Out_ PPHYSICAL_ADDRESS LogicalAddress);
typedef NTSTATUS(NTAPI *PALLOCATE_COMMON_BUFFER_VECTOR)(
    _In_ struct _DMA_ADAPTER *DmaAdapter, _In_ PHYSICAL_ADDRESS LowAddress,
    _In_ PHYSICAL_ADDRESS HighAddress, _In_ MEMORY_CACHING_TYPE CacheType, _In_ ULONG IdealNode,
    _In_ ULONG Flags, _In_ ULONG NumberOfElements, _In_ ULONGLONG SizeOfElements,
    _Out_ PDMA_COMMON_BUFFER_VECTOR *VectorOut);
typedef VOID(NTAPI *PGET_COMMON_BUFFER_FROM_VECTOR_BY_INDEX)(
    _In_ struct _DMA_ADAPTER *DmaAdapter, _In_ PDMA_COMMON_BUFFER_VECTOR Vector, _In_ ULONG Index,
    _Out_ PVOID *VirtualAddressOut, _Out_ PPHYSICAL_ADDRESS LogicalAddressOut);
typedef VOID(NTAPI *PFREE_COMMON_BUFFER_FROM_VECTOR)(
    _In_ struct _DMA_ADAPTER *DmaAdapter, _In_ PDMA_COMMON_BUFFER_VECTOR Vector, _In_ ULONG Index);
typedef VOID(NTAPI *PFREE_COMMON_BUFFER_VECTOR)(
    _In_ struct _DMA_ADAPTER *DmaAdapter, _In_ PDMA_COMMON_BUFFER_VECTOR Vector);
typedef NTSTATUS(NTAPI *PCREATE_COMMON_BUFFER_FROM_MDL)(
    _In_ struct _DMA_ADAPTER *DmaAdapter, _In_ PMDL Mdl,
    _In_reads_opt_(ExtendedConfigsCount) PDMA_COMMON_BUFFER_EXTENDED_CONFIGURATION ExtendedConfigs,
    _In_ ULONG ExtendedConfigsCount, _Out_ PPHYSICAL_ADDRESS LogicalAddress);

typedef struct _DMA_OPERATIONS {
    ULONG Size;
    PPUT_DMA_ADAPTER PutDmaAdapter;
    PALLOCATE_COMMON_BUFFER AllocateCommonBuffer;
    PFREE_COMMON_BUFFER FreeCommonBuffer;
    PALLOCATE_ADAPTER_CHANNEL AllocateAdapterChannel;
    PFLUSH_ADAPTER_BUFFERS FlushAdapterBuffers;
    PFREE_ADAPTER_CHANNEL FreeAdapterChannel;
    PFREE_MAP_REGISTERS FreeMapRegisters;
    PMAP_TRANSFER MapTransfer;
    PGET_DMA_ALIGNMENT GetDmaAlignment;
    PREAD_DMA_COUNTER ReadDmaCounter;
    PGET_SCATTER_GATHER_LIST GetScatterGatherList;
    PPUT_SCATTER_GATHER_LIST PutScatterGatherList;
    PCALCULATE_SCATTER_GATHER_LIST_SIZE CalculateScatterGatherList;
    PBUILD_SCATTER_GATHER_LIST BuildScatterGatherList;
    PBUILD_MDL_FROM_SCATTER_GATHER_LIST BuildMdlFromScatterGatherList;
    PGET_DMA_ADAPTER_INFO GetDmaAdapterInfo;
    PGET_DMA_TRANSFER_INFO GetDmaTransferInfo;
    PINITIALIZE_DMA_TRANSFER_CONTEXT InitializeDmaTransferContext;
    PALLOCATE_COMMON_BUFFER_EX AllocateCommonBufferEx;
    PALLOCATE_ADAPTER_CHANNEL_EX AllocateAdapterChannelEx;
    PCONFIGURE_ADAPTER_CHANNEL ConfigureAdapterChannel;
    PCANCEL_ADAPTER_CHANNEL CancelAdapterChannel;
    PMAP_TRANSFER_EX MapTransferEx;
    PGET_SCATTER_GATHER_LIST_EX GetScatterGatherListEx;
    PBUILD_SCATTER_GATHER_LIST_EX BuildScatterGatherListEx;
    PFLUSH_ADAPTER_BUFFERS_EX FlushAdapterBuffersEx;
    PFREE_ADAPTER_OBJECT FreeAdapterObject;
    PCANCEL_MAPPED_TRANSFER CancelMappedTransfer;
    PALLOCATE_DOMAIN_COMMON_BUFFER AllocateDomainCommonBuffer;
    PFLUSH_DMA_BUFFER FlushDmaBuffer;
    PJOIN_DMA_DOMAIN JoinDmaDomain;
    PLEAVE_DMA_DOMAIN LeaveDmaDomain;
    PGET_DMA_DOMAIN GetDmaDomain;
    PALLOCATE_COMMON_BUFFER_WITH_BOUNDS AllocateCommonBufferWithBounds;
    PALLOCATE_COMMON_BUFFER_VECTOR AllocateCommonBufferVector;
    PGET_COMMON_BUFFER_FROM_VECTOR_BY_INDEX GetCommonBufferFromVectorByIndex;
    PFREE_COMMON_BUFFER_FROM_VECTOR FreeCommonBufferFromVector;
    PFREE_COMMON_BUFFER_VECTOR FreeCommonBufferVector;
    PCREATE_COMMON_BUFFER_FROM_MDL CreateCommonBufferFromMdl;
} DMA_OPERATIONS, *PDMA_OPERATIONS;

typedef struct _DMA_ADAPTER {
    USHORT Version;
    USHORT Size;
    PDMA_OPERATIONS DmaOperations;
} DMA_ADAPTER, *PDMA_ADAPTER;

EXTERN_C_START
_IRQL_requires_max_(PASSIVE_LEVEL)
NTKERNELAPI PDMA_ADAPTER NTAPI IoGetDmaAdapter(
    _In_opt_ PDEVICE_OBJECT PhysicalDeviceObject, _In_ PDEVICE_DESCRIPTION DeviceDescription,
    _Out_ PULONG NumberOfMapRegisters);
EXTERN_C_END
