// Debug output and assertions.
#pragma once

#include <nt/forward.h>

EXTERN_C_START

NTKERNELAPI ULONG NTAPIV DbgPrint(_In_z_ PCSTR Format, ...);
NTKERNELAPI ULONG NTAPIV DbgPrintEx(
    _In_ ULONG ComponentId, _In_ ULONG Level, _In_z_ PCSTR Format, ...);
NTKERNELAPI ULONG NTAPI vDbgPrintEx(
    _In_ ULONG ComponentId, _In_ ULONG Level, _In_z_ PCCH Format, _In_ OPENKMDF_VA_LIST arglist);
NTKERNELAPI ULONG NTAPI vDbgPrintExWithPrefix(
    _In_z_ PCCH Prefix, _In_ ULONG ComponentId, _In_ ULONG Level, _In_z_ PCCH Format,
    _In_ OPENKMDF_VA_LIST arglist);
NTKERNELAPI ULONG NTAPIV DbgPrintReturnControlC(_In_z_ PCCH Format, ...);
NTKERNELAPI ULONG NTAPI DbgPrompt(_In_z_ PCCH Prompt, _Out_ PCH Response, _In_ ULONG Length);
NTKERNELAPI NTSTATUS NTAPI DbgQueryDebugFilterState(_In_ ULONG ComponentId, _In_ ULONG Level);
_IRQL_requires_max_(PASSIVE_LEVEL)
NTKERNELAPI NTSTATUS NTAPI DbgSetDebugFilterState(
    _In_ ULONG ComponentId, _In_ ULONG Level, _In_ BOOLEAN State);
NTKERNELAPI VOID NTAPI DbgBreakPoint(VOID);
NTKERNELAPI VOID NTAPI DbgBreakPointWithStatus(_In_ ULONG Status);
NTKERNELAPI VOID NTAPI RtlAssert(
    _In_ PVOID VoidFailedAssertion, _In_ PVOID VoidFileName, _In_ ULONG LineNumber,
    _In_opt_ PSTR MutableMessage);
NTKERNELAPI NTSTATUS NTAPI KdDisableDebugger(VOID);
NTKERNELAPI NTSTATUS NTAPI KdEnableDebugger(VOID);
NTKERNELAPI BOOLEAN NTAPI KdRefreshDebuggerNotPresent(VOID);
typedef enum _KD_OPTION {
    KD_OPTION_SET_BLOCK_ENABLE = 0,
} KD_OPTION, *PKD_OPTION;

NTKERNELAPI NTSTATUS NTAPI KdChangeOption(
    _In_ KD_OPTION Option, _In_opt_ ULONG InBufferBytes, _In_ PVOID InBuffer,
    _In_opt_ ULONG OutBufferBytes, _Inout_ PVOID OutBuffer, _Out_opt_ PULONG OutBufferNeeded);

EXTERN_C_END

