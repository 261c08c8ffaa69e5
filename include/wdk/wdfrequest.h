// I/O requests.
#pragma once

#include "wdf/request_data.h"
#include "wdf/request_functions.h"
#include "wdf/request_types.h"
