// The I/O request packet and its stack locations.
#pragma once

#include <nt/device.h>

#define IRP_MN_SCSI_CLASS 0x01
#define IRP_MN_NORMAL                       0x00
#define IRP_MN_QUERY_ALL_DATA               0x00
#define IRP_MN_START_DEVICE                 0x00
#define IRP_MN_USER_FS_REQUEST              0x00
#define IRP_MN_WAIT_WAKE                    0x00
#define IRP_MN_DPC                          0x01
#define IRP_MN_FLUSH_AND_PURGE              0x01
#define IRP_MN_LOCK                         0x01
#define IRP_MN_MOUNT_VOLUME                 0x01
#define IRP_MN_POWER_SEQUENCE               0x01
#define IRP_MN_QUERY_DIRECTORY              0x01
#define IRP_MN_QUERY_REMOVE_DEVICE          0x01
#define IRP_MN_QUERY_SINGLE_INSTANCE        0x01
#define IRP_MN_CHANGE_SINGLE_INSTANCE       0x02
#define IRP_MN_MDL                          0x02
#define IRP_MN_NOTIFY_CHANGE_DIRECTORY      0x02
#define IRP_MN_REMOVE_DEVICE                0x02
#define IRP_MN_SET_POWER                    0x02
#define IRP_MN_UNLOCK_SINGLE                0x02
#define IRP_MN_VERIFY_VOLUME                0x02
#define IRP_MN_CANCEL_REMOVE_DEVICE         0x03
#define IRP_MN_CHANGE_SINGLE_ITEM           0x03
#define IRP_MN_LOAD_FILE_SYSTEM             0x03
#define IRP_MN_MDL_DPC                      0x03
#define IRP_MN_QUERY_POWER                  0x03
#define IRP_MN_UNLOCK_ALL                   0x03
#define IRP_MN_COMPLETE                     0x04
#define IRP_MN_ENABLE_EVENTS                0x04
#define IRP_MN_KERNEL_CALL                  0x04
#define IRP_MN_STOP_DEVICE                  0x04
#define IRP_MN_TRACK_LINK                   0x04
#define IRP_MN_UNLOCK_ALL_BY_KEY            0x04
#define IRP_MN_DISABLE_EVENTS               0x05
#define IRP_MN_QUERY_STOP_DEVICE            0x05
#define IRP_MN_CANCEL_STOP_DEVICE           0x06
#define IRP_MN_COMPLETE_MDL                 0x06
#define IRP_MN_ENABLE_COLLECTION            0x06
#define IRP_MN_COMPLETE_MDL_DPC             0x07
#define IRP_MN_DISABLE_COLLECTION           0x07
#define IRP_MN_QUERY_DEVICE_RELATIONS       0x07
#define IRP_MN_COMPRESSED                   0x08
#define IRP_MN_QUERY_INTERFACE              0x08
#define IRP_MN_REGINFO                      0x08
#define IRP_MN_EXECUTE_METHOD               0x09
#define IRP_MN_QUERY_CAPABILITIES           0x09
#define IRP_MN_QUERY_RESOURCES              0x0a
#define IRP_MN_QUERY_RESOURCE_REQUIREMENTS  0x0b
#define IRP_MN_REGINFO_EX                   0x0b
#define IRP_MN_QUERY_DEVICE_TEXT            0x0c
#define IRP_MN_FILTER_RESOURCE_REQUIREMENTS 0x0d
#define IRP_MN_READ_CONFIG                  0x0f
#define IRP_MN_WRITE_CONFIG                 0x10
#define IRP_MN_EJECT                        0x11
#define IRP_MN_SET_LOCK                     0x12
#define IRP_MN_QUERY_ID                     0x13
#define IRP_MN_QUERY_PNP_DEVICE_STATE       0x14
#define IRP_MN_QUERY_BUS_INFORMATION        0x15
#define IRP_MN_DEVICE_USAGE_NOTIFICATION    0x16
#define IRP_MN_SURPRISE_REMOVAL             0x17
#define IRP_MN_QUERY_LEGACY_BUS_INFORMATION 0x18
#define IRP_MN_DEVICE_ENUMERATED            0x19
#define IRP_NOCACHE                0x00000001
#define IRP_QUOTA_CHARGED          0x00000001
#define IRP_ALLOCATED_MUST_SUCCEED 0x00000002
#define IRP_MOUNT_COMPLETION       0x00000002
#define IRP_PAGING_IO              0x00000002
#define IRP_ALLOCATED_FIXED_SIZE   0x00000004
#define IRP_SYNCHRONOUS_API        0x00000004
#define IRP_ASSOCIATED_IRP         0x00000008
#define IRP_LOOKASIDE_ALLOCATION   0x00000008
#define IRP_BEING_VERIFIED         0x00000010
#define IRP_BUFFERED_IO            0x00000010
#define IRP_DEALLOCATE_BUFFER      0x00000020
#define IRP_INPUT_OPERATION        0x00000040
#define IRP_SYNCHRONOUS_PAGING_IO  0x00000040
#define IRP_CREATE_OPERATION       0x00000080
#define IRP_READ_OPERATION         0x00000100
#define IRP_WRITE_OPERATION        0x00000200
#define IRP_CLOSE_OPERATION        0x00000400
#define IRP_DEFER_IO_COMPLETION    0x00000800
#define IRP_OB_QUERY_NAME          0x00001000
#define IRP_HOLD_DEVICE_QUEUE      0x00002000
#define IRP_RETRY_IO_COMPLETION    0x00004000
#define IRP_CLASS_CACHE_OPERATION  0x00008000
#define SL_ALLOW_RAW_MOUNT        0x01
#define SL_FAIL_IMMEDIATELY       0x01
#define SL_FORCE_ACCESS_CHECK     0x01
#define SL_KEY_SPECIFIED          0x01
#define SL_PENDING_RETURNED       0x01
#define SL_READ_ACCESS_GRANTED    0x01
#define SL_RESTART_SCAN           0x01
#define SL_WATCH_TREE             0x01
#define SL_ERROR_RETURNED         0x02
#define SL_EXCLUSIVE_LOCK         0x02
#define SL_OPEN_PAGING_FILE       0x02
#define SL_OVERRIDE_VERIFY_VOLUME 0x02
#define SL_RETURN_SINGLE_ENTRY    0x02
#define SL_INDEX_SPECIFIED        0x04
#define SL_OPEN_TARGET_DIRECTORY  0x04
#define SL_WRITE_ACCESS_GRANTED   0x04
#define SL_WRITE_THROUGH          0x04
#define SL_FT_SEQUENTIAL_WRITE    0x08
#define SL_STOP_ON_SYMLINK        0x08
#define SL_FORCE_DIRECT_WRITE     0x10
#define SL_INVOKE_ON_CANCEL       0x20
#define SL_REALTIME_STREAM        0x20
#define SL_INVOKE_ON_SUCCESS      0x40
#define SL_CASE_SENSITIVE         0x80
#define SL_INVOKE_ON_ERROR        0x80

