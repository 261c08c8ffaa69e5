#pragma once

// What a driver module says about itself: the one symbol it exports, `__drv_module`. Read by the
// loader, written by the link step as a row of 64-bit words, so every member is one. The magic
// changes whenever the layout does.

#include <stdint.h>

#define DRV_MODULE_SYMBOL "__drv_module"
#define DRV_MODULE_MAGIC 0x31304d44464d4b4fULL /* "OKMFDM01" */
#define DRV_MODULE_VERSION 1

// Where modules are linked to be mapped: above the kernel memory of the machines, below the host's
// own program, inside what AddressSanitizer and ThreadSanitizer take for application memory. One
// slot per name; a second copy of a module is mapped elsewhere.
#define DRV_IMAGES_BEGIN 0x554000000000ULL
#define DRV_IMAGE_SLOT 0x4000000ULL
#define DRV_IMAGE_SLOTS 1024
#define DRV_IMAGES_END (DRV_IMAGES_BEGIN + DRV_IMAGE_SLOT * DRV_IMAGE_SLOTS)

enum {
    DRV_SANITIZER_ADDRESS = 1,
    DRV_SANITIZER_UNDEFINED = 2,
    DRV_SANITIZER_THREAD = 4,
    DRV_COVERAGE = 8,
};

enum { DRV_KIND_WDM = 0, DRV_KIND_KMDF = 1 };

// The module calls an import through its cell; the loader stores the address there.
typedef struct DrvImport {
    const char *name;
    void **cell;
} DrvImport;

typedef struct DrvRange {
    char *begin;
    char *end;
} DrvRange;

typedef struct DrvModule {
    uint64_t magic;
    uint64_t version;
    uint64_t size;
    uint64_t kind;
    uint64_t kmdf_minor;
    uint64_t features;
    const char *name;
    void *entry;  // DriverEntry, or the KMDF binding stub that calls it
    void *driver_entry;
    const DrvImport *imports;
    uint64_t import_count;
    uint64_t loaded;  // set by the loader: this mapping has an owner

    volatile unsigned char *choice_points;  // null: the driver has no interlocked operations
    DrvRange sanitizer_init;                // functions, called before anything else of the module
    DrvRange sanitizer_fini;
    DrvRange dynamic_init;      // initialisers of the driver's globals; the loader calls none
    const char *dynamic_names;  // the objects behind them, one per line

    uint64_t *asan_shadow_base;  // to be filled with the host's shadow offset
    int *asan_use_after_return;

    DrvRange profile_counters;
    DrvRange profile_data;
    DrvRange profile_names;
} DrvModule;

#ifdef __cplusplus
static_assert(sizeof(DrvModule) == 28 * 8);
#else
_Static_assert(sizeof(DrvModule) == 28 * 8, "every member is one word");
#endif
