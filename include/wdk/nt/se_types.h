// Well-known SIDs and privileges, tokens, ACEs.
#pragma once

#include <nt/ex_types.h>
#include <nt/security_types.h>

typedef enum _TOKEN_TYPE { TokenPrimary = 1, TokenImpersonation } TOKEN_TYPE, *PTOKEN_TYPE;
typedef enum _TOKEN_INFORMATION_CLASS {
    TokenUser = 1,
    TokenGroups,
    TokenPrivileges,
    TokenOwner,
    TokenPrimaryGroup,
    TokenDefaultDacl,
    TokenSource,
    TokenType,
    TokenImpersonationLevel,
    TokenStatistics,
    TokenRestrictedSids,
    TokenSessionId,
    TokenGroupsAndPrivileges,
    TokenSessionReference,
    TokenSandBoxInert,
    TokenAuditPolicy,
    TokenOrigin,
    TokenElevationType,
    TokenLinkedToken,
    TokenElevation,
    TokenHasRestrictions,
    TokenAccessInformation,
    TokenVirtualizationAllowed,
    TokenVirtualizationEnabled,
    TokenIntegrityLevel,
    TokenUIAccess,
    TokenMandatoryPolicy,
    TokenLogonSid,
    TokenIsAppContainer,
    TokenCapabilities,
    TokenAppContainerSid,
    TokenAppContainerNumber,
    TokenUserClaimAttributes,
    TokenDeviceClaimAttributes,
    TokenRestrictedUserClaimAttributes,
    TokenRestrictedDeviceClaimAttributes,
    TokenDeviceGroups,
    TokenRestrictedDeviceGroups,
    TokenSecurityAttributes,
    TokenIsRestricted,
    TokenProcessTrustLevel,
    TokenPrivateNameSpace,
    TokenSingletonAttributes,
    TokenBnoIsolation,
    TokenChildProcessFlags,
    TokenIsLessPrivilegedAppContainer,
    TokenIsSandboxed,
    TokenIsAppSilo,
    TokenLoggingInformation,
    TokenLearningMode,
    MaxTokenInfoClass,
} TOKEN_INFORMATION_CLASS, *PTOKEN_INFORMATION_CLASS;

