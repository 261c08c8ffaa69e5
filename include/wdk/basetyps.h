// Basic types under the names of an older SDK.
#pragma once

#include <guiddef.h>
#include <ntdef.h>
