// The USB specification, version 2.
#pragma once

#include <usbspec.h>