#define SECURITY_CREATOR_OWNER_RID                    0x00000000
#define SECURITY_LOCAL_RID                            0x00000000
#define SECURITY_MANDATORY_UNTRUSTED_RID              0x00000000
#define SECURITY_NULL_RID                             0x00000000
#define SECURITY_WORLD_RID                            0x00000000
#define SECURITY_CREATOR_GROUP_RID                    0x00000001
#define SECURITY_CRED_TYPE_THIS_ORG_CERT_RID          0x00000001
#define SECURITY_DIALUP_RID                           0x00000001
#define SECURITY_LOCAL_LOGON_RID                      0x00000001
#define SECURITY_CREATOR_OWNER_SERVER_RID             0x00000002
#define SECURITY_CRED_TYPE_RID_COUNT                  0x00000002
#define SECURITY_NETWORK_RID                          0x00000002
#define SECURITY_PACKAGE_RID_COUNT                    0x00000002
#define SECURITY_BATCH_RID                            0x00000003
#define SECURITY_CREATOR_GROUP_SERVER_RID             0x00000003
#define SECURITY_LOGON_IDS_RID_COUNT                  0x00000003
#define SECURITY_CREATOR_OWNER_RIGHTS_RID             0x00000004
#define SECURITY_INTERACTIVE_RID                      0x00000004
#define SECURITY_LOGON_IDS_RID                        0x00000005
#define SECURITY_APPPOOL_ID_RID_COUNT                 0x00000006
#define SECURITY_CLOUD_INFRASTRUCTURE_SERVICES_ID_RID_COUNT 0x00000006
#define SECURITY_SERVICE_ID_RID_COUNT                 0x00000006
#define SECURITY_SERVICE_RID                          0x00000006
#define SECURITY_USERMODEDRIVERHOST_ID_RID_COUNT      0x00000006
#define SECURITY_VIRTUALACCOUNT_ID_RID_COUNT          0x00000006
#define SECURITY_VIRTUALSERVER_ID_RID_COUNT           0x00000006
#define SECURITY_WMIHOST_ID_RID_COUNT                 0x00000006
#define SECURITY_ANONYMOUS_LOGON_RID                  0x00000007
#define SECURITY_PROXY_RID                            0x00000008
#define SECURITY_ENTERPRISE_CONTROLLERS_RID           0x00000009
#define SECURITY_SERVER_LOGON_RID                     0x00000009
#define SECURITY_PACKAGE_NTLM_RID                     0x0000000a
#define SECURITY_PRINCIPAL_SELF_RID                   0x0000000a
#define SECURITY_AUTHENTICATED_USER_RID               0x0000000b
#define SECURITY_RESTRICTED_CODE_RID                  0x0000000c
#define SECURITY_TERMINAL_SERVER_RID                  0x0000000d
#define SECURITY_PACKAGE_SCHANNEL_RID                 0x0000000e
#define SECURITY_REMOTE_LOGON_RID                     0x0000000e
#define SECURITY_THIS_ORGANIZATION_RID                0x0000000f
#define SECURITY_IUSER_RID                            0x00000011
#define SECURITY_LOCAL_SYSTEM_RID                     0x00000012
#define SECURITY_LOCAL_SERVICE_RID                    0x00000013
#define SECURITY_NETWORK_SERVICE_RID                  0x00000014
#define SECURITY_PACKAGE_DIGEST_RID                   0x00000015
#define SECURITY_ENTERPRISE_READONLY_CONTROLLERS_RID  0x00000016
#define SECURITY_BUILTIN_DOMAIN_RID                   0x00000020
#define SECURITY_WRITE_RESTRICTED_CODE_RID            0x00000021
#define SECURITY_PACKAGE_BASE_RID                     0x00000040
#define SECURITY_CRED_TYPE_BASE_RID                   0x00000041
#define SECURITY_MIN_BASE_RID                         0x00000050
#define SECURITY_SERVICE_ID_BASE_RID                  0x00000050
#define SECURITY_RESERVED_ID_BASE_RID                 0x00000051
#define SECURITY_APPPOOL_ID_BASE_RID                  0x00000052
#define SECURITY_VIRTUALSERVER_ID_BASE_RID            0x00000053
#define SECURITY_USERMODEDRIVERHOST_ID_BASE_RID       0x00000054
#define SECURITY_CLOUD_INFRASTRUCTURE_SERVICES_ID_BASE_RID 0x00000055
#define SECURITY_WMIHOST_ID_BASE_RID                  0x00000056
#define SECURITY_TASK_ID_BASE_RID                     0x00000057
#define SECURITY_NFS_ID_BASE_RID                      0x00000058
#define SECURITY_COM_ID_BASE_RID                      0x00000059
#define SECURITY_MAX_BASE_RID                         0x0000006f
#define SECURITY_WINDOWSMOBILE_ID_BASE_RID            0x00000070
#define SECURITY_OTHER_ORGANIZATION_RID               0x000003e8
#define SECURITY_MANDATORY_LOW_RID                    0x00001000
#define SECURITY_MANDATORY_MEDIUM_RID                 0x00002000
#define SECURITY_MANDATORY_HIGH_RID                   0x00003000
#define SECURITY_MANDATORY_MAXIMUM_USER_RID           0x00004000
#define SECURITY_MANDATORY_SYSTEM_RID                 0x00004000
#define SECURITY_MANDATORY_PROTECTED_PROCESS_RID      0x00005000
#define DOMAIN_GROUP_RID_ENTERPRISE_READONLY_DOMAIN_CONTROLLERS 0x000001f2
#define DOMAIN_USER_RID_ADMIN                         0x000001f4
#define DOMAIN_USER_RID_GUEST                         0x000001f5
#define DOMAIN_USER_RID_KRBTGT                        0x000001f6
#define DOMAIN_GROUP_RID_ADMINS                       0x00000200
#define DOMAIN_GROUP_RID_USERS                        0x00000201
#define DOMAIN_GROUP_RID_GUESTS                       0x00000202
#define DOMAIN_GROUP_RID_COMPUTERS                    0x00000203
#define DOMAIN_GROUP_RID_CONTROLLERS                  0x00000204
#define DOMAIN_GROUP_RID_CERT_ADMINS                  0x00000205
#define DOMAIN_GROUP_RID_SCHEMA_ADMINS                0x00000206
#define DOMAIN_GROUP_RID_ENTERPRISE_ADMINS            0x00000207
#define DOMAIN_GROUP_RID_POLICY_ADMINS                0x00000208
#define DOMAIN_GROUP_RID_READONLY_CONTROLLERS         0x00000209
#define DOMAIN_ALIAS_RID_ADMINS                       0x00000220
#define DOMAIN_ALIAS_RID_USERS                        0x00000221
#define DOMAIN_ALIAS_RID_GUESTS                       0x00000222
#define DOMAIN_ALIAS_RID_POWER_USERS                  0x00000223
#define DOMAIN_ALIAS_RID_ACCOUNT_OPS                  0x00000224
#define DOMAIN_ALIAS_RID_SYSTEM_OPS                   0x00000225
#define DOMAIN_ALIAS_RID_PRINT_OPS                    0x00000226
#define DOMAIN_ALIAS_RID_BACKUP_OPS                   0x00000227
#define DOMAIN_ALIAS_RID_REPLICATOR                   0x00000228
#define DOMAIN_ALIAS_RID_RAS_SERVERS                  0x00000229
#define DOMAIN_ALIAS_RID_PREW2KCOMPACCESS             0x0000022a
#define DOMAIN_ALIAS_RID_REMOTE_DESKTOP_USERS         0x0000022b
#define DOMAIN_ALIAS_RID_NETWORK_CONFIGURATION_OPS    0x0000022c
#define DOMAIN_ALIAS_RID_INCOMING_FOREST_TRUST_BUILDERS 0x0000022d
#define DOMAIN_ALIAS_RID_MONITORING_USERS             0x0000022e
#define DOMAIN_ALIAS_RID_LOGGING_USERS                0x0000022f
#define DOMAIN_ALIAS_RID_AUTHORIZATIONACCESS          0x00000230
#define DOMAIN_ALIAS_RID_TS_LICENSE_SERVERS           0x00000231
#define DOMAIN_ALIAS_RID_DCOM_USERS                   0x00000232
#define DOMAIN_ALIAS_RID_IUSERS                       0x00000238
#define DOMAIN_ALIAS_RID_CRYPTO_OPERATORS             0x00000239
#define DOMAIN_ALIAS_RID_CACHEABLE_PRINCIPALS_GROUP   0x0000023b
#define DOMAIN_ALIAS_RID_NON_CACHEABLE_PRINCIPALS_GROUP 0x0000023c
#define DOMAIN_ALIAS_RID_EVENT_LOG_READERS_GROUP      0x0000023d
#define DOMAIN_ALIAS_RID_CERTSVC_DCOM_ACCESS_GROUP    0x0000023e
#define DOMAIN_USER_RID_MAX                           0x000003e7
#define SECURITY_NULL_SID_AUTHORITY {0, 0, 0, 0, 0, 0}
#define SECURITY_WORLD_SID_AUTHORITY {0, 0, 0, 0, 0, 1}
#define SECURITY_LOCAL_SID_AUTHORITY {0, 0, 0, 0, 0, 2}
#define SECURITY_CREATOR_SID_AUTHORITY {0, 0, 0, 0, 0, 3}
#define SECURITY_NT_AUTHORITY {0, 0, 0, 0, 0, 5}
#define SECURITY_APP_PACKAGE_AUTHORITY {0, 0, 0, 0, 0, 15}
#define SECURITY_MANDATORY_LABEL_AUTHORITY {0, 0, 0, 0, 0, 16}

