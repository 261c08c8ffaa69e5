// I/O control codes: device types, transfer methods, access, CTL_CODE.
#pragma once
#define _DEVIOCTL_

#include <ntdef.h>

#ifndef DEVICE_TYPE
#define DEVICE_TYPE ULONG
#endif

#define FILE_DEVICE_BEEP                 0x0001
#define FILE_DEVICE_CD_ROM               0x0002
#define FILE_DEVICE_CD_ROM_FILE_SYSTEM   0x0003
#define FILE_DEVICE_CONTROLLER           0x0004
#define FILE_DEVICE_DATALINK             0x0005
#define FILE_DEVICE_DFS                  0x0006
#define FILE_DEVICE_DISK                 0x0007
#define FILE_DEVICE_DISK_FILE_SYSTEM     0x0008
#define FILE_DEVICE_FILE_SYSTEM          0x0009
#define FILE_DEVICE_INPORT_PORT          0x000a
#define FILE_DEVICE_KEYBOARD             0x000b
#define FILE_DEVICE_MAILSLOT             0x000c
#define FILE_DEVICE_MIDI_IN              0x000d
#define FILE_DEVICE_MIDI_OUT             0x000e
#define FILE_DEVICE_MOUSE                0x000f
#define FILE_DEVICE_MULTI_UNC_PROVIDER   0x0010
#define FILE_DEVICE_NAMED_PIPE           0x0011
#define FILE_DEVICE_NETWORK              0x0012
#define FILE_DEVICE_NETWORK_BROWSER      0x0013
#define FILE_DEVICE_NETWORK_FILE_SYSTEM  0x0014
#define FILE_DEVICE_NULL                 0x0015
#define FILE_DEVICE_PARALLEL_PORT        0x0016
#define FILE_DEVICE_PHYSICAL_NETCARD     0x0017
#define FILE_DEVICE_PRINTER              0x0018
#define FILE_DEVICE_SCANNER              0x0019
#define FILE_DEVICE_SERIAL_MOUSE_PORT    0x001a
#define FILE_DEVICE_SCSI                 0x001b
#define FILE_DEVICE_SERIAL_PORT          0x001b
#define FILE_DEVICE_SCREEN               0x001c
#define FILE_DEVICE_SOUND                0x001d
#define FILE_DEVICE_STREAMS              0x001e
#define FILE_DEVICE_TAPE                 0x001f
#define FILE_DEVICE_TAPE_FILE_SYSTEM     0x0020
#define FILE_DEVICE_TRANSPORT            0x0021
#define FILE_DEVICE_UNKNOWN              0x0022
#define FILE_DEVICE_USB                  0x0022
#define FILE_DEVICE_VIDEO                0x0023
#define FILE_DEVICE_VIRTUAL_DISK         0x0024
#define FILE_DEVICE_WAVE_IN              0x0025
#define FILE_DEVICE_WAVE_OUT             0x0026
#define FILE_DEVICE_8042_PORT            0x0027
#define FILE_DEVICE_NETWORK_REDIRECTOR   0x0028
#define FILE_DEVICE_BATTERY              0x0029
#define FILE_DEVICE_BUS_EXTENDER         0x002a
#define FILE_DEVICE_MODEM                0x002b
#define FILE_DEVICE_VDM                  0x002c
#define FILE_DEVICE_MASS_STORAGE         0x002d
#define FILE_DEVICE_SMB                  0x002e
#define FILE_DEVICE_KS                   0x002f
#define FILE_DEVICE_CHANGER              0x0030
#define FILE_DEVICE_SMARTCARD            0x0031
#define FILE_DEVICE_ACPI                 0x0032
#define FILE_DEVICE_DVD                  0x0033
#define FILE_DEVICE_FULLSCREEN_VIDEO     0x0034
#define FILE_DEVICE_DFS_FILE_SYSTEM      0x0035
#define FILE_DEVICE_DFS_VOLUME           0x0036
#define FILE_DEVICE_SERENUM              0x0037
#define FILE_DEVICE_TERMSRV              0x0038
#define FILE_DEVICE_KSEC                 0x0039
#define FILE_DEVICE_FIPS                 0x003a
#define FILE_DEVICE_INFINIBAND           0x003b
#define FILE_DEVICE_VMBUS                0x003e
#define FILE_DEVICE_CRYPT_PROVIDER       0x003f
#define FILE_DEVICE_WPD                  0x0040
#define FILE_DEVICE_BLUETOOTH            0x0041
#define FILE_DEVICE_MT_COMPOSITE         0x0042
#define FILE_DEVICE_MT_TRANSPORT         0x0043
#define FILE_DEVICE_BIOMETRIC            0x0044
#define FILE_DEVICE_PMI                  0x0045
#define FILE_DEVICE_EHSTOR               0x0046
#define FILE_DEVICE_DEVAPI               0x0047
#define FILE_DEVICE_GPIO                 0x0048
#define FILE_DEVICE_USBEX                0x0049
#define FILE_DEVICE_CONSOLE              0x0050
#define FILE_DEVICE_NFP                  0x0051
#define FILE_DEVICE_SYSENV               0x0052
#define FILE_DEVICE_VIRTUAL_BLOCK        0x0053
#define FILE_DEVICE_POINT_OF_SERVICE     0x0054
#define FILE_DEVICE_STORAGE_REPLICATION  0x0055
#define FILE_DEVICE_TRUST_ENV            0x0056
#define FILE_DEVICE_UCM                  0x0057
#define FILE_DEVICE_UCMTCPCI             0x0058
#define FILE_DEVICE_PERSISTENT_MEMORY    0x0059
#define FILE_DEVICE_NVDIMM               0x005a
#define FILE_DEVICE_HOLOGRAPHIC          0x005b
#define FILE_DEVICE_SDFXHCI              0x005c
#define FILE_DEVICE_UCMUCSI              0x005d
#define FILE_DEVICE_PRM                  0x005e
#define FILE_DEVICE_EVENT_COLLECTOR      0x005f
#define FILE_DEVICE_USB4                 0x0060
#define FILE_DEVICE_SOUNDWIRE            0x0061
#define FILE_DEVICE_FABRIC_NVME          0x0062
#define FILE_DEVICE_SVM                  0x0063
#define FILE_DEVICE_HARDWARE_ACCELERATOR 0x0064
#define FILE_DEVICE_I3C                  0x0065
#define METHOD_BUFFERED   0
#define METHOD_IN_DIRECT  1
#define METHOD_OUT_DIRECT 2
#define METHOD_NEITHER    3
#define METHOD_DIRECT_TO_HARDWARE METHOD_IN_DIRECT
#define METHOD_DIRECT_FROM_HARDWARE METHOD_OUT_DIRECT
#define FILE_ANY_ACCESS 0
#define FILE_SPECIAL_ACCESS (FILE_ANY_ACCESS)
#define FILE_READ_ACCESS (0x0001)
#define FILE_WRITE_ACCESS (0x0002)

#define CTL_CODE(type, function, method, access) \
    (((type) << 16) | ((access) << 14) | ((function) << 2) | (method))
#define DEVICE_TYPE_FROM_CTL_CODE(code) (((ULONG)((code) & 0xffff0000)) >> 16)
#define METHOD_FROM_CTL_CODE(code) ((ULONG)((code) & 3))
