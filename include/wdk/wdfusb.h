// USB targets. wdf.h does not include this.
#pragma once

#include "wdf/usb_device.h"
#include "wdf/usb_pipe.h"
#include "wdf/usb_types.h"
