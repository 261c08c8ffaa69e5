// The classic DMA routines: each calls through the adapter's table.
#pragma once

#include <nt/dma.h>

FORCEINLINE VOID PutDmaAdapter(_In_ PADAPTER_OBJECT DmaAdapter) {
    PDMA_ADAPTER adapter = (PDMA_ADAPTER)DmaAdapter;
    adapter->DmaOperations->PutDmaAdapter(adapter);
}
FORCEINLINE PVOID HalAllocateCommonBuffer(
    _In_ PADAPTER_OBJECT DmaAdapter, _In_ ULONG Length, _Out_ PPHYSICAL_ADDRESS LogicalAddress,
    _In_ BOOLEAN CacheEnabled) {
    PDMA_ADAPTER adapter = (PDMA_ADAPTER)DmaAdapter;
    return adapter->DmaOperations->AllocateCommonBuffer(
        adapter, Length, LogicalAddress, CacheEnabled);
}
FORCEINLINE VOID HalFreeCommonBuffer(
    _In_ PADAPTER_OBJECT DmaAdapter, _In_ ULONG Length, _In_ PHYSICAL_ADDRESS LogicalAddress,
    _In_ PVOID VirtualAddress, _In_ BOOLEAN CacheEnabled) {
    PDMA_ADAPTER adapter = (PDMA_ADAPTER)DmaAdapter;
    adapter->DmaOperations->FreeCommonBuffer(
        adapter, Length, LogicalAddress, VirtualAddress, CacheEnabled);
}
FORCEINLINE NTSTATUS IoAllocateAdapterChannel(
    _In_ PADAPTER_OBJECT DmaAdapter, _In_ PDEVICE_OBJECT DeviceObject,
    _In_ ULONG NumberOfMapRegisters, _In_ PDRIVER_CONTROL ExecutionRoutine, _In_ PVOID Context) {
    PDMA_ADAPTER adapter = (PDMA_ADAPTER)DmaAdapter;
    return adapter->DmaOperations->AllocateAdapterChannel(
        adapter, DeviceObject, NumberOfMapRegisters, ExecutionRoutine, Context);
}
FORCEINLINE BOOLEAN IoFlushAdapterBuffers(
    _In_ PADAPTER_OBJECT DmaAdapter, _In_ PMDL Mdl, _In_ PVOID MapRegisterBase,
    _In_ PVOID CurrentVa, _In_ ULONG Length, _In_ BOOLEAN WriteToDevice) {
    PDMA_ADAPTER adapter = (PDMA_ADAPTER)DmaAdapter;
    return adapter->DmaOperations->FlushAdapterBuffers(
        adapter, Mdl, MapRegisterBase, CurrentVa, Length, WriteToDevice);
}
FORCEINLINE VOID IoFreeAdapterChannel(_In_ PADAPTER_OBJECT DmaAdapter) {
    PDMA_ADAPTER adapter = (PDMA_ADAPTER)DmaAdapter;
    adapter->DmaOperations->FreeAdapterChannel(adapter);
}
FORCEINLINE VOID IoFreeMapRegisters(
    _In_ PADAPTER_OBJECT DmaAdapter, _In_ PVOID MapRegisterBase, _In_ ULONG NumberOfMapRegisters) {
    PDMA_ADAPTER adapter = (PDMA_ADAPTER)DmaAdapter;
    adapter->DmaOperations->FreeMapRegisters(adapter, MapRegisterBase, NumberOfMapRegisters);
}
FORCEINLINE PHYSICAL_ADDRESS IoMapTransfer(
    _In_ PADAPTER_OBJECT DmaAdapter, _In_ PMDL Mdl, _In_ PVOID MapRegisterBase,
    _In_ PVOID CurrentVa, _Inout_ PULONG Length, _In_ BOOLEAN WriteToDevice) {
    PDMA_ADAPTER adapter = (PDMA_ADAPTER)DmaAdapter;
    return adapter->DmaOperations->MapTransfer(
        adapter, Mdl, MapRegisterBase, CurrentVa, Length, WriteToDevice);
}
FORCEINLINE ULONG HalGetDmaAlignment(_In_ PADAPTER_OBJECT DmaAdapter) {
    PDMA_ADAPTER adapter = (PDMA_ADAPTER)DmaAdapter;
    return adapter->DmaOperations->GetDmaAlignment(adapter);
}
FORCEINLINE ULONG HalReadDmaCounter(_In_ PADAPTER_OBJECT DmaAdapter) {
    PDMA_ADAPTER adapter = (PDMA_ADAPTER)DmaAdapter;
    return adapter->DmaOperations->ReadDmaCounter(adapter);
}