#define ACCESS_ALLOWED_ACE_TYPE                 0x00
#define ACCESS_MIN_MS_ACE_TYPE                  0x00
#define ACCESS_DENIED_ACE_TYPE                  0x01
#define ACCESS_MAX_MS_V2_ACE_TYPE               0x03
#define ACCESS_ALLOWED_COMPOUND_ACE_TYPE        0x04
#define ACCESS_MAX_MS_V3_ACE_TYPE               0x04
#define ACCESS_ALLOWED_OBJECT_ACE_TYPE          0x05
#define ACCESS_MIN_MS_OBJECT_ACE_TYPE           0x05
#define ACCESS_DENIED_OBJECT_ACE_TYPE           0x06
#define ACCESS_MAX_MS_ACE_TYPE                  0x08
#define ACCESS_MAX_MS_OBJECT_ACE_TYPE           0x08
#define ACCESS_MAX_MS_V4_ACE_TYPE               0x08
#define ACCESS_ALLOWED_CALLBACK_ACE_TYPE        0x09
#define ACCESS_DENIED_CALLBACK_ACE_TYPE         0x0a
#define ACCESS_ALLOWED_CALLBACK_OBJECT_ACE_TYPE 0x0b
#define ACCESS_DENIED_CALLBACK_OBJECT_ACE_TYPE  0x0c
#define ACCESS_MAX_MS_V5_ACE_TYPE               0x11
typedef struct _ACE_HEADER {
    UCHAR AceType;
    UCHAR AceFlags;
    USHORT AceSize;
} ACE_HEADER, *PACE_HEADER;
#define OBJECT_INHERIT_ACE 0x1
#define CONTAINER_INHERIT_ACE 0x2
#define NO_PROPAGATE_INHERIT_ACE 0x4
#define INHERIT_ONLY_ACE 0x8
#define INHERITED_ACE 0x10
typedef struct _ACCESS_ALLOWED_ACE {
    ACE_HEADER Header;
    ACCESS_MASK Mask;
    ULONG SidStart;
} ACCESS_ALLOWED_ACE, *PACCESS_ALLOWED_ACE, ACCESS_DENIED_ACE, *PACCESS_DENIED_ACE;