typedef struct _NAMED_PIPE_CREATE_PARAMETERS {
    ULONG NamedPipeType;
    ULONG ReadMode;
    ULONG CompletionMode;
    ULONG MaximumInstances;
    ULONG InboundQuota;
    ULONG OutboundQuota;
    LARGE_INTEGER DefaultTimeout;
    BOOLEAN TimeoutSpecified;
} NAMED_PIPE_CREATE_PARAMETERS, *PNAMED_PIPE_CREATE_PARAMETERS;

typedef struct _MAILSLOT_CREATE_PARAMETERS {
    ULONG MailslotQuota;
    ULONG MaximumMessageSize;
    LARGE_INTEGER ReadTimeout;
    BOOLEAN TimeoutSpecified;
} MAILSLOT_CREATE_PARAMETERS, *PMAILSLOT_CREATE_PARAMETERS;

typedef struct _IO_STACK_LOCATION {
    UCHAR MajorFunction;
    UCHAR MinorFunction;
    UCHAR Flags;
    UCHAR Control;
    union {
        struct {
            PIO_SECURITY_CONTEXT SecurityContext;
            ULONG Options;
            USHORT POINTER_ALIGNMENT FileAttributes;
            USHORT ShareAccess;
            ULONG POINTER_ALIGNMENT EaLength;
        } Create;
        struct {
            PIO_SECURITY_CONTEXT SecurityContext;
            ULONG Options;
            USHORT POINTER_ALIGNMENT Reserved;
            USHORT ShareAccess;
            PNAMED_PIPE_CREATE_PARAMETERS Parameters;
        } CreatePipe;
        struct {
            PIO_SECURITY_CONTEXT SecurityContext;
            ULONG Options;
            USHORT POINTER_ALIGNMENT Reserved;
            USHORT ShareAccess;
            PMAILSLOT_CREATE_PARAMETERS Parameters;
        } CreateMailslot;
        struct {
            ULONG Length;
            ULONG POINTER_ALIGNMENT Key;
            ULONG Flags;
            LARGE_INTEGER ByteOffset;
        } Read;
        struct {
            ULONG Length;
            ULONG POINTER_ALIGNMENT Key;
            ULONG Flags;
            LARGE_INTEGER ByteOffset;
        } Write;
        struct {
            ULONG Length;
            PUNICODE_STRING FileName;
            FILE_INFORMATION_CLASS FileInformationClass;
            ULONG POINTER_ALIGNMENT FileIndex;
        } QueryDirectory;
        struct {
            ULONG Length;
            ULONG POINTER_ALIGNMENT CompletionFilter;
        } NotifyDirectory;
        struct {
            ULONG Length;
            ULONG POINTER_ALIGNMENT CompletionFilter;
            DIRECTORY_NOTIFY_INFORMATION_CLASS POINTER_ALIGNMENT DirectoryNotifyInformationClass;
        } NotifyDirectoryEx;
        struct {
            ULONG Length;
            FILE_INFORMATION_CLASS POINTER_ALIGNMENT FileInformationClass;
        } QueryFile;
        struct {
            ULONG Length;
            FILE_INFORMATION_CLASS POINTER_ALIGNMENT FileInformationClass;
            PFILE_OBJECT FileObject;
            union {
                struct {
                    BOOLEAN ReplaceIfExists;
                    BOOLEAN AdvanceOnly;
                };
                ULONG ClusterCount;
                HANDLE DeleteHandle;
            };
        } SetFile;
        struct {
            ULONG Length;
            PVOID EaList;
            ULONG EaListLength;
            ULONG POINTER_ALIGNMENT EaIndex;
        } QueryEa;
        struct {
            ULONG Length;
        } SetEa;
        struct {
            ULONG Length;
            FS_INFORMATION_CLASS POINTER_ALIGNMENT FsInformationClass;
        } QueryVolume;
        struct {
            ULONG Length;
            FS_INFORMATION_CLASS POINTER_ALIGNMENT FsInformationClass;
        } SetVolume;
        struct {
            ULONG OutputBufferLength;
            ULONG POINTER_ALIGNMENT InputBufferLength;
            ULONG POINTER_ALIGNMENT FsControlCode;
            PVOID Type3InputBuffer;
        } FileSystemControl;
        struct {
            PLARGE_INTEGER Length;
            ULONG Key;
            LARGE_INTEGER ByteOffset;
        } LockControl;
        struct {
            ULONG OutputBufferLength;
            ULONG POINTER_ALIGNMENT InputBufferLength;
            ULONG POINTER_ALIGNMENT IoControlCode;
            PVOID Type3InputBuffer;
        } DeviceIoControl;
        struct {
            SECURITY_INFORMATION SecurityInformation;
            ULONG POINTER_ALIGNMENT Length;
        } QuerySecurity;
        struct {
            SECURITY_INFORMATION SecurityInformation;
            PSECURITY_DESCRIPTOR SecurityDescriptor;
        } SetSecurity;
        struct {
            PVPB Vpb;
            PDEVICE_OBJECT DeviceObject;
        } MountVolume;
        struct {
            PVPB Vpb;
            PDEVICE_OBJECT DeviceObject;
        } VerifyVolume;
        struct {
            struct _SCSI_REQUEST_BLOCK *Srb;
        } Scsi;
        struct {
            ULONG Length;
            PSID StartSid;
            struct _FILE_GET_QUOTA_INFORMATION *SidList;
            ULONG SidListLength;
        } QueryQuota;
        struct {
            ULONG Length;
        } SetQuota;
        struct {
            DEVICE_RELATION_TYPE Type;
        } QueryDeviceRelations;
        struct {
            const GUID *InterfaceType;
            USHORT Size;
            USHORT Version;
            PINTERFACE Interface;
            PVOID InterfaceSpecificData;
        } QueryInterface;
        struct {
            PDEVICE_CAPABILITIES Capabilities;
        } DeviceCapabilities;
        struct {
            PIO_RESOURCE_REQUIREMENTS_LIST IoResourceRequirementList;
        } FilterResourceRequirements;
        struct {
            ULONG WhichSpace;
            PVOID Buffer;
            ULONG Offset;
            ULONG POINTER_ALIGNMENT Length;
        } ReadWriteConfig;
        struct {
            BOOLEAN Lock;
        } SetLock;
        struct {
            BUS_QUERY_ID_TYPE IdType;
        } QueryId;
        struct {
            DEVICE_TEXT_TYPE DeviceTextType;
            LCID POINTER_ALIGNMENT LocaleId;
        } QueryDeviceText;
        struct {
            BOOLEAN InPath;
            BOOLEAN Reserved[3];
            DEVICE_USAGE_NOTIFICATION_TYPE POINTER_ALIGNMENT Type;
        } UsageNotification;
        struct {
            SYSTEM_POWER_STATE PowerState;
        } WaitWake;
        struct {
            PPOWER_SEQUENCE PowerSequence;
        } PowerSequence;
        struct {
            union {
                ULONG SystemContext;
                SYSTEM_POWER_STATE_CONTEXT SystemPowerStateContext;
            };
            POWER_STATE_TYPE POINTER_ALIGNMENT Type;
            POWER_STATE POINTER_ALIGNMENT State;
            POWER_ACTION POINTER_ALIGNMENT ShutdownType;
        } Power;
        struct {
            PCM_RESOURCE_LIST AllocatedResources;
            PCM_RESOURCE_LIST AllocatedResourcesTranslated;
        } StartDevice;
        struct {
            ULONG_PTR ProviderId;
            PVOID DataPath;
            ULONG BufferSize;
            PVOID Buffer;
        } WMI;
        struct {
            PVOID Argument1;
            PVOID Argument2;
            PVOID Argument3;
            PVOID Argument4;
        } Others;
    } Parameters;
    PDEVICE_OBJECT DeviceObject;
    PFILE_OBJECT FileObject;
    PIO_COMPLETION_ROUTINE CompletionRoutine;
    PVOID Context;
} IO_STACK_LOCATION, *PIO_STACK_LOCATION;

