#include "executive/cm/registry.h"

#include "executive/ob/directory.h"
#include "executive/ob/object_manager.h"
#include "executive/rtl/strings.h"

#include <cstring>

// Keys as objects: opening, creating, deleting.

namespace openkmdf::executive {

using cm::KeyNode;
using cm::ValueNode;

namespace {

constexpr std::size_t kMostBytes = 0xFFFE;

}  // namespace

void Registry::deleted(void *body)
{
    auto *key = static_cast<Key *>(body);
    Registry &self = registry();
    if (key->node == nullptr) return;
    scheduler::InternalGuard guard(self.lock_);
    if (--key->node->references == 0 && key->node->deleted) self.drop_node(key->node);
}

NTSTATUS Registry::reparse(const KeyNode &link, std::u16string_view rest, ob::ParseRequest &request)
{
    const ValueNode *value = link.find_value(cm::kLinkValue);
    if (value == nullptr) return STATUS_OBJECT_NAME_NOT_FOUND;
    const std::size_t separator = rest.empty() ? 0 : sizeof(WCHAR);
    const std::size_t bytes = value->size + separator + rest.size() * sizeof(WCHAR);
    if (bytes > kMostBytes) return STATUS_NAME_TOO_LONG;
    auto *text = static_cast<std::byte *>(kernel_.arena->allocate(bytes));
    if (text == nullptr) return STATUS_INSUFFICIENT_RESOURCES;
    std::memcpy(text, value->data, value->size);
    if (!rest.empty()) {
        std::memcpy(text + value->size, u"\\", sizeof(WCHAR));
        std::memcpy(text + value->size + separator, rest.data(), rest.size() * sizeof(WCHAR));
    }
    request.reparse.Buffer = reinterpret_cast<PWCH>(text);
    request.reparse.Length = request.reparse.MaximumLength = static_cast<USHORT>(bytes);
    return STATUS_REPARSE;
}

// Goes down from a node and makes the key object in request.body. The lock is held.
NTSTATUS Registry::walk(KeyNode *node, ob::ParseRequest &request, Open &open)
{
    std::u16string_view rest = ob::view(request.rest);
    if (!rest.empty() && rest[0] == u'\\') rest.remove_prefix(1);
    open.disposition = REG_OPENED_EXISTING_KEY;
    for (;;) {
        if (node->deleted) return STATUS_KEY_DELETED;
        if (node->is_link && !(rest.empty() && open.open_link))
            return reparse(*node, rest, request);
        if (rest.empty()) break;
        const std::size_t end = rest.find(u'\\');
        const std::u16string_view name = rest.substr(0, end);
        rest = end == std::u16string_view::npos ? std::u16string_view() : rest.substr(end + 1);
        if (name.empty()) return STATUS_OBJECT_NAME_INVALID;
        KeyNode *child = node->find_child(name);
        if (child == nullptr) {
            if (!rest.empty() || !open.create) return STATUS_OBJECT_NAME_NOT_FOUND;
            if (kernel_.arena->allocation_fails()) return STATUS_INSUFFICIENT_RESOURCES;
            const NTSTATUS status = add_child(node, name, open, &child);
            if (!NT_SUCCESS(status)) return status;
            open.disposition = REG_CREATED_NEW_KEY;
            node = child;
            break;
        }
        node = child;
    }
    static_cast<Key *>(request.body)->node = node;
    ++node->references;
    return STATUS_SUCCESS;
}

NTSTATUS Registry::parse(void *body, ob::ParseRequest &request)
{
    Registry &self = registry();
    if (request.wanted != nullptr && request.wanted->index != ob::TypeIndex::Key)
        return STATUS_OBJECT_TYPE_MISMATCH;
    Open plain;
    Open &open = request.context != nullptr ? *static_cast<Open *>(request.context) : plain;
    Key *key;
    NTSTATUS status = self.kernel_.objects->create_object(ob::TypeIndex::Key, &key);
    if (!NT_SUCCESS(status)) return status;
    request.body = key;
    {
        scheduler::InternalGuard guard(self.lock_);
        status = self.walk(static_cast<Key *>(body)->node, request, open);
    }
    if (status != STATUS_SUCCESS) {
        request.body = nullptr;
        self.kernel_.objects->dereference(key);
    }
    return status;
}

NTSTATUS Registry::open(const OBJECT_ATTRIBUTES *attributes, ACCESS_MASK access,
                        KPROCESSOR_MODE mode, Open &request, HANDLE *handle)
{
    ObjectManager &objects = *kernel_.objects;
    if (attributes != nullptr && (attributes->Attributes & OBJ_OPENLINK)) request.open_link = true;
    return objects.open_by_name(attributes, objects.type(ob::TypeIndex::Key), access, mode,
                                &request, handle);
}

NTSTATUS Registry::open_path(std::u16string_view path, ACCESS_MASK access, ULONG attributes,
                             Open &request, HANDLE *handle)
{
    if (path.size() * sizeof(WCHAR) > kMostBytes) return STATUS_NAME_TOO_LONG;
    UNICODE_STRING name;
    name.Buffer = const_cast<PWCH>(path.data());
    name.Length = name.MaximumLength = static_cast<USHORT>(path.size() * sizeof(WCHAR));
    OBJECT_ATTRIBUTES object;
    InitializeObjectAttributes(&object, &name, attributes | OBJ_CASE_INSENSITIVE, nullptr, nullptr);
    return open(&object, access, KernelMode, request, handle);
}

NTSTATUS Registry::set_value(Key &key, std::u16string_view name, ULONG type, const void *data,
                             std::size_t size)
{
    if (kernel_.arena->allocation_fails()) return STATUS_INSUFFICIENT_RESOURCES;
    scheduler::InternalGuard guard(lock_);
    if (key.node->deleted) return STATUS_KEY_DELETED;
    if (key.node->is_link && (type != REG_LINK || !rtl::equal(name, cm::kLinkValue, true)))
        return STATUS_ACCESS_DENIED;
    return put_value(key.node, name, type, data, size);
}

NTSTATUS Registry::delete_value(Key &key, std::u16string_view name)
{
    scheduler::InternalGuard guard(lock_);
    if (key.node->deleted) return STATUS_KEY_DELETED;
    ValueNode *value = key.node->find_value(name);
    if (value == nullptr) return STATUS_OBJECT_NAME_NOT_FOUND;
    drop_value(key.node, value);
    touch(key.node);
    return STATUS_SUCCESS;
}

NTSTATUS Registry::delete_key(Key &key)
{
    scheduler::InternalGuard guard(lock_);
    KeyNode *node = key.node;
    if (node->deleted) return STATUS_KEY_DELETED;
    if (node->first_child != nullptr || node->parent == nullptr || node->parent == root_)
        return STATUS_CANNOT_DELETE;
    node->parent->unlink_child(node);
    touch(node->parent);
    node->deleted = true;
    drop_node(node);  // the key object still holds the node itself
    return STATUS_SUCCESS;
}

NTSTATUS Registry::rename_key(Key &key, std::u16string_view name)
{
    if (name.empty() || name.find(u'\\') != std::u16string_view::npos)
        return STATUS_INVALID_PARAMETER;
    scheduler::InternalGuard guard(lock_);
    KeyNode *node = key.node;
    if (node->deleted) return STATUS_KEY_DELETED;
    if (node->parent == nullptr || node->parent == root_) return STATUS_ACCESS_DENIED;
    KeyNode *other = node->parent->find_child(name);
    if (other != nullptr && other != node) return STATUS_CANNOT_DELETE;
    char16_t *text;
    std::uint32_t length;
    if (!copy_text(name, text, length)) return STATUS_INSUFFICIENT_RESOURCES;
    KeyNode *parent = node->parent;
    parent->unlink_child(node);
    kernel_.arena->deallocate(node->name, node->name_length * sizeof(char16_t));
    node->name = text;
    node->name_length = length;
    parent->link_child(node);
    touch(parent);
    return STATUS_SUCCESS;
}

NTSTATUS Registry::set_write_time(Key &key, std::int64_t time)
{
    scheduler::InternalGuard guard(lock_);
    if (key.node->deleted) return STATUS_KEY_DELETED;
    key.node->write_time = time;
    return STATUS_SUCCESS;
}

}  // namespace openkmdf::executive
