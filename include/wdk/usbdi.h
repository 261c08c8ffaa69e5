// The interface of USB client drivers to the bus driver.
#pragma once

#include <usb.h>
#include <usbioctl.h>
