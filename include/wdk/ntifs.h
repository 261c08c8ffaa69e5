// The file system kit, as far as device drivers reach into it: tokens, directories, attachment.
#pragma once
#define _NTIFS_
#define _NTIFS_INCLUDED_

#include <ntddk.h>

typedef struct _KAPC_STATE {
    LIST_ENTRY ApcListHead[MaximumMode];
    PKPROCESS Process;
    union {
        UCHAR InProgressFlags;
        struct {
            BOOLEAN KernelApcInProgress : 1;
            BOOLEAN SpecialApcInProgress : 1;
        };
    };
    BOOLEAN KernelApcPending;
    BOOLEAN UserApcPending;
} KAPC_STATE, *PKAPC_STATE, *PRKAPC_STATE;

#define IO_REPARSE                       0x00000000
#define IO_REPARSE_TAG_RESERVED_ZERO     0x00000000
#define IO_REMOUNT                       0x00000001
#define IO_REPARSE_TAG_RESERVED_ONE      0x00000001
#define IO_REPARSE_TAG_RESERVED_RANGE    0x00000001
#define IO_REPARSE_TAG_DRIVE_EXTENDER    0x80000005
#define IO_REPARSE_TAG_HSM2              0x80000006
#define IO_REPARSE_TAG_SIS               0x80000007
#define IO_REPARSE_TAG_WIM               0x80000008
#define IO_REPARSE_TAG_CSV               0x80000009
#define IO_REPARSE_TAG_DFS               0x8000000a
#define IO_REPARSE_TAG_FILTER_MANAGER    0x8000000b
#define IO_REPARSE_TAG_DFSR              0x80000012
#define IO_REPARSE_TAG_MOUNT_POINT       0xa0000003
#define IO_REPARSE_TAG_SYMLINK           0xa000000c
#define IO_REPARSE_TAG_IIS_CACHE         0xa0000010
#define IO_REPARSE_TAG_HSM               0xc0000004
#define IO_REPARSE_TAG_VALID_VALUES      0xf000ffff
#define MAXIMUM_REPARSE_DATA_BUFFER_SIZE 0x00004000
#define QUOTA_LIMITS_HARDWS_MIN_ENABLE       0x00000001
#define QUOTA_LIMITS_HARDWS_MIN_DISABLE      0x00000002
#define QUOTA_LIMITS_HARDWS_MAX_ENABLE       0x00000004
#define QUOTA_LIMITS_HARDWS_MAX_DISABLE      0x00000008
#define FILE_VC_QUOTA_NONE                   0x00000000
#define FILE_ACTION_ADDED                    0x00000001
#define FILE_PREFETCH_TYPE_FOR_CREATE        0x00000001
#define FILE_SET_ENCRYPTION                  0x00000001
#define FILE_VC_QUOTA_TRACK                  0x00000001
#define FILE_ACTION_REMOVED                  0x00000002
#define FILE_CLEAR_ENCRYPTION                0x00000002
#define FILE_PREFETCH_TYPE_FOR_DIRENUM       0x00000002
#define FILE_VC_QUOTA_ENFORCE                0x00000002
#define FILE_ACTION_MODIFIED                 0x00000003
#define FILE_PREFETCH_TYPE_FOR_CREATE_EX     0x00000003
#define FILE_VC_QUOTA_MASK                   0x00000003
#define FILE_ACTION_RENAMED_OLD_NAME         0x00000004
#define FILE_PREFETCH_TYPE_FOR_DIRENUM_EX    0x00000004
#define FILE_PREFETCH_TYPE_MAX               0x00000004
#define FILE_VC_QUOTAS_LOG_VIOLATIONS        0x00000004
#define FILE_ACTION_RENAMED_NEW_NAME         0x00000005
#define FILE_ACTION_ADDED_STREAM             0x00000006
#define FILE_ACTION_REMOVED_STREAM           0x00000007
#define FILE_OPLOCK_BROKEN_TO_LEVEL_2        0x00000007
#define FILE_ACTION_MODIFIED_STREAM          0x00000008
#define FILE_OPLOCK_BROKEN_TO_NONE           0x00000008
#define FILE_VC_CONTENT_INDEX_DISABLED       0x00000008
#define FILE_ACTION_REMOVED_BY_DELETE        0x00000009
#define FILE_OPBATCH_BREAK_UNDERWAY          0x00000009
#define FILE_ACTION_ID_NOT_TUNNELLED         0x0000000a
#define FILE_ACTION_TUNNELLED_ID_COLLISION   0x0000000b
#define FILE_STORAGE_TYPE_SHIFT              0x00000010
#define FILE_VC_LOG_QUOTA_THRESHOLD          0x00000010
#define FILE_VC_LOG_QUOTA_LIMIT              0x00000020
#define FILE_VC_LOG_VOLUME_THRESHOLD         0x00000040
#define FILE_STORAGE_TYPE_SPECIFIED          0x00000041
#define FILE_VC_LOG_VOLUME_LIMIT             0x00000080
#define FILE_VC_QUOTAS_INCOMPLETE            0x00000100
#define FILE_VC_QUOTAS_REBUILDING            0x00000200
#define FILE_VC_VALID_MASK                   0x000003ff
#define FILE_EA_TYPE_FAMILY_IDS              0x0000ff01
#define FILE_EA_TYPE_ASN1                    0x0000ffdd
#define FILE_EA_TYPE_MVST                    0x0000ffde
#define FILE_EA_TYPE_MVMT                    0x0000ffdf
#define FILE_EA_TYPE_EA                      0x0000ffee
#define FILE_EA_TYPE_ICON                    0x0000fff9
#define FILE_EA_TYPE_METAFILE                0x0000fffa
#define FILE_EA_TYPE_BITMAP                  0x0000fffb
#define FILE_EA_TYPE_ASCII                   0x0000fffd
#define FILE_EA_TYPE_BINARY                  0x0000fffe
#define FILE_MINIMUM_STORAGE_TYPE            0x00010000
#define FILE_STORAGE_TYPE_DEFAULT            0x00010000
#define FILE_STORAGE_TYPE_DIRECTORY          0x00020000
#define FILE_STORAGE_TYPE_FILE               0x00030000
#define FILE_STORAGE_TYPE_JUNCTION_POINT     0x00040000
#define FILE_STORAGE_TYPE_CATALOG            0x00050000
#define FILE_STORAGE_TYPE_STRUCTURED_STORAGE 0x00060000
#define FILE_STORAGE_TYPE_EMBEDDING          0x00070000
#define FILE_MAXIMUM_STORAGE_TYPE            0x00080000
#define FILE_STORAGE_TYPE_STREAM             0x00080000
#define FILE_STORAGE_TYPE_MASK               0x000f0000
#define SECURITY_MIN_IMPERSONATION_LEVEL         0x00000000
#define SE_ADT_OBJECT_ONLY                       0x00000001
#define SE_ADT_PARAMETERS_SELF_RELATIVE          0x00000001
#define SE_SECURITY_DESCRIPTOR_FLAG_NO_OWNER_ACE 0x00000001
#define SE_ADT_PARAMETERS_SEND_TO_LSA            0x00000002
#define SE_SECURITY_DESCRIPTOR_FLAG_NO_LABEL_ACE 0x00000002
#define SECURITY_MAX_IMPERSONATION_LEVEL         0x00000003
#define SE_SECURITY_DESCRIPTOR_VALID_FLAGS       0x00000003
#define SE_ADT_PARAMETER_EXTENSIBLE_AUDIT        0x00000004
#define SE_ADT_PARAMETER_GENERIC_AUDIT           0x00000008
#define SE_ADT_PARAMETER_WRITE_SYNCHRONOUS       0x00000010
#define SE_SERVER_SECURITY                       0x00000080
#define SE_BACKUP_PRIVILEGES_CHECKED             0x00000100
#define SECURITY_MAX_ALWAYS_FILTERED             0x000003e7
#define SECURITY_MIN_NEVER_FILTERED              0x000003e8
typedef struct _SID_AND_ATTRIBUTES {
    PSID Sid;
    ULONG Attributes;
} SID_AND_ATTRIBUTES, *PSID_AND_ATTRIBUTES;

