#include "executive/io/io_manager.h"

#include "executive/ob/object_manager.h"

// Share access, which drivers keep for what they let clients open.

namespace openkmdf::executive {

namespace {

bool wants(ACCESS_MASK access, ACCESS_MASK bits)
{
    return (access & bits) != 0;
}

void take_access(PFILE_OBJECT file, ACCESS_MASK access, ULONG share)
{
    file->ReadAccess = wants(access, FILE_EXECUTE | FILE_READ_DATA);
    file->WriteAccess = wants(access, FILE_WRITE_DATA | FILE_APPEND_DATA);
    file->DeleteAccess = wants(access, DELETE);
    const bool shares = file->ReadAccess || file->WriteAccess || file->DeleteAccess;
    file->SharedRead = shares && (share & FILE_SHARE_READ);
    file->SharedWrite = shares && (share & FILE_SHARE_WRITE);
    file->SharedDelete = shares && (share & FILE_SHARE_DELETE);
}

bool counts(PFILE_OBJECT file)
{
    return file->ReadAccess || file->WriteAccess || file->DeleteAccess;
}

void add(PFILE_OBJECT file, PSHARE_ACCESS access, ULONG change)
{
    if (!counts(file)) return;
    access->OpenCount += change;
    if (file->ReadAccess) access->Readers += change;
    if (file->WriteAccess) access->Writers += change;
    if (file->DeleteAccess) access->Deleters += change;
    if (file->SharedRead) access->SharedRead += change;
    if (file->SharedWrite) access->SharedWrite += change;
    if (file->SharedDelete) access->SharedDelete += change;
}

bool conflicts(PFILE_OBJECT file, const SHARE_ACCESS &access)
{
    const ULONG count = access.OpenCount;
    return (file->ReadAccess && access.SharedRead < count) ||
           (file->WriteAccess && access.SharedWrite < count) ||
           (file->DeleteAccess && access.SharedDelete < count) ||
           (access.Readers && !file->SharedRead) || (access.Writers && !file->SharedWrite) ||
           (access.Deleters && !file->SharedDelete);
}

}  // namespace

extern "C" {

NTSTATUS NTAPI IoCheckShareAccess(ACCESS_MASK DesiredAccess, ULONG DesiredShareAccess,
                                  PFILE_OBJECT FileObject, PSHARE_ACCESS ShareAccess,
                                  BOOLEAN Update)
{
    take_access(FileObject, DesiredAccess, DesiredShareAccess);
    if (counts(FileObject) && conflicts(FileObject, *ShareAccess)) return STATUS_SHARING_VIOLATION;
    if (Update) add(FileObject, ShareAccess, 1);
    return STATUS_SUCCESS;
}

void NTAPI IoSetShareAccess(ACCESS_MASK DesiredAccess, ULONG DesiredShareAccess,
                            PFILE_OBJECT FileObject, PSHARE_ACCESS ShareAccess)
{
    take_access(FileObject, DesiredAccess, DesiredShareAccess);
    *ShareAccess = {};
    add(FileObject, ShareAccess, 1);
}

void NTAPI IoUpdateShareAccess(PFILE_OBJECT FileObject, PSHARE_ACCESS ShareAccess)
{
    add(FileObject, ShareAccess, 1);
}

void NTAPI IoRemoveShareAccess(PFILE_OBJECT FileObject, PSHARE_ACCESS ShareAccess)
{
    add(FileObject, ShareAccess, ~ULONG{0});
}

PGENERIC_MAPPING NTAPI IoGetFileObjectGenericMapping()
{
    return &kernel().objects->type(ob::TypeIndex::File)->mapping;
}

NTSTATUS NTAPI IoCheckDesiredAccess(PACCESS_MASK DesiredAccess, ACCESS_MASK GrantedAccess)
{
    RtlMapGenericMask(DesiredAccess, IoGetFileObjectGenericMapping());
    return *DesiredAccess & ~GrantedAccess ? STATUS_ACCESS_DENIED : STATUS_SUCCESS;
}

}  // extern "C"

}  // namespace openkmdf::executive
