// Cryptography: random numbers and hashes.
#pragma once

#include <ntdef.h>

#if defined(__cplusplus)
extern "C" {
#endif

typedef PVOID BCRYPT_HANDLE;
typedef PVOID BCRYPT_ALG_HANDLE;
typedef PVOID BCRYPT_HASH_HANDLE;

#define BCRYPT_RNG_ALGORITHM L"RNG"
#define BCRYPT_SHA1_ALGORITHM L"SHA1"
#define BCRYPT_SHA256_ALGORITHM L"SHA256"
#define BCRYPT_SHA384_ALGORITHM L"SHA384"
#define BCRYPT_SHA512_ALGORITHM L"SHA512"

#define BCRYPT_OBJECT_LENGTH L"ObjectLength"
#define BCRYPT_HASH_LENGTH L"HashDigestLength"

#define BCRYPT_ALG_HANDLE_HMAC_FLAG 0x00000008
#define BCRYPT_PROV_DISPATCH 0x00000001
#define BCRYPT_RNG_USE_ENTROPY_IN_BUFFER 0x00000001
#define BCRYPT_USE_SYSTEM_PREFERRED_RNG 0x00000002

NTSYSAPI NTSTATUS NTAPI BCryptOpenAlgorithmProvider(_Out_ BCRYPT_ALG_HANDLE *Algorithm,
                                                    _In_ PCWSTR AlgId,
                                                    _In_opt_ PCWSTR Implementation,
                                                    _In_ ULONG Flags);
NTSYSAPI NTSTATUS NTAPI BCryptCloseAlgorithmProvider(_Inout_ BCRYPT_ALG_HANDLE Algorithm,
                                                     _In_ ULONG Flags);
NTSYSAPI NTSTATUS NTAPI BCryptGetProperty(_In_ BCRYPT_HANDLE Object, _In_ PCWSTR Property,
                                          _Out_writes_bytes_to_opt_(Size, *Result) PUCHAR Output,
                                          _In_ ULONG Size, _Out_ ULONG *Result, _In_ ULONG Flags);
NTSYSAPI NTSTATUS NTAPI BCryptGenRandom(_In_opt_ BCRYPT_ALG_HANDLE Algorithm,
                                        _Out_writes_bytes_(Size) PUCHAR Buffer, _In_ ULONG Size,
                                        _In_ ULONG Flags);
NTSYSAPI NTSTATUS NTAPI BCryptCreateHash(_Inout_ BCRYPT_ALG_HANDLE Algorithm,
                                         _Out_ BCRYPT_HASH_HANDLE *Hash,
                                         _Out_writes_bytes_opt_(ObjectSize) PUCHAR HashObject,
                                         _In_ ULONG ObjectSize,
                                         _In_reads_bytes_opt_(SecretSize) PUCHAR Secret,
                                         _In_ ULONG SecretSize, _In_ ULONG Flags);
NTSYSAPI NTSTATUS NTAPI BCryptHashData(_Inout_ BCRYPT_HASH_HANDLE Hash,
                                       _In_reads_bytes_(Size) PUCHAR Input, _In_ ULONG Size,
                                       _In_ ULONG Flags);
NTSYSAPI NTSTATUS NTAPI BCryptFinishHash(_Inout_ BCRYPT_HASH_HANDLE Hash,
                                         _Out_writes_bytes_all_(Size) PUCHAR Output,
                                         _In_ ULONG Size, _In_ ULONG Flags);
NTSYSAPI NTSTATUS NTAPI BCryptDestroyHash(_Inout_ BCRYPT_HASH_HANDLE Hash);

#if defined(__cplusplus)
}
#endif
