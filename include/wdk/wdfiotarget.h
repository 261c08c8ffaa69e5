// I/O targets: where a driver sends requests.
#pragma once

#include "wdf/iotarget_functions.h"
#include "wdf/iotarget_io.h"
#include "wdf/iotarget_types.h"