typedef struct DECLSPEC_ALIGN(MEMORY_ALLOCATION_ALIGNMENT) _IRP {
    CSHORT Type;
    USHORT Size;
    struct _MDL *MdlAddress;
    ULONG Flags;
    union {
        struct _IRP *MasterIrp;
        volatile LONG IrpCount;
        PVOID SystemBuffer;
    } AssociatedIrp;
    LIST_ENTRY ThreadListEntry;
    IO_STATUS_BLOCK IoStatus;
    KPROCESSOR_MODE RequestorMode;
    BOOLEAN PendingReturned;
    CHAR StackCount;
    CHAR CurrentLocation;
    BOOLEAN Cancel;
    KIRQL CancelIrql;
    CCHAR ApcEnvironment;
    UCHAR AllocationFlags;
    PIO_STATUS_BLOCK UserIosb;
    PKEVENT UserEvent;
    union {
        struct {
            union {
                PIO_APC_ROUTINE UserApcRoutine;
                PVOID IssuingProcess;
            };
            PVOID UserApcContext;
        } AsynchronousParameters;
        LARGE_INTEGER AllocationSize;
    } Overlay;
    volatile PDRIVER_CANCEL CancelRoutine;
    PVOID UserBuffer;
    union {
        struct {
            union {
                KDEVICE_QUEUE_ENTRY DeviceQueueEntry;
                PVOID DriverContext[4];
            };
            PETHREAD Thread;
            PCHAR AuxiliaryBuffer;
            LIST_ENTRY ListEntry;
            union {
                struct _IO_STACK_LOCATION *CurrentStackLocation;
                ULONG PacketType;
            };
            struct _FILE_OBJECT *OriginalFileObject;
        } Overlay;
        KAPC Apc;
        PVOID CompletionKey;
    } Tail;
} IRP, *PIRP;

typedef enum _IO_COMPLETION_ROUTINE_RESULT {
    ContinueCompletion = 0,
    StopCompletion = (int)0xC0000016
} IO_COMPLETION_ROUTINE_RESULT, *PIO_COMPLETION_ROUTINE_RESULT;
