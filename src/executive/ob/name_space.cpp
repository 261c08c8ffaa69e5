#include "executive/ob/directory.h"
#include "executive/ob/object_manager.h"
#include "executive/ob/path_walker.h"

#include <cstring>

namespace openkmdf::executive {
namespace {

UNICODE_STRING string_of(std::u16string_view text)
{
    const auto bytes = static_cast<USHORT>(text.size() * sizeof(WCHAR));
    return {bytes, bytes, const_cast<PWCH>(text.data())};
}

}  // namespace

NTSTATUS ObjectManager::lookup(const Lookup &request, void **found)
{
    return PathWalker(*this, request).run(found);
}

NTSTATUS ObjectManager::lookup(const OBJECT_ATTRIBUTES *attributes, Lookup request, void **found)
{
    *found = nullptr;
    if (attributes == nullptr || attributes->Length != sizeof(OBJECT_ATTRIBUTES))
        return STATUS_INVALID_PARAMETER;
    if (attributes->ObjectName == nullptr && attributes->RootDirectory == nullptr)
        return STATUS_OBJECT_PATH_SYNTAX_BAD;
    if (attributes->ObjectName != nullptr) request.path = *attributes->ObjectName;
    request.attributes = attributes->Attributes;
    if (attributes->RootDirectory == nullptr) return lookup(request, found);
    const NTSTATUS status =
        reference_by_handle(attributes->RootDirectory, 0, nullptr, request.mode, &request.root);
    if (!NT_SUCCESS(status)) return status;
    const NTSTATUS result = lookup(request, found);
    dereference(request.root);
    return result;
}

NTSTATUS ObjectManager::insert_name(void *body, const UNICODE_STRING &path, void *root,
                                    ULONG attributes)
{
    Lookup request;
    request.path = path;
    request.root = root;
    request.attributes = attributes;
    request.insert = body;
    void *existing = nullptr;
    const NTSTATUS status = lookup(request, &existing);
    if (existing != nullptr) dereference(existing);
    return status;
}

void ObjectManager::unlink_name(ob::ObjectHeader *header)
{
    ob::ObjectName *name;
    {
        scheduler::InternalGuard guard(names_lock_);
        name = header->name;
        if (name == nullptr) return;
        static_cast<ob::Directory *>(name->directory->body())->remove(name);
        header->name = nullptr;
    }
    void *directory = name->directory->body();
    kernel_.arena->deallocate(name, sizeof(ob::ObjectName) + name->text.MaximumLength);
    dereference(directory);
    dereference(header->body());
}

void ObjectManager::make_permanent(void *body)
{
    scheduler::InternalGuard guard(names_lock_);
    ob::header_of(body)->flags |= ob::kPermanent;
}

void ObjectManager::make_temporary(void *body)
{
    ob::ObjectHeader *header = ob::header_of(body);
    {
        scheduler::InternalGuard guard(names_lock_);
        header->flags &= ~std::uint32_t{ob::kPermanent};
    }
    if (__atomic_load_n(&header->handles, __ATOMIC_ACQUIRE) == 0) unlink_name(header);
}

NTSTATUS ObjectManager::query_name(void *body, char16_t *buffer, std::size_t capacity,
                                   std::size_t *needed)
{
    scheduler::InternalGuard guard(names_lock_);
    std::size_t characters = 0;
    ob::ObjectHeader *first = ob::header_of(body);
    for (ob::ObjectHeader *at = first; at->name != nullptr; at = at->name->directory)
        characters += at->name->text.Length / sizeof(WCHAR) + 1;
    if (first == root_) characters = 1;
    *needed = characters * sizeof(WCHAR);
    if (*needed > capacity) return STATUS_BUFFER_TOO_SMALL;
    if (first == root_) buffer[0] = u'\\';
    std::size_t end = characters;
    for (ob::ObjectHeader *at = first; at->name != nullptr; at = at->name->directory) {
        const std::size_t length = at->name->text.Length / sizeof(WCHAR);
        end -= length;
        std::memcpy(buffer + end, at->name->text.Buffer, length * sizeof(WCHAR));
        buffer[--end] = u'\\';
    }
    return STATUS_SUCCESS;
}

NTSTATUS ObjectManager::create_directory(std::u16string_view path, void **directory)
{
    void *body;
    NTSTATUS status = create_object(ob::TypeIndex::Directory, sizeof(ob::Directory), &body);
    if (!NT_SUCCESS(status)) return status;
    status = insert_name(body, string_of(path), nullptr, OBJ_CASE_INSENSITIVE | OBJ_PERMANENT);
    dereference(body);
    if (directory != nullptr) *directory = NT_SUCCESS(status) ? body : nullptr;
    return status;
}

NTSTATUS ObjectManager::create_symbolic_link(const UNICODE_STRING &path,
                                             const UNICODE_STRING &target)
{
    ob::SymbolicLink *link;
    NTSTATUS status = create_object(ob::TypeIndex::SymbolicLink, &link);
    if (!NT_SUCCESS(status)) return status;
    const std::size_t bytes = target.Length == 0 ? sizeof(WCHAR) : target.Length;
    link->target.Buffer = static_cast<PWCH>(kernel_.arena->allocate(bytes));
    link->target.MaximumLength = static_cast<USHORT>(bytes);
    if (link->target.Buffer == nullptr) {
        dereference(link);
        return STATUS_INSUFFICIENT_RESOURCES;
    }
    link->target.Length = target.Length;
    std::memcpy(link->target.Buffer, target.Buffer, target.Length);
    link->created.QuadPart = kernel_.scheduler->system_time();
    status = insert_name(link, path, nullptr, OBJ_CASE_INSENSITIVE | OBJ_PERMANENT);
    dereference(link);
    return status;
}

NTSTATUS ObjectManager::delete_symbolic_link(const UNICODE_STRING &path)
{
    Lookup request;
    request.path = path;
    request.wanted = type(ob::TypeIndex::SymbolicLink);
    void *link;
    const NTSTATUS status = lookup(request, &link);
    if (!NT_SUCCESS(status)) return status;
    make_temporary(link);
    dereference(link);
    return STATUS_SUCCESS;
}

void *ObjectManager::directory_entry(void *directory, std::size_t n)
{
    scheduler::InternalGuard guard(names_lock_);
    ob::ObjectName *name = static_cast<ob::Directory *>(directory)->first;
    while (name != nullptr && n != 0) {
        name = name->next;
        --n;
    }
    if (name == nullptr || !try_reference(name->object->body())) return nullptr;
    return name->object->body();
}

}  // namespace openkmdf::executive
