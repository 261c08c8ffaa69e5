// Variables that the kernel exports. Each machine has its own: a driver reaches them through its
// import table, also in an ELF module, where the cell has the name that a PE linker would give it.
#pragma once

#include <nt/ke_types.h>
#include <nt/se_types.h>

#if defined(OPENKMDF_DRIVER)

EXTERN_C_START

#if defined(OPENKMDF_DRIVER_ELF)

extern POBJECT_TYPE **__imp_CmKeyObjectType;
#define CmKeyObjectType (*__imp_CmKeyObjectType)
extern POBJECT_TYPE **__imp_ExDesktopObjectType;
#define ExDesktopObjectType (*__imp_ExDesktopObjectType)
extern POBJECT_TYPE **__imp_ExEventObjectType;
#define ExEventObjectType (*__imp_ExEventObjectType)
extern POBJECT_TYPE **__imp_ExSemaphoreObjectType;
#define ExSemaphoreObjectType (*__imp_ExSemaphoreObjectType)
extern POBJECT_TYPE **__imp_ExWindowStationObjectType;
#define ExWindowStationObjectType (*__imp_ExWindowStationObjectType)
extern POBJECT_TYPE **__imp_IoAdapterObjectType;
#define IoAdapterObjectType (*__imp_IoAdapterObjectType)
extern POBJECT_TYPE **__imp_IoDeviceObjectType;
#define IoDeviceObjectType (*__imp_IoDeviceObjectType)
extern POBJECT_TYPE **__imp_IoDriverObjectType;
#define IoDriverObjectType (*__imp_IoDriverObjectType)
extern POBJECT_TYPE **__imp_IoFileObjectType;
#define IoFileObjectType (*__imp_IoFileObjectType)
extern POBJECT_TYPE **__imp_LpcPortObjectType;
#define LpcPortObjectType (*__imp_LpcPortObjectType)
extern POBJECT_TYPE **__imp_MmSectionObjectType;
#define MmSectionObjectType (*__imp_MmSectionObjectType)
extern POBJECT_TYPE **__imp_PsJobType;
#define PsJobType (*__imp_PsJobType)
extern POBJECT_TYPE **__imp_PsProcessType;
#define PsProcessType (*__imp_PsProcessType)
extern POBJECT_TYPE **__imp_PsThreadType;
#define PsThreadType (*__imp_PsThreadType)
extern POBJECT_TYPE **__imp_SeTokenObjectType;
#define SeTokenObjectType (*__imp_SeTokenObjectType)
extern POBJECT_TYPE **__imp_TmEnlistmentObjectType;
#define TmEnlistmentObjectType (*__imp_TmEnlistmentObjectType)
extern POBJECT_TYPE **__imp_TmResourceManagerObjectType;
#define TmResourceManagerObjectType (*__imp_TmResourceManagerObjectType)
extern POBJECT_TYPE **__imp_TmTransactionManagerObjectType;
#define TmTransactionManagerObjectType (*__imp_TmTransactionManagerObjectType)
extern POBJECT_TYPE **__imp_TmTransactionObjectType;
#define TmTransactionObjectType (*__imp_TmTransactionObjectType)
extern PVOID *__imp_MmHighestUserAddress;
#define MmHighestUserAddress (*__imp_MmHighestUserAddress)
extern PVOID *__imp_MmSystemRangeStart;
#define MmSystemRangeStart (*__imp_MmSystemRangeStart)
extern ULONG_PTR *__imp_MmUserProbeAddress;
#define MmUserProbeAddress (*__imp_MmUserProbeAddress)
extern PVOID *__imp_MmBadPointer;
#define MmBadPointer (*__imp_MmBadPointer)
extern CCHAR *__imp_KeNumberProcessors;
#define KeNumberProcessors (*__imp_KeNumberProcessors)
extern KSYSTEM_TIME *__imp_KeTickCount;
#define KeTickCount (*__imp_KeTickCount)
extern BOOLEAN *__imp_KdDebuggerEnabled;
#define KdDebuggerEnabled (*__imp_KdDebuggerEnabled)
extern BOOLEAN *__imp_KdDebuggerNotPresent;
#define KdDebuggerNotPresent (*__imp_KdDebuggerNotPresent)
extern ULONG *__imp_InitSafeBootMode;
#define InitSafeBootMode (*__imp_InitSafeBootMode)
extern ULONG *__imp_NtBuildNumber;
#define NtBuildNumber (*__imp_NtBuildNumber)
extern PEPROCESS *__imp_PsInitialSystemProcess;
#define PsInitialSystemProcess (*__imp_PsInitialSystemProcess)
extern PUSHORT *__imp_NlsOemLeadByteInfo;
#define NlsOemLeadByteInfo (*__imp_NlsOemLeadByteInfo)
extern BOOLEAN *__imp_NlsMbCodePageTag;
#define NlsMbCodePageTag (*__imp_NlsMbCodePageTag)
extern BOOLEAN *__imp_NlsMbOemCodePageTag;
#define NlsMbOemCodePageTag (*__imp_NlsMbOemCodePageTag)
extern PSE_EXPORTS *__imp_SeExports;
#define SeExports (*__imp_SeExports)