typedef struct _TOKEN_USER {
    SID_AND_ATTRIBUTES User;
} TOKEN_USER, *PTOKEN_USER;

typedef struct _TOKEN_GROUPS {
    ULONG GroupCount;
    SID_AND_ATTRIBUTES Groups[1];
} TOKEN_GROUPS, *PTOKEN_GROUPS;

typedef struct _TOKEN_OWNER {
    PSID Owner;
} TOKEN_OWNER, *PTOKEN_OWNER;

typedef struct _TOKEN_PRIMARY_GROUP {
    PSID PrimaryGroup;
} TOKEN_PRIMARY_GROUP, *PTOKEN_PRIMARY_GROUP;

typedef struct _TOKEN_PRIVILEGES {
    ULONG PrivilegeCount;
    LUID_AND_ATTRIBUTES Privileges[1];
} TOKEN_PRIVILEGES, *PTOKEN_PRIVILEGES;

typedef struct _TOKEN_DEFAULT_DACL {
    PACL DefaultDacl;
} TOKEN_DEFAULT_DACL, *PTOKEN_DEFAULT_DACL;

typedef struct _TOKEN_SOURCE {
    CHAR SourceName[8];
    LUID SourceIdentifier;
} TOKEN_SOURCE, *PTOKEN_SOURCE;