typedef enum _DPFLTR_TYPE {
    DPFLTR_SYSTEM_ID = 0,
    DPFLTR_SMSS_ID,
    DPFLTR_SETUP_ID,
    DPFLTR_NTFS_ID,
    DPFLTR_FSTUB_ID,
    DPFLTR_CRASHDUMP_ID,
    DPFLTR_CDAUDIO_ID,
    DPFLTR_CDROM_ID,
    DPFLTR_CLASSPNP_ID,
    DPFLTR_DISK_ID,
    DPFLTR_REDBOOK_ID,
    DPFLTR_STORPROP_ID,
    DPFLTR_SCSIPORT_ID,
    DPFLTR_SCSIMINIPORT_ID,
    DPFLTR_CONFIG_ID,
    DPFLTR_I8042PRT_ID,
    DPFLTR_SERMOUSE_ID,
    DPFLTR_LSERMOUS_ID,
    DPFLTR_KBDHID_ID,
    DPFLTR_MOUHID_ID,
    DPFLTR_KBDCLASS_ID,
    DPFLTR_MOUCLASS_ID,
    DPFLTR_TWOTRACK_ID,
    DPFLTR_WMILIB_ID,
    DPFLTR_ACPI_ID,
    DPFLTR_AMLI_ID,
    DPFLTR_HALIA64_ID,
    DPFLTR_VIDEO_ID,
    DPFLTR_SVCHOST_ID,
    DPFLTR_VIDEOPRT_ID,
    DPFLTR_TCPIP_ID,
    DPFLTR_DMSYNTH_ID,
    DPFLTR_NTOSPNP_ID,
    DPFLTR_FASTFAT_ID,
    DPFLTR_SAMSS_ID,
    DPFLTR_PNPMGR_ID,
    DPFLTR_NETAPI_ID,
    DPFLTR_SCSERVER_ID,
    DPFLTR_SCCLIENT_ID,
    DPFLTR_SERIAL_ID,
    DPFLTR_SERENUM_ID,
    DPFLTR_UHCD_ID,
    DPFLTR_RPCPROXY_ID,
    DPFLTR_AUTOCHK_ID,
    DPFLTR_DCOMSS_ID,
    DPFLTR_UNIMODEM_ID,
    DPFLTR_SIS_ID,
    DPFLTR_FLTMGR_ID,
    DPFLTR_WMICORE_ID,
    DPFLTR_BURNENG_ID,
    DPFLTR_IMAPI_ID,
    DPFLTR_SXS_ID,
    DPFLTR_FUSION_ID,
    DPFLTR_IDLETASK_ID,
    DPFLTR_SOFTPCI_ID,
    DPFLTR_TAPE_ID,
    DPFLTR_MCHGR_ID,
    DPFLTR_IDEP_ID,
    DPFLTR_PCIIDE_ID,
    DPFLTR_FLOPPY_ID,
    DPFLTR_FDC_ID,
    DPFLTR_TERMSRV_ID,
    DPFLTR_W32TIME_ID,
    DPFLTR_PREFETCHER_ID,
    DPFLTR_RSFILTER_ID,
    DPFLTR_FCPORT_ID,
    DPFLTR_PCI_ID,
    DPFLTR_DMIO_ID,
    DPFLTR_DMCONFIG_ID,
    DPFLTR_DMADMIN_ID,
    DPFLTR_WSOCKTRANSPORT_ID,
    DPFLTR_VSS_ID,
    DPFLTR_PNPMEM_ID,
    DPFLTR_PROCESSOR_ID,
    DPFLTR_DMSERVER_ID,
    DPFLTR_SR_ID,
    DPFLTR_INFINIBAND_ID,
    DPFLTR_IHVDRIVER_ID,
    DPFLTR_IHVVIDEO_ID,
    DPFLTR_IHVAUDIO_ID,
    DPFLTR_IHVNETWORK_ID,
    DPFLTR_IHVSTREAMING_ID,
    DPFLTR_IHVBUS_ID,
    DPFLTR_HPS_ID,
    DPFLTR_RTLTHREADPOOL_ID,
    DPFLTR_LDR_ID,
    DPFLTR_TCPIP6_ID,
    DPFLTR_ISAPNP_ID,
    DPFLTR_SHPC_ID,
    DPFLTR_STORPORT_ID,
    DPFLTR_STORMINIPORT_ID,
    DPFLTR_PRINTSPOOLER_ID,
    DPFLTR_VSSDYNDISK_ID,
    DPFLTR_VERIFIER_ID,
    DPFLTR_VDS_ID,
    DPFLTR_VDSBAS_ID,
    DPFLTR_VDSDYN_ID,
    DPFLTR_VDSDYNDR_ID,
    DPFLTR_VDSLDR_ID,
    DPFLTR_VDSUTIL_ID,
    DPFLTR_DFRGIFC_ID,
    DPFLTR_DEFAULT_ID,
    DPFLTR_MM_ID,
    DPFLTR_DFSC_ID,
    DPFLTR_WOW64_ID,
    DPFLTR_ALPC_ID,
    DPFLTR_WDI_ID,
    DPFLTR_PERFLIB_ID,
    DPFLTR_KTM_ID,
    DPFLTR_IOSTRESS_ID,
    DPFLTR_HEAP_ID,
    DPFLTR_WHEA_ID,
    DPFLTR_USERGDI_ID,
    DPFLTR_MMCSS_ID,
    DPFLTR_TPM_ID,
    DPFLTR_THREADORDER_ID,
    DPFLTR_ENVIRON_ID,
    DPFLTR_EMS_ID,
    DPFLTR_WDT_ID,
    DPFLTR_FVEVOL_ID,
    DPFLTR_NDIS_ID,
    DPFLTR_NVCTRACE_ID,
    DPFLTR_LUAFV_ID,
    DPFLTR_APPCOMPAT_ID,
    DPFLTR_USBSTOR_ID,
    DPFLTR_SBP2PORT_ID,
    DPFLTR_COVERAGE_ID,
    DPFLTR_CACHEMGR_ID,
    DPFLTR_MOUNTMGR_ID,
    DPFLTR_CFR_ID,
    DPFLTR_TXF_ID,
    DPFLTR_KSECDD_ID,
    DPFLTR_FLTREGRESS_ID,
    DPFLTR_MPIO_ID,
    DPFLTR_MSDSM_ID,
    DPFLTR_UDFS_ID,
    DPFLTR_PSHED_ID,
    DPFLTR_STORVSP_ID,
    DPFLTR_LSASS_ID,
    DPFLTR_SSPICLI_ID,
    DPFLTR_CNG_ID,
    DPFLTR_EXFAT_ID,
    DPFLTR_FILETRACE_ID,
    DPFLTR_XSAVE_ID,
    DPFLTR_SE_ID,
    DPFLTR_DRIVEEXTENDER_ID,
    DPFLTR_ENDOFTABLE_ID,
} DPFLTR_TYPE, *PDPFLTR_TYPE;
#define DPFLTR_ERROR_LEVEL   0
#define DPFLTR_WARNING_LEVEL 1
#define DPFLTR_TRACE_LEVEL   2
#define DPFLTR_INFO_LEVEL    3
#define DPFLTR_MASK 0x80000000

