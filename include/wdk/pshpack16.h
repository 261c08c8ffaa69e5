// Starts a region where structures are packed to 16 bytes; poppack.h ends it. Meant to be included
// more than once, hence without a guard.
#if defined(__clang__)
#pragma clang diagnostic ignored "-Wpragma-pack"
#endif
#pragma pack(push, 16)