typedef struct _TOKEN_STATISTICS {
    LUID TokenId;
    LUID AuthenticationId;
    LARGE_INTEGER ExpirationTime;
    TOKEN_TYPE TokenType;
    SECURITY_IMPERSONATION_LEVEL ImpersonationLevel;
    ULONG DynamicCharged;
    ULONG DynamicAvailable;
    ULONG GroupCount;
    ULONG PrivilegeCount;
    LUID ModifiedId;
} TOKEN_STATISTICS, *PTOKEN_STATISTICS;

typedef struct _TOKEN_CONTROL {
    LUID TokenId;
    LUID AuthenticationId;
    LUID ModifiedId;
    TOKEN_SOURCE TokenSource;
} TOKEN_CONTROL, *PTOKEN_CONTROL;

typedef struct _TOKEN_MANDATORY_LABEL {
    SID_AND_ATTRIBUTES Label;
} TOKEN_MANDATORY_LABEL, *PTOKEN_MANDATORY_LABEL;

typedef struct _TOKEN_ELEVATION {
    ULONG TokenIsElevated;
} TOKEN_ELEVATION, *PTOKEN_ELEVATION;

typedef struct _FILE_NOTIFY_INFORMATION {
    ULONG NextEntryOffset;
    ULONG Action;
    ULONG FileNameLength;
    WCHAR FileName[1];
} FILE_NOTIFY_INFORMATION, *PFILE_NOTIFY_INFORMATION;

typedef struct _FILE_DIRECTORY_INFORMATION {
    ULONG NextEntryOffset;
    ULONG FileIndex;
    LARGE_INTEGER CreationTime;
    LARGE_INTEGER LastAccessTime;
    LARGE_INTEGER LastWriteTime;
    LARGE_INTEGER ChangeTime;
    LARGE_INTEGER EndOfFile;
    LARGE_INTEGER AllocationSize;
    ULONG FileAttributes;
    ULONG FileNameLength;
    WCHAR FileName[1];
} FILE_DIRECTORY_INFORMATION, *PFILE_DIRECTORY_INFORMATION;

typedef struct _FILE_FULL_DIR_INFORMATION {
    ULONG NextEntryOffset;
    ULONG FileIndex;
    LARGE_INTEGER CreationTime;
    LARGE_INTEGER LastAccessTime;
    LARGE_INTEGER LastWriteTime;
    LARGE_INTEGER ChangeTime;
    LARGE_INTEGER EndOfFile;
    LARGE_INTEGER AllocationSize;
    ULONG FileAttributes;
    ULONG FileNameLength;
    ULONG EaSize;
    WCHAR FileName[1];
} FILE_FULL_DIR_INFORMATION, *PFILE_FULL_DIR_INFORMATION;

typedef struct _FILE_BOTH_DIR_INFORMATION {
    ULONG NextEntryOffset;
    ULONG FileIndex;
    LARGE_INTEGER CreationTime;
    LARGE_INTEGER LastAccessTime;
    LARGE_INTEGER LastWriteTime;
    LARGE_INTEGER ChangeTime;
    LARGE_INTEGER EndOfFile;
    LARGE_INTEGER AllocationSize;
    ULONG FileAttributes;
    ULONG FileNameLength;
    ULONG EaSize;
    CCHAR ShortNameLength;
    WCHAR ShortName[12];
    WCHAR FileName[1];
} FILE_BOTH_DIR_INFORMATION, *PFILE_BOTH_DIR_INFORMATION;

