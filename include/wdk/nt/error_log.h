// Entries of the system error log, and the codes that drivers log.
#pragma once
#define _NTIOLOGC_

#include <nt/forward.h>

#define FACILITY_RPC_RUNTIME 0x2
#define FACILITY_RPC_STUBS 0x3
#define FACILITY_IO_ERROR_CODE 0x4
#define IO_ERR_RETRY_SUCCEEDED                        ((NTSTATUS)0x00040001L)
#define IO_FILE_QUOTA_THRESHOLD                       ((NTSTATUS)0x40040024L)
#define IO_FILE_QUOTA_LIMIT                           ((NTSTATUS)0x40040025L)
#define IO_FILE_QUOTA_STARTED                         ((NTSTATUS)0x40040026L)
#define IO_FILE_QUOTA_SUCCEEDED                       ((NTSTATUS)0x40040027L)
#define IO_INFO_THROTTLE_COMPLETE                     ((NTSTATUS)0x40040077L)
#define IO_CDROM_EXCLUSIVE_LOCK                       ((NTSTATUS)0x40040085L)
#define IO_WRN_BAD_FIRMWARE                           ((NTSTATUS)0x8004001AL)
#define IO_WRITE_CACHE_ENABLED                        ((NTSTATUS)0x80040020L)
#define IO_RECOVERED_VIA_ECC                          ((NTSTATUS)0x80040021L)
#define IO_WRITE_CACHE_DISABLED                       ((NTSTATUS)0x80040022L)
#define IO_FILE_QUOTA_FAILED                          ((NTSTATUS)0x80040028L)
#define IO_LOST_DELAYED_WRITE                         ((NTSTATUS)0x80040032L)
#define IO_WARNING_PAGING_FAILURE                     ((NTSTATUS)0x80040033L)
#define IO_WRN_FAILURE_PREDICTED                      ((NTSTATUS)0x80040034L)
#define IO_WARNING_INTERRUPT_STILL_PENDING            ((NTSTATUS)0x80040035L)
#define IO_DRIVER_CANCEL_TIMEOUT                      ((NTSTATUS)0x80040036L)
#define IO_WARNING_ALLOCATION_FAILED                  ((NTSTATUS)0x80040038L)
#define IO_WARNING_LOG_FLUSH_FAILED                   ((NTSTATUS)0x80040039L)
#define IO_WARNING_DUPLICATE_SIGNATURE                ((NTSTATUS)0x8004003AL)
#define IO_WARNING_DUPLICATE_PATH                     ((NTSTATUS)0x8004003BL)
#define IO_WARNING_BUS_RESET                          ((NTSTATUS)0x80040076L)
#define IO_WARNING_RESET                              ((NTSTATUS)0x80040081L)
#define IO_FILE_SYSTEM_REPAIR_SUCCESS                 ((NTSTATUS)0x80040082L)
#define IO_WARNING_WRITE_FUA_PROBLEM                  ((NTSTATUS)0x80040084L)
#define IO_FILE_SYSTEM_TXF_RECOVERY_FAILURE           ((NTSTATUS)0x80040086L)
#define IO_FILE_SYSTEM_TXF_RESOURCE_MANAGER_RESET     ((NTSTATUS)0x80040088L)
#define IO_LOST_DELAYED_WRITE_NETWORK_DISCONNECTED    ((NTSTATUS)0x8004008BL)
#define IO_LOST_DELAYED_WRITE_NETWORK_SERVER_ERROR    ((NTSTATUS)0x8004008CL)
#define IO_LOST_DELAYED_WRITE_NETWORK_LOCAL_DISK_ERROR ((NTSTATUS)0x8004008DL)
#define IO_ERR_INSUFFICIENT_RESOURCES                 ((NTSTATUS)0xC0040002L)
#define IO_ERR_CONFIGURATION_ERROR                    ((NTSTATUS)0xC0040003L)
#define IO_ERR_DRIVER_ERROR                           ((NTSTATUS)0xC0040004L)
#define IO_ERR_PARITY                                 ((NTSTATUS)0xC0040005L)
#define IO_ERR_SEEK_ERROR                             ((NTSTATUS)0xC0040006L)
#define IO_ERR_BAD_BLOCK                              ((NTSTATUS)0xC0040007L)
#define IO_ERR_OVERRUN_ERROR                          ((NTSTATUS)0xC0040008L)
#define IO_ERR_TIMEOUT                                ((NTSTATUS)0xC0040009L)
#define IO_ERR_SEQUENCE                               ((NTSTATUS)0xC004000AL)
#define IO_ERR_CONTROLLER_ERROR                       ((NTSTATUS)0xC004000BL)
#define IO_ERR_INTERNAL_ERROR                         ((NTSTATUS)0xC004000CL)
#define IO_ERR_INCORRECT_IRQL                         ((NTSTATUS)0xC004000DL)
#define IO_ERR_INVALID_IOBASE                         ((NTSTATUS)0xC004000EL)
#define IO_ERR_NOT_READY                              ((NTSTATUS)0xC004000FL)
#define IO_ERR_INVALID_REQUEST                        ((NTSTATUS)0xC0040010L)
#define IO_ERR_VERSION                                ((NTSTATUS)0xC0040011L)
#define IO_ERR_LAYERED_FAILURE                        ((NTSTATUS)0xC0040012L)
#define IO_ERR_RESET                                  ((NTSTATUS)0xC0040013L)
#define IO_ERR_PROTOCOL                               ((NTSTATUS)0xC0040014L)
#define IO_ERR_MEMORY_CONFLICT_DETECTED               ((NTSTATUS)0xC0040015L)
#define IO_ERR_PORT_CONFLICT_DETECTED                 ((NTSTATUS)0xC0040016L)
#define IO_ERR_DMA_CONFLICT_DETECTED                  ((NTSTATUS)0xC0040017L)
#define IO_ERR_IRQ_CONFLICT_DETECTED                  ((NTSTATUS)0xC0040018L)
#define IO_ERR_BAD_FIRMWARE                           ((NTSTATUS)0xC0040019L)
#define IO_ERR_DMA_RESOURCE_CONFLICT                  ((NTSTATUS)0xC004001BL)
#define IO_ERR_INTERRUPT_RESOURCE_CONFLICT            ((NTSTATUS)0xC004001CL)
#define IO_ERR_MEMORY_RESOURCE_CONFLICT               ((NTSTATUS)0xC004001DL)
#define IO_ERR_PORT_RESOURCE_CONFLICT                 ((NTSTATUS)0xC004001EL)
#define IO_BAD_BLOCK_WITH_NAME                        ((NTSTATUS)0xC004001FL)
#define IO_FILE_SYSTEM_CORRUPT                        ((NTSTATUS)0xC0040029L)
#define IO_FILE_QUOTA_CORRUPT                         ((NTSTATUS)0xC004002AL)
#define IO_SYSTEM_SLEEP_FAILED                        ((NTSTATUS)0xC004002BL)
#define IO_DUMP_POINTER_FAILURE                       ((NTSTATUS)0xC004002CL)
#define IO_DUMP_DRIVER_LOAD_FAILURE                   ((NTSTATUS)0xC004002DL)
#define IO_DUMP_INITIALIZATION_FAILURE                ((NTSTATUS)0xC004002EL)
#define IO_DUMP_DUMPFILE_CONFLICT                     ((NTSTATUS)0xC004002FL)
#define IO_DUMP_DIRECT_CONFIG_FAILED                  ((NTSTATUS)0xC0040030L)
#define IO_DUMP_PAGE_CONFIG_FAILED                    ((NTSTATUS)0xC0040031L)
#define IO_FILE_SYSTEM_CORRUPT_WITH_NAME              ((NTSTATUS)0xC0040037L)
#define IO_ERR_THREAD_STUCK_IN_DEVICE_DRIVER          ((NTSTATUS)0xC004006CL)
#define IO_ERR_PORT_TIMEOUT                           ((NTSTATUS)0xC0040075L)
#define IO_FILE_SYSTEM_REPAIR_FAILED                  ((NTSTATUS)0xC0040083L)
#define IO_FILE_SYSTEM_TXF_LOG_FULL_HANDLING_FAILED   ((NTSTATUS)0xC0040087L)
#define IO_FILE_SYSTEM_TXF_RESOURCE_MANAGER_START_FAILED ((NTSTATUS)0xC0040089L)
#define IO_FILE_SYSTEM_TXF_RESOURCE_MANAGER_SHUT_DOWN ((NTSTATUS)0xC004008AL)

