// A device whose file objects are configured by its hardware identifier: "ROOT\FILES-" and a letter
// for each thing that differs from a function device which has file objects that may use FsContext.

#pragma once

#include <devioctl.h>

//   2 WdfFileObjectWdfCanUseFsContext2    X WdfFileObjectWdfCannotUseFsContexts
//   N WdfFileObjectNotRequired            O WdfFileObjectCanBeOptional
//   F AutoForwardCleanupClose WdfTrue     L ... WdfFalse        I a filter
//   D scope device                        P level passive       S file attributes with scope none
//   C no create callback                  R creates are refused Q a queue takes creates

// Sends create, read, cleanup and close without a WDM file object to the driver's own device.
#define IOCTL_FILES_WITHOUT_FILE                                                                   \
    CTL_CODE(FILE_DEVICE_UNKNOWN, 0x800, METHOD_BUFFERED, FILE_ANY_ACCESS)