typedef struct _FILE_NAMES_INFORMATION {
    ULONG NextEntryOffset;
    ULONG FileIndex;
    ULONG FileNameLength;
    WCHAR FileName[1];
} FILE_NAMES_INFORMATION, *PFILE_NAMES_INFORMATION;

typedef struct _FILE_INTERNAL_INFORMATION {
    LARGE_INTEGER IndexNumber;
} FILE_INTERNAL_INFORMATION, *PFILE_INTERNAL_INFORMATION;

typedef struct _FILE_EA_INFORMATION {
    ULONG EaSize;
} FILE_EA_INFORMATION, *PFILE_EA_INFORMATION;

typedef struct _FILE_ACCESS_INFORMATION {
    ACCESS_MASK AccessFlags;
} FILE_ACCESS_INFORMATION, *PFILE_ACCESS_INFORMATION;

typedef struct _FILE_MODE_INFORMATION {
    ULONG Mode;
} FILE_MODE_INFORMATION, *PFILE_MODE_INFORMATION;

typedef struct _FILE_ALLOCATION_INFORMATION {
    LARGE_INTEGER AllocationSize;
} FILE_ALLOCATION_INFORMATION, *PFILE_ALLOCATION_INFORMATION;

typedef struct _FILE_STREAM_INFORMATION {
    ULONG NextEntryOffset;
    ULONG StreamNameLength;
    LARGE_INTEGER StreamSize;
    LARGE_INTEGER StreamAllocationSize;
    WCHAR StreamName[1];
} FILE_STREAM_INFORMATION, *PFILE_STREAM_INFORMATION;

typedef struct _FILE_PIPE_INFORMATION {
    ULONG ReadMode;
    ULONG CompletionMode;
} FILE_PIPE_INFORMATION, *PFILE_PIPE_INFORMATION;

typedef struct _FILE_PIPE_LOCAL_INFORMATION {
    ULONG NamedPipeType;
    ULONG NamedPipeConfiguration;
    ULONG MaximumInstances;
    ULONG CurrentInstances;
    ULONG InboundQuota;
    ULONG ReadDataAvailable;
    ULONG OutboundQuota;
    ULONG WriteQuotaAvailable;
    ULONG NamedPipeState;
    ULONG NamedPipeEnd;
} FILE_PIPE_LOCAL_INFORMATION, *PFILE_PIPE_LOCAL_INFORMATION;

EXTERN_C_START

_IRQL_requires_max_(APC_LEVEL)
NTKERNELAPI VOID NTAPI KeStackAttachProcess(
    _Inout_ PRKPROCESS PROCESS, _Out_ PRKAPC_STATE ApcState);
_IRQL_requires_max_(APC_LEVEL)
NTKERNELAPI VOID NTAPI KeUnstackDetachProcess(_In_ PRKAPC_STATE ApcState);
_IRQL_requires_max_(PASSIVE_LEVEL)
NTKERNELAPI NTSTATUS NTAPI PsImpersonateClient(
    _Inout_ PETHREAD Thread, _In_ PACCESS_TOKEN Token, _In_ BOOLEAN CopyOnOpen,
    _In_ BOOLEAN EffectiveOnly, _In_ SECURITY_IMPERSONATION_LEVEL ImpersonationLevel);
_IRQL_requires_max_(PASSIVE_LEVEL)
NTKERNELAPI VOID NTAPI PsRevertToSelf(VOID);
_IRQL_requires_max_(DISPATCH_LEVEL)
NTKERNELAPI BOOLEAN NTAPI MmIsRecursiveIoFault(VOID);
_IRQL_requires_max_(PASSIVE_LEVEL)
NTKERNELAPI NTSTATUS NTAPI IoQueryFileInformation(
    _In_ PFILE_OBJECT FileObject, _In_ FILE_INFORMATION_CLASS FileInformationClass,
    _In_ ULONG Length, _Out_writes_bytes_(Length) PVOID FileInformation,
    _Out_ PULONG ReturnedLength);