#else

extern DECLSPEC_IMPORT POBJECT_TYPE *CmKeyObjectType;
extern DECLSPEC_IMPORT POBJECT_TYPE *ExDesktopObjectType;
extern DECLSPEC_IMPORT POBJECT_TYPE *ExEventObjectType;
extern DECLSPEC_IMPORT POBJECT_TYPE *ExSemaphoreObjectType;
extern DECLSPEC_IMPORT POBJECT_TYPE *ExWindowStationObjectType;
extern DECLSPEC_IMPORT POBJECT_TYPE *IoAdapterObjectType;
extern DECLSPEC_IMPORT POBJECT_TYPE *IoDeviceObjectType;
extern DECLSPEC_IMPORT POBJECT_TYPE *IoDriverObjectType;
extern DECLSPEC_IMPORT POBJECT_TYPE *IoFileObjectType;
extern DECLSPEC_IMPORT POBJECT_TYPE *LpcPortObjectType;
extern DECLSPEC_IMPORT POBJECT_TYPE *MmSectionObjectType;
extern DECLSPEC_IMPORT POBJECT_TYPE *PsJobType;
extern DECLSPEC_IMPORT POBJECT_TYPE *PsProcessType;
extern DECLSPEC_IMPORT POBJECT_TYPE *PsThreadType;
extern DECLSPEC_IMPORT POBJECT_TYPE *SeTokenObjectType;
extern DECLSPEC_IMPORT POBJECT_TYPE *TmEnlistmentObjectType;
extern DECLSPEC_IMPORT POBJECT_TYPE *TmResourceManagerObjectType;
extern DECLSPEC_IMPORT POBJECT_TYPE *TmTransactionManagerObjectType;
extern DECLSPEC_IMPORT POBJECT_TYPE *TmTransactionObjectType;
extern DECLSPEC_IMPORT PVOID MmHighestUserAddress;
extern DECLSPEC_IMPORT PVOID MmSystemRangeStart;
extern DECLSPEC_IMPORT ULONG_PTR MmUserProbeAddress;
extern DECLSPEC_IMPORT PVOID MmBadPointer;
extern DECLSPEC_IMPORT CCHAR KeNumberProcessors;
extern DECLSPEC_IMPORT KSYSTEM_TIME KeTickCount;
extern DECLSPEC_IMPORT BOOLEAN KdDebuggerEnabled;
extern DECLSPEC_IMPORT BOOLEAN KdDebuggerNotPresent;
extern DECLSPEC_IMPORT ULONG InitSafeBootMode;
extern DECLSPEC_IMPORT ULONG NtBuildNumber;
extern DECLSPEC_IMPORT PEPROCESS PsInitialSystemProcess;
extern DECLSPEC_IMPORT PUSHORT NlsOemLeadByteInfo;
extern DECLSPEC_IMPORT BOOLEAN NlsMbCodePageTag;
extern DECLSPEC_IMPORT BOOLEAN NlsMbOemCodePageTag;
extern DECLSPEC_IMPORT PSE_EXPORTS SeExports;

#endif

EXTERN_C_END

#endif // OPENKMDF_DRIVER
