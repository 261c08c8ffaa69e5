#pragma once

// Which callback of the lifecycle driver fails; a module is built for each.
#define LIFECYCLE_FAIL_NONE 0
#define LIFECYCLE_FAIL_DEVICE_ADD 1
#define LIFECYCLE_FAIL_PREPARE_HARDWARE 2
#define LIFECYCLE_FAIL_D0_ENTRY 3
#define LIFECYCLE_FAIL_SELF_MANAGED_IO_INIT 4
#define LIFECYCLE_FAIL_FILE_CREATE 5
#define LIFECYCLE_FAIL_QUERY_REMOVE 6
