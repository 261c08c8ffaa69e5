// Packs structures to one byte until packoff.h; older than the pshpack headers and not nested.
#if defined(__clang__)
#pragma clang diagnostic ignored "-Wpragma-pack"
#endif
#pragma pack(1)