// On the host DBG would name something else in many a program, and nothing of ours asks for it.
#if defined(OPENKMDF_DRIVER)

#if !defined(DBG)
#define DBG 0
#endif

FORCEINLINE VOID DbgRaiseAssertionFailure(VOID) {
    __asm__ __volatile__("int $0x2c" ::: "memory");
}

#if DBG
#define KdPrint(arguments) DbgPrint arguments
#define KdPrintEx(arguments) DbgPrintEx arguments
#define vKdPrintEx(arguments) vDbgPrintEx arguments
#define vKdPrintExWithPrefix(arguments) vDbgPrintExWithPrefix arguments
#define KdBreakPoint() DbgBreakPoint()
#define KdBreakPointWithStatus(status) DbgBreakPointWithStatus(status)
#define RTL_VERIFY(e) \
    ((!(e)) ? (RtlAssert((PVOID)#e, (PVOID)__FILE__, __LINE__, NULL), FALSE) : TRUE)
#define ASSERT(e) RTL_VERIFY(e)
#define ASSERTMSG(message, e)                                                             \
    ((!(e)) ? (RtlAssert((PVOID)#e, (PVOID)__FILE__, __LINE__, (PSTR)(message)), FALSE) : TRUE)
#define RTL_SOFT_ASSERT(e)                                                                \
    ((!(e)) ? (DbgPrint("%s(%d): Soft assertion failed\n   Expression: %s\n", __FILE__,   \
                        __LINE__, #e),                                                    \
               FALSE)                                                                     \
            : TRUE)
#define RTL_SOFT_ASSERTMSG(message, e)                                                    \
    ((!(e)) ? (DbgPrint("%s(%d): Soft assertion failed\n   Expression: %s\n   Message: %s\n", \
                        __FILE__, __LINE__, #e, (message)),                               \
               FALSE)                                                                     \
            : TRUE)
#define NT_ASSERT_ACTION(e) ((!(e)) ? (DbgRaiseAssertionFailure(), FALSE) : TRUE)
#define NT_ASSERT(e) ((VOID)NT_ASSERT_ACTION(e))
#define NT_VERIFY(e) NT_ASSERT_ACTION(e)
#else
#define KdPrint(arguments)
#define KdPrintEx(arguments)
#define vKdPrintEx(arguments)
#define vKdPrintExWithPrefix(arguments)
#define KdBreakPoint() ((VOID)0)
#define KdBreakPointWithStatus(status)
#define RTL_VERIFY(e) ((e) ? TRUE : FALSE)
#define ASSERT(e) ((VOID)0)
#define ASSERTMSG(message, e) ((VOID)0)
#define RTL_SOFT_ASSERT(e) ((VOID)0)
#define RTL_SOFT_ASSERTMSG(message, e) ((VOID)0)
#define NT_ASSERT(e) ((VOID)0)
#define NT_VERIFY(e) ((e) ? TRUE : FALSE)
#endif

#define ASSERTMSGW(message, e) ASSERTMSG(message, e)
#define RTL_ASSERT(e) ASSERT(e)
#define RTL_ASSERTMSG(message, e) ASSERTMSG(message, e)
#define RTL_SOFT_VERIFY(e) RTL_VERIFY(e)
#define NT_ASSERTMSG(message, e) NT_ASSERT(e)
#define NT_ASSERTMSGW(message, e) NT_ASSERT(e)
#define NT_ASSERT_ASSUME(e) NT_ASSERT(e)
#define NT_ASSERT_NOASSUME(e) NT_ASSERT(e)
#define NT_FRE_ASSERT(e) ((!(e)) ? (DbgRaiseAssertionFailure(), FALSE) : TRUE)
#define NT_FRE_ASSERTMSG(message, e) NT_FRE_ASSERT(e)
#define NT_VERIFYMSG(message, e) NT_VERIFY(e)
#define NT_ANALYSIS_ASSUME(e) ((VOID)0)

// PAGED_CODE: on a checked build a call above APC_LEVEL says so and breaks.
#if DBG && !defined(PAGED_CODE)
EXTERN_C NTKERNELAPI UCHAR NTAPI KeGetCurrentIrql(VOID);
#define PAGED_ASSERT(e) NT_ASSERT(e)
#define PAGED_CODE()                                                                      \
    do {                                                                                  \
        if (KeGetCurrentIrql() > 1) {                                                     \
            KdPrint(("EX: Pageable code called at IRQL %d\n", KeGetCurrentIrql()));       \
            PAGED_ASSERT(FALSE);                                                          \
        }                                                                                 \
    } while (0)
#elif !defined(PAGED_CODE)
#define PAGED_CODE() ((VOID)0)
#endif
#define PAGED_CODE_LOCKED() ((VOID)0)

#endif // OPENKMDF_DRIVER
