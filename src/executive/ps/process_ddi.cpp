#include "executive/ob/object_manager.h"
#include "executive/ps/processes.h"
#include "executive/rtl/version.h"

#include <cstring>

// Ps*: processes.

using namespace openkmdf::executive;

PEPROCESS NTAPI PsGetCurrentProcess()
{
    return kernel().processes->current();
}

HANDLE NTAPI PsGetCurrentProcessId()
{
    return PsGetProcessId(kernel().processes->current());
}
HANDLE NTAPI PsGetProcessId(PEPROCESS process)
{
    return reinterpret_cast<HANDLE>(process->id);
}
LONGLONG NTAPI PsGetProcessCreateTimeQuadPart(PEPROCESS process)
{
    return process->create_time;
}
NTSTATUS NTAPI PsGetProcessExitStatus(PEPROCESS process)
{
    return process->exit_status;
}
// Unlike the identifier, never used again in the life of the system.
ULONGLONG NTAPI PsGetProcessStartKey(PEPROCESS process)
{
    return ULONGLONG{1} << 48 | ob::header_of(process)->ordinal;
}

NTSTATUS NTAPI PsLookupProcessByProcessId(HANDLE id, PEPROCESS *process)
{
    *process = kernel().processes->find(id);
    return *process != nullptr ? STATUS_SUCCESS : STATUS_INVALID_CID;
}

NTSTATUS NTAPI PsSetCreateProcessNotifyRoutine(PCREATE_PROCESS_NOTIFY_ROUTINE routine,
                                               BOOLEAN remove)
{
    Processes &processes = *kernel().processes;
    return remove ? processes.remove_notify(routine) : processes.add_notify(routine);
}

PACCESS_TOKEN NTAPI PsReferencePrimaryToken(PEPROCESS process)
{
    ObjectManager::reference(process->token);
    return process->token;
}

VOID NTAPI PsDereferencePrimaryToken(PACCESS_TOKEN token)
{
    object_manager().dereference(token);
}

// No thread of a machine impersonates.
PACCESS_TOKEN NTAPI PsReferenceImpersonationToken(PETHREAD, PBOOLEAN copy_on_open,
                                                  PBOOLEAN effective_only,
                                                  PSECURITY_IMPERSONATION_LEVEL level)
{
    *copy_on_open = FALSE;
    *effective_only = FALSE;
    *level = SecurityAnonymous;
    return nullptr;
}

VOID NTAPI PsDereferenceImpersonationToken(PACCESS_TOKEN token)
{
    if (token != nullptr) object_manager().dereference(token);
}

// TRUE: a checked build. There is none.
BOOLEAN NTAPI PsGetVersion(PULONG major, PULONG minor, PULONG build, PUNICODE_STRING service_pack)
{
    if (major != nullptr) *major = kMajorVersion;
    if (minor != nullptr) *minor = kMinorVersion;
    if (build != nullptr) *build = kBuildNumber;
    if (service_pack != nullptr) RtlInitUnicodeString(service_pack, u"");
    return FALSE;
}
