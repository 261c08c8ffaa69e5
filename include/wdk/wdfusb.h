// USB targets. A driver includes usb.h and usbdlib.h before this.
#pragma once

#include "wdf/usb_device.h"
#include "wdf/usb_pipe.h"
#include "wdf/usb_types.h"