typedef struct _IO_ERROR_LOG_PACKET {
    UCHAR MajorFunctionCode;
    UCHAR RetryCount;
    USHORT DumpDataSize;
    USHORT NumberOfStrings;
    USHORT StringOffset;
    USHORT EventCategory;
    NTSTATUS ErrorCode;
    ULONG UniqueErrorValue;
    NTSTATUS FinalStatus;
    ULONG SequenceNumber;
    ULONG IoControlCode;
    LARGE_INTEGER DeviceOffset;
    ULONG DumpData[1];
} IO_ERROR_LOG_PACKET, *PIO_ERROR_LOG_PACKET;

typedef struct _IO_ERROR_LOG_MESSAGE {
    USHORT Type;
    USHORT Size;
    USHORT DriverNameLength;
    LARGE_INTEGER TimeStamp;
    ULONG DriverNameOffset;
    IO_ERROR_LOG_PACKET EntryData;
} IO_ERROR_LOG_MESSAGE, *PIO_ERROR_LOG_MESSAGE;
#define IO_ERROR_LOG_MESSAGE_HEADER_LENGTH 0x68
#define ERROR_LOG_LIMIT_SIZE (256 - 16)
#define ERROR_LOG_MAXIMUM_SIZE (ERROR_LOG_LIMIT_SIZE)
#define PORT_MAXIMUM_MESSAGE_LENGTH 512
#define IO_ERROR_LOG_MESSAGE_LENGTH 0x158
