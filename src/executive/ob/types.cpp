#include "executive/ob/directory.h"
#include "executive/ob/object_manager.h"
#include "executive/ps/processes.h"
#include "executive/tracer.h"

#include <new>

namespace openkmdf::executive {
namespace {

struct TypeRow {
    ob::TypeIndex index;
    const char16_t *name;
    const char *trace_name;
    const char *data_export;  // null: none
    GENERIC_MAPPING mapping;
    ACCESS_MASK valid_access;
};

constexpr ACCESS_MASK kRead = STANDARD_RIGHTS_READ;
constexpr ACCESS_MASK kWrite = STANDARD_RIGHTS_WRITE;
constexpr ACCESS_MASK kExecute = STANDARD_RIGHTS_EXECUTE;
constexpr ACCESS_MASK kAll = STANDARD_RIGHTS_ALL;
constexpr ACCESS_MASK kRequired = STANDARD_RIGHTS_REQUIRED;
constexpr ACCESS_MASK kFileAll = STANDARD_RIGHTS_ALL | 0x1FF;

constexpr GENERIC_MAPPING kFileMapping = {0x00120089, 0x00120116, 0x001200A0, kFileAll};

using ob::TypeIndex;

constexpr TypeRow kTypes[] = {
    {TypeIndex::Directory,
     u"Directory",
     "DIRECTORY",
     nullptr,
     {kRead | 3, kWrite | 12, kExecute | 3, DIRECTORY_ALL_ACCESS},
     DIRECTORY_ALL_ACCESS},
    {TypeIndex::SymbolicLink,
     u"SymbolicLink",
     "SYMBOLIC_LINK",
     nullptr,
     {kRead | 1, kWrite, kExecute | 1, SYMBOLIC_LINK_ALL_ACCESS},
     SYMBOLIC_LINK_ALL_ACCESS},
    {TypeIndex::Device, u"Device", "DEVICE_OBJECT", "IoDeviceObjectType", kFileMapping, kFileAll},
    {TypeIndex::Driver, u"Driver", "DRIVER_OBJECT", "IoDriverObjectType", kFileMapping, kFileAll},
    {TypeIndex::File, u"File", "FILE_OBJECT", "IoFileObjectType", kFileMapping, kFileAll},
    {TypeIndex::Event,
     u"Event",
     "KEVENT",
     "ExEventObjectType",
     {kRead | 1, kWrite | 2, kExecute | SYNCHRONIZE, EVENT_ALL_ACCESS},
     EVENT_ALL_ACCESS},
    {TypeIndex::Semaphore,
     u"Semaphore",
     "KSEMAPHORE",
     "ExSemaphoreObjectType",
     {kRead | 1, kWrite | 2, kExecute | SYNCHRONIZE, SEMAPHORE_ALL_ACCESS},
     SEMAPHORE_ALL_ACCESS},
    {TypeIndex::Mutant,
     u"Mutant",
     "KMUTEX",
     "ExMutantObjectType",
     {kRead | 1, kWrite, kExecute | SYNCHRONIZE, kAll | 1},
     kAll | 1},
    {TypeIndex::Timer,
     u"Timer",
     "KTIMER",
     "ExTimerObjectType",
     {kRead | 1, kWrite | 2, kExecute | SYNCHRONIZE, kAll | 3},
     kAll | 3},
    {TypeIndex::Thread,
     u"Thread",
     "ETHREAD",
     "PsThreadType",
     {kRead | 0x48, kWrite | 0x37, kExecute | SYNCHRONIZE, THREAD_ALL_ACCESS},
     THREAD_ALL_ACCESS},
    {TypeIndex::Process,
     u"Process",
     "EPROCESS",
     "PsProcessType",
     {kRead | 0x410, kWrite | 0xBEA, kExecute | SYNCHRONIZE, PROCESS_ALL_ACCESS},
     PROCESS_ALL_ACCESS},
    {TypeIndex::Token,
     u"Token",
     "TOKEN",
     "SeTokenObjectType",
     {kRead | 8, kWrite | 0xE0, kExecute, kRequired | 0x1FF},
     kRequired | 0x1FF},
    {TypeIndex::Key,
     u"Key",
     "KEY",
     "CmKeyObjectType",
     {kRead | 0x19, kWrite | 6, kRead | 0x19, kRequired | 0x3F},
     kAll | 0x3F},
    {TypeIndex::Section,
     u"Section",
     "SECTION",
     "MmSectionObjectType",
     {kRead | 5, kWrite | 2, kExecute | 8, SECTION_ALL_ACCESS},
     SECTION_ALL_ACCESS},
    {TypeIndex::Callback,
     u"Callback",
     "CALLBACK_OBJECT",
     nullptr,
     {kRead, kWrite | 1, kExecute | SYNCHRONIZE, kAll | 1},
     kAll | 1},
};
static_assert(sizeof kTypes / sizeof kTypes[0] == static_cast<int>(TypeIndex::Count));

void delete_link(void *body)
{
    auto *link = static_cast<ob::SymbolicLink *>(body);
    object_manager().kernel().arena->deallocate(link->target.Buffer, link->target.MaximumLength);
}

constexpr const char16_t *kStandardDirectories[] = {
    u"\\GLOBAL??", u"\\Device",        u"\\Driver",      u"\\FileSystem", u"\\BaseNamedObjects",
    u"\\Callback", u"\\KernelObjects", u"\\ObjectTypes", u"\\Security",
};

struct StandardLink {
    const char16_t *path;
    const char16_t *target;
};

// "\??" and "\DosDevices" are how drivers and clients write the one global directory of links.
constexpr StandardLink kStandardLinks[] = {
    {u"\\??", u"\\GLOBAL??"},
    {u"\\DosDevices", u"\\GLOBAL??"},
    {u"\\GLOBAL??\\Global", u"\\GLOBAL??"},
    {u"\\GLOBAL??\\GLOBALROOT", u"\\"},
};

UNICODE_STRING string_of(const char16_t *text)
{
    const auto length = static_cast<USHORT>(std::u16string_view(text).size() * sizeof(WCHAR));
    return {length, length, const_cast<PWCH>(text)};
}

}  // namespace

bool ObjectManager::create_types()
{
    for (const TypeRow &row : kTypes) {
        const int index = static_cast<int>(row.index);
        _OBJECT_TYPE &type = types_[index];
        type.name = row.name;
        type.trace_name = row.trace_name;
        type.trace_type = kernel_.tracer->type(row.trace_name);
        type.index = row.index;
        type.mapping = row.mapping;
        type.valid_access = row.valid_access;
        type_pointers_[index] = &type;
        type_exports_[index] = &type_pointers_[index];
    }
    type(TypeIndex::SymbolicLink)->procedures.deleted = delete_link;
    return true;
}

void *ObjectManager::data_export(std::string_view name)
{
    for (const TypeRow &row : kTypes) {
        if (row.data_export != nullptr && name == row.data_export)
            return &type_exports_[static_cast<int>(row.index)];
    }
    if (name == "PsInitialSystemProcess") return kernel_.processes->system_variable();
    if (name == "NlsMbCodePageTag" || name == "NlsMbOemCodePageTag") return &multi_byte_code_page_;
    return nullptr;
}

bool ObjectManager::create_standard_names()
{
    void *root = nullptr;
    if (!NT_SUCCESS(create_object(TypeIndex::Directory, sizeof(ob::Directory), &root)))
        return false;
    root_ = ob::header_of(root);
    root_->flags |= ob::kPermanent;
    for (const char16_t *path : kStandardDirectories) {
        if (!NT_SUCCESS(create_directory(path))) return false;
    }
    for (const StandardLink &link : kStandardLinks) {
        if (!NT_SUCCESS(create_symbolic_link(string_of(link.path), string_of(link.target))))
            return false;
    }
    return true;
}

ObjectManager *ObjectManager::create(Kernel &kernel)
{
    void *block = kernel.arena->allocate(sizeof(ObjectManager), alignof(ObjectManager));
    if (block == nullptr) return nullptr;
    auto *manager = ::new (block) ObjectManager(kernel);
    kernel.objects = manager;
    manager->delete_item_.WorkerRoutine = delete_worker;
    manager->delete_item_.Parameter = manager;
    return manager->create_types() && manager->create_standard_names() ? manager : nullptr;
}

}  // namespace openkmdf::executive
