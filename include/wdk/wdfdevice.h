// Devices.
#pragma once

#include "wdf/device_events.h"
#include "wdf/device_init.h"
#include "wdf/device_io.h"
#include "wdf/device_names.h"
#include "wdf/device_power.h"
#include "wdf/device_settings.h"
#include "wdf/device_states.h"