#define SE_PRIVILEGE_ENABLED_BY_DEFAULT 0x00000001
#define SE_PRIVILEGE_ENABLED            0x00000002
#define SE_PRIVILEGE_REMOVED            0x00000004
#define SE_PRIVILEGE_USED_FOR_ACCESS    0x80000000
#define SE_PRIVILEGE_VALID_ATTRIBUTES   0x80000007
#define TOKEN_MANDATORY_POLICY_OFF             0x00000000
#define TOKEN_ASSIGN_PRIMARY                   0x00000001
#define TOKEN_HAS_TRAVERSE_PRIVILEGE           0x00000001
#define TOKEN_MANDATORY_POLICY_NO_WRITE_UP     0x00000001
#define TOKEN_DUPLICATE                        0x00000002
#define TOKEN_HAS_BACKUP_PRIVILEGE             0x00000002
#define TOKEN_MANDATORY_POLICY_NEW_PROCESS_MIN 0x00000002
#define TOKEN_MANDATORY_POLICY_VALID_MASK      0x00000003
#define TOKEN_HAS_RESTORE_PRIVILEGE            0x00000004
#define TOKEN_IMPERSONATE                      0x00000004
#define TOKEN_HAS_ADMIN_GROUP                  0x00000008
#define TOKEN_QUERY                            0x00000008
#define TOKEN_SOURCE_LENGTH                    0x00000008
#define TOKEN_WRITE_RESTRICTED                 0x00000008
#define TOKEN_IS_RESTRICTED                    0x00000010
#define TOKEN_QUERY_SOURCE                     0x00000010
#define TOKEN_ADJUST_PRIVILEGES                0x00000020
#define TOKEN_SESSION_NOT_REFERENCED           0x00000020
#define TOKEN_ADJUST_GROUPS                    0x00000040
#define TOKEN_SANDBOX_INERT                    0x00000040
#define TOKEN_ADJUST_DEFAULT                   0x00000080
#define TOKEN_HAS_IMPERSONATE_PRIVILEGE        0x00000080
#define TOKEN_ADJUST_SESSIONID                 0x00000100
#define TOKEN_VIRTUALIZE_ALLOWED               0x00000200
#define TOKEN_VIRTUALIZE_ENABLED               0x00000400
#define TOKEN_IS_FILTERED                      0x00000800
#define TOKEN_UIACCESS                         0x00001000
#define TOKEN_NOT_LOW                          0x00002000
#define TOKEN_EXECUTE                          0x00020000
#define TOKEN_READ                             0x00020008
#define TOKEN_WRITE                            0x000200e0
#define TOKEN_ALL_ACCESS_P                     0x000f00ff
#define TOKEN_ALL_ACCESS                       0x000f01ff
typedef struct _SE_EXPORTS {
    LUID SeCreateTokenPrivilege;
    LUID SeAssignPrimaryTokenPrivilege;
    LUID SeLockMemoryPrivilege;
    LUID SeIncreaseQuotaPrivilege;
    LUID SeUnsolicitedInputPrivilege;
    LUID SeTcbPrivilege;
    LUID SeSecurityPrivilege;
    LUID SeTakeOwnershipPrivilege;
    LUID SeLoadDriverPrivilege;
    LUID SeCreatePagefilePrivilege;
    LUID SeIncreaseBasePriorityPrivilege;
    LUID SeSystemProfilePrivilege;
    LUID SeSystemtimePrivilege;
    LUID SeProfileSingleProcessPrivilege;
    LUID SeCreatePermanentPrivilege;
    LUID SeBackupPrivilege;
    LUID SeRestorePrivilege;
    LUID SeShutdownPrivilege;
    LUID SeDebugPrivilege;
    LUID SeAuditPrivilege;
    LUID SeSystemEnvironmentPrivilege;
    LUID SeChangeNotifyPrivilege;
    LUID SeRemoteShutdownPrivilege;
    PSID SeNullSid;
    PSID SeWorldSid;
    PSID SeLocalSid;
    PSID SeCreatorOwnerSid;
    PSID SeCreatorGroupSid;
    PSID SeNtAuthoritySid;
    PSID SeDialupSid;
    PSID SeNetworkSid;
    PSID SeBatchSid;
    PSID SeInteractiveSid;
    PSID SeLocalSystemSid;
    PSID SeAliasAdminsSid;
    PSID SeAliasUsersSid;
    PSID SeAliasGuestsSid;
    PSID SeAliasPowerUsersSid;
    PSID SeAliasAccountOpsSid;
    PSID SeAliasSystemOpsSid;
    PSID SeAliasPrintOpsSid;
    PSID SeAliasBackupOpsSid;
    PSID SeAuthenticatedUsersSid;
    PSID SeRestrictedSid;
    PSID SeAnonymousLogonSid;
    LUID SeUndockPrivilege;
    LUID SeSyncAgentPrivilege;
    LUID SeEnableDelegationPrivilege;
    PSID SeLocalServiceSid;
    PSID SeNetworkServiceSid;
    LUID SeManageVolumePrivilege;
    LUID SeImpersonatePrivilege;
    LUID SeCreateGlobalPrivilege;
    LUID SeTrustedCredManAccessPrivilege;
    LUID SeRelabelPrivilege;
    LUID SeIncreaseWorkingSetPrivilege;
    LUID SeTimeZonePrivilege;
    LUID SeCreateSymbolicLinkPrivilege;
    PSID SeIUserSid;
    PSID SeUntrustedMandatorySid;
    PSID SeLowMandatorySid;
    PSID SeMediumMandatorySid;
    PSID SeHighMandatorySid;
    PSID SeSystemMandatorySid;
    PSID SeOwnerRightsSid;
} SE_EXPORTS, *PSE_EXPORTS;
