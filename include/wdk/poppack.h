// Ends the region that the last pshpackN.h started. Meant to be included more than once, hence
// without a guard.
#if defined(__clang__)
#pragma clang diagnostic ignored "-Wpragma-pack"
#endif
#pragma pack(pop)