_IRQL_requires_max_(PASSIVE_LEVEL)
NTKERNELAPI NTSTATUS NTAPI IoSetInformation(
    _In_ PFILE_OBJECT FileObject, _In_ FILE_INFORMATION_CLASS FileInformationClass,
    _In_ ULONG Length, _In_ PVOID FileInformation);
_IRQL_requires_max_(DISPATCH_LEVEL)
NTKERNELAPI PDEVICE_OBJECT NTAPI IoGetDeviceToVerify(_In_ PETHREAD Thread);
_IRQL_requires_max_(APC_LEVEL)
NTKERNELAPI NTSTATUS NTAPI RtlCompressBuffer(
    _In_ USHORT CompressionFormatAndEngine, _In_ PUCHAR UncompressedBuffer,
    _In_ ULONG UncompressedBufferSize, _Out_ PUCHAR CompressedBuffer,
    _In_ ULONG CompressedBufferSize, _In_ ULONG UncompressedChunkSize,
    _Out_ PULONG FinalCompressedSize, _In_ PVOID WorkSpace);
_IRQL_requires_max_(APC_LEVEL)
NTKERNELAPI NTSTATUS NTAPI RtlDecompressBuffer(
    _In_ USHORT CompressionFormat, _Out_ PUCHAR UncompressedBuffer,
    _In_ ULONG UncompressedBufferSize, _In_ PUCHAR CompressedBuffer,
    _In_ ULONG CompressedBufferSize, _Out_ PULONG FinalUncompressedSize);
_IRQL_requires_max_(APC_LEVEL)
NTKERNELAPI NTSTATUS NTAPI RtlGetCompressionWorkSpaceSize(
    _In_ USHORT CompressionFormatAndEngine, _Out_ PULONG CompressBufferWorkSpaceSize,
    _Out_ PULONG CompressFragmentWorkSpaceSize);
_IRQL_requires_max_(PASSIVE_LEVEL)
NTKERNELAPI NTSTATUS NTAPI ZwOpenThreadToken(
    _In_ HANDLE ThreadHandle, _In_ ACCESS_MASK DesiredAccess, _In_ BOOLEAN OpenAsSelf,
    _Out_ PHANDLE TokenHandle);
_IRQL_requires_max_(PASSIVE_LEVEL)
NTKERNELAPI NTSTATUS NTAPI ZwOpenProcessToken(
    _In_ HANDLE ProcessHandle, _In_ ACCESS_MASK DesiredAccess, _Out_ PHANDLE TokenHandle);
_IRQL_requires_max_(PASSIVE_LEVEL)
NTKERNELAPI NTSTATUS NTAPI ZwDuplicateToken(
    _In_ HANDLE ExistingTokenHandle, _In_ ACCESS_MASK DesiredAccess,
    _In_ POBJECT_ATTRIBUTES ObjectAttributes, _In_ BOOLEAN EffectiveOnly, _In_ TOKEN_TYPE TokenType,
    _Out_ PHANDLE NewTokenHandle);
_IRQL_requires_max_(PASSIVE_LEVEL)
NTKERNELAPI NTSTATUS NTAPI ZwSetInformationToken(
    _In_ HANDLE TokenHandle, _In_ TOKEN_INFORMATION_CLASS TokenInformationClass,
    _In_ PVOID TokenInformation, _In_ ULONG TokenInformationLength);
_IRQL_requires_max_(PASSIVE_LEVEL)
NTKERNELAPI NTSTATUS NTAPI ZwFlushVirtualMemory(
    _In_ HANDLE ProcessHandle, _Inout_ PVOID *BaseAddress, _Inout_ PSIZE_T RegionSize,
    _Out_ PIO_STATUS_BLOCK IoStatus);

EXTERN_C_END

#define COMPRESSION_FORMAT_NONE 0x0000
#define COMPRESSION_FORMAT_DEFAULT 0x0001
#define COMPRESSION_FORMAT_LZNT1 0x0002
#define COMPRESSION_FORMAT_XPRESS 0x0003
#define COMPRESSION_FORMAT_XPRESS_HUFF 0x0004
#define COMPRESSION_ENGINE_STANDARD 0x0000
#define COMPRESSION_ENGINE_MAXIMUM 0x0100
