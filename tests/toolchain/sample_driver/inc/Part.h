#pragma once

#if defined(__cplusplus)
extern "C"
#endif
    int
    part_value(const char *text);
