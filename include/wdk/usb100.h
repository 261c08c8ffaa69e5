// The USB specification, version 1.
#pragma once

#include <usbspec.h>
