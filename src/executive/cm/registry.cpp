#include "executive/cm/registry.h"

#include "executive/ob/object_manager.h"
#include "executive/rtl/strings.h"
#include "executive/rtl/version.h"

#include <cstring>
#include <new>

namespace openkmdf::executive {

using cm::KeyNode;
using cm::ValueNode;

namespace {

constexpr std::size_t kMostKeyName = 255;
constexpr std::size_t kMostValueName = 16383;

struct StandardKey {
    const char16_t *path;
    bool is_volatile;
};

constexpr StandardKey kStandardKeys[] = {
    {u"\\Registry\\Machine\\System\\ControlSet001\\Services", false},
    {u"\\Registry\\Machine\\System\\ControlSet001\\Enum\\Root", false},
    {u"\\Registry\\Machine\\System\\ControlSet001\\Control\\Class", false},
    {u"\\Registry\\Machine\\System\\ControlSet001\\Control\\DeviceClasses", false},
    {u"\\Registry\\Machine\\System\\ControlSet001\\Control\\Wdf", false},
    {u"\\Registry\\Machine\\System\\ControlSet001\\Control\\Session Manager", false},
    {u"\\Registry\\Machine\\System\\ControlSet001\\Hardware Profiles\\Current", false},
    {u"\\Registry\\Machine\\Software\\Microsoft\\Windows NT\\CurrentVersion", false},
    {u"\\Registry\\Machine\\Hardware\\DeviceMap", true},
    {u"\\Registry\\Machine\\Hardware\\Description\\System", true},
    {u"\\Registry\\User\\.Default", false},
    {u"\\Registry\\User\\S-1-5-18", false},
};

std::size_t block_size(const ValueNode *value)
{
    return sizeof(ValueNode) + value->name_length * sizeof(char16_t);
}

// Takes the first component off the path; no backslash in front of what remains.
std::u16string_view take_component(std::u16string_view &path)
{
    const std::size_t end = path.find(u'\\');
    const std::u16string_view name = path.substr(0, end);
    path = end == std::u16string_view::npos ? std::u16string_view() : path.substr(end + 1);
    return name;
}

}  // namespace

Registry *Registry::create(Kernel &kernel)
{
    void *block = kernel.arena->allocate(sizeof(Registry), alignof(Registry));
    if (block == nullptr) return nullptr;
    auto *registry = ::new (block) Registry(kernel);
    kernel.registry = registry;
    ob::TypeProcedures procedures;
    procedures.parse = parse;
    procedures.deleted = deleted;
    kernel.objects->set_procedures(ob::TypeIndex::Key, procedures);
    return registry->create_standard_keys() ? registry : nullptr;
}

bool Registry::create_standard_keys()
{
    Open open;
    open.options = REG_OPTION_VOLATILE;
    root_ = make_node(u"REGISTRY", open);
    if (root_ == nullptr) return false;
    for (std::u16string_view hive : {u"\\Registry\\Machine", u"\\Registry\\User"}) {
        if (!NT_SUCCESS(create_key(hive, true))) return false;
    }
    // What is mounted there is kept, though the keys that it is mounted in are not.
    for (KeyNode *hive = root_->first_child; hive != nullptr; hive = hive->next)
        hive->is_volatile = false;
    for (const StandardKey &key : kStandardKeys) {
        if (!NT_SUCCESS(create_key(key.path, key.is_volatile))) return false;
    }
    KeyNode *link = nullptr;
    open.options = REG_OPTION_VOLATILE | REG_OPTION_CREATE_LINK;
    constexpr std::u16string_view kTarget = u"\\Registry\\Machine\\System\\ControlSet001";
    if (!NT_SUCCESS(
            add_child(find(u"\\Registry\\Machine\\System"), u"CurrentControlSet", open, &link)) ||
        !NT_SUCCESS(put_value(link, cm::kLinkValue, REG_LINK, kTarget.data(),
                              kTarget.size() * sizeof(WCHAR))))
        return false;
    constexpr std::u16string_view kVersion =
        u"\\Registry\\Machine\\Software\\Microsoft\\Windows NT\\CurrentVersion";
    set_string(kVersion, u"CurrentBuildNumber", u"22621");
    set_string(kVersion, u"CurrentVersion", u"6.3");
    set_number(kVersion, u"CurrentMajorVersionNumber", kMajorVersion);
    set_number(kVersion, u"CurrentMinorVersionNumber", kMinorVersion);
    set_string(kVersion, u"SystemRoot", u"C:\\Windows");
    Key *body;
    if (!NT_SUCCESS(kernel_.objects->create_object(ob::TypeIndex::Key, &body))) return false;
    body->node = root_;
    ++root_->references;
    UNICODE_STRING name;
    RtlInitUnicodeString(&name, u"\\REGISTRY");
    const NTSTATUS status =
        kernel_.objects->insert_name(body, name, nullptr, OBJ_CASE_INSENSITIVE | OBJ_PERMANENT);
    kernel_.objects->dereference(body);
    return NT_SUCCESS(status);
}

// --- Nodes: the caller holds the lock, or the machine is being made ------------------------------

void Registry::touch(KeyNode *node)
{
    node->write_time = kernel_.scheduler->system_time();
}

// An arena copy of a text; false: no memory. An empty one has no copy.
bool Registry::copy_text(std::u16string_view text, char16_t *&copy, std::uint32_t &length)
{
    copy = nullptr;
    length = static_cast<std::uint32_t>(text.size());
    if (text.empty()) return true;
    copy = static_cast<char16_t *>(kernel_.arena->allocate(text.size() * sizeof(char16_t)));
    if (copy == nullptr) return false;
    std::memcpy(copy, text.data(), text.size() * sizeof(char16_t));
    return true;
}

void Registry::free_node(KeyNode *node)
{
    kernel_.arena->deallocate(node->class_name, node->class_length * sizeof(char16_t));
    kernel_.arena->deallocate(node->name, node->name_length * sizeof(char16_t));
    kernel_.arena->deallocate(node, sizeof(KeyNode));
}

KeyNode *Registry::make_node(std::u16string_view name, const Open &open)
{
    void *block = kernel_.arena->allocate(sizeof(KeyNode));
    if (block == nullptr) return nullptr;
    auto *node = ::new (block) KeyNode();
    if (!copy_text(name, node->name, node->name_length) ||
        !copy_text(open.class_name, node->class_name, node->class_length)) {
        node->class_length = node->class_name != nullptr ? node->class_length : 0;
        free_node(node);
        return nullptr;
    }
    node->is_volatile = open.options & REG_OPTION_VOLATILE;
    node->is_link = open.options & REG_OPTION_CREATE_LINK;
    touch(node);
    return node;
}

NTSTATUS Registry::add_child(KeyNode *parent, std::u16string_view name, const Open &open,
                             KeyNode **child)
{
    if (name.size() > kMostKeyName) return STATUS_INVALID_PARAMETER;
    if (parent->is_volatile && !(open.options & REG_OPTION_VOLATILE))
        return STATUS_CHILD_MUST_BE_VOLATILE;
    *child = make_node(name, open);
    if (*child == nullptr) return STATUS_INSUFFICIENT_RESOURCES;
    parent->link_child(*child);
    touch(parent);
    return STATUS_SUCCESS;
}

void Registry::drop_value(KeyNode *node, ValueNode *value)
{
    node->unlink_value(value);
    kernel_.arena->deallocate(value->data, value->size);
    kernel_.arena->deallocate(value, block_size(value));
}

// Frees a node that is in the tree no more, once nobody has it open.
void Registry::drop_node(KeyNode *node)
{
    while (node->first_value != nullptr) drop_value(node, node->first_value);
    if (node->references != 0) return;
    free_node(node);
}

void Registry::drop_below(KeyNode *node)
{
    // Leaves first, without recursion: kernel stacks are small and a tree may be deep.
    KeyNode *at = node;
    while (node->first_child != nullptr) {
        while (at->first_child != nullptr) at = at->first_child;
        KeyNode *parent = at->parent;
        parent->unlink_child(at);
        at->deleted = true;
        drop_node(at);
        at = parent;
    }
}

NTSTATUS Registry::put_value(KeyNode *node, std::u16string_view name, ULONG type, const void *data,
                             std::size_t size)
{
    if (name.size() > kMostValueName) return STATUS_INVALID_PARAMETER;
    scheduler::Arena &arena = *kernel_.arena;
    std::byte *copy = nullptr;
    if (size != 0) {
        copy = static_cast<std::byte *>(arena.allocate(size));
        if (copy == nullptr) return STATUS_INSUFFICIENT_RESOURCES;
        std::memcpy(copy, data, size);
    }
    ValueNode *value = node->find_value(name);
    if (value == nullptr) {
        const std::size_t block = sizeof(ValueNode) + name.size() * sizeof(char16_t);
        value = static_cast<ValueNode *>(arena.allocate(block));
        if (value == nullptr) {
            arena.deallocate(copy, size);
            return STATUS_INSUFFICIENT_RESOURCES;
        }
        *value = {};
        value->name_length = static_cast<std::uint32_t>(name.size());
        std::memcpy(value->name, name.data(), name.size() * sizeof(char16_t));
        node->link_value(value);
    } else {
        arena.deallocate(value->data, value->size);
    }
    value->data = copy;
    value->size = static_cast<std::uint32_t>(size);
    value->type = type;
    touch(node);
    return STATUS_SUCCESS;
}

// Follows links on the way and at the end.
KeyNode *Registry::find(std::u16string_view path)
{
    KeyNode *node = nullptr;
    for (std::u16string_view rest = path.substr(path.empty() ? 0 : 1); !rest.empty();) {
        const std::u16string_view name = take_component(rest);
        node = node == nullptr ? (rtl::equal(name, root_->view(), true) ? root_ : nullptr)
                               : node->find_child(name);
        if (node == nullptr) return nullptr;
        const ValueNode *target = node->is_link ? node->find_value(cm::kLinkValue) : nullptr;
        if (target != nullptr)
            node = find({reinterpret_cast<const char16_t *>(target->data),
                         target->size / sizeof(char16_t)});
        if (node == nullptr) return nullptr;
    }
    return node;
}

// --- By path -------------------------------------------------------------------------------------

bool Registry::exists(std::u16string_view path)
{
    scheduler::InternalGuard guard(lock_);
    return find(path) != nullptr;
}

NTSTATUS Registry::create_key(std::u16string_view path, bool is_volatile)
{
    scheduler::InternalGuard guard(lock_);
    Open open;
    open.options = is_volatile ? REG_OPTION_VOLATILE : REG_OPTION_NON_VOLATILE;
    for (std::size_t end = 1; end <= path.size();) {
        end = path.find(u'\\', end);
        end = end == std::u16string_view::npos ? path.size() : end;
        const std::u16string_view sofar = path.substr(0, end++);
        if (find(sofar) != nullptr) continue;
        const std::size_t cut = sofar.rfind(u'\\');
        KeyNode *parent = find(sofar.substr(0, cut));
        if (parent == nullptr) return STATUS_OBJECT_NAME_INVALID;
        KeyNode *child;
        const NTSTATUS status = add_child(parent, sofar.substr(cut + 1), open, &child);
        if (!NT_SUCCESS(status)) return status;
    }
    return STATUS_SUCCESS;
}

NTSTATUS Registry::delete_tree(std::u16string_view path)
{
    scheduler::InternalGuard guard(lock_);
    KeyNode *node = find(path);
    if (node == nullptr) return STATUS_OBJECT_NAME_NOT_FOUND;
    if (node->parent == nullptr) return STATUS_CANNOT_DELETE;
    drop_below(node);
    node->parent->unlink_child(node);
    touch(node->parent);
    node->deleted = true;
    drop_node(node);
    return STATUS_SUCCESS;
}

NTSTATUS Registry::set_value(std::u16string_view path, std::u16string_view name, ULONG type,
                             const void *data, std::size_t size)
{
    scheduler::InternalGuard guard(lock_);
    KeyNode *node = find(path);
    return node != nullptr ? put_value(node, name, type, data, size) : STATUS_OBJECT_NAME_NOT_FOUND;
}

NTSTATUS Registry::set_string(std::u16string_view path, std::u16string_view name,
                              std::u16string_view text, ULONG type)
{
    const std::size_t bytes = (text.size() + 1) * sizeof(char16_t);
    auto *terminated = static_cast<char16_t *>(kernel_.arena->allocate(bytes));
    if (terminated == nullptr) return STATUS_INSUFFICIENT_RESOURCES;
    std::memcpy(terminated, text.data(), text.size() * sizeof(char16_t));
    terminated[text.size()] = 0;
    const NTSTATUS status = set_value(path, name, type, terminated, bytes);
    kernel_.arena->deallocate(terminated, bytes);
    return status;
}

NTSTATUS Registry::set_number(std::u16string_view path, std::u16string_view name, ULONG number)
{
    return set_value(path, name, REG_DWORD, &number, sizeof number);
}

NTSTATUS Registry::delete_value(std::u16string_view path, std::u16string_view name)
{
    scheduler::InternalGuard guard(lock_);
    KeyNode *node = find(path);
    ValueNode *value = node != nullptr ? node->find_value(name) : nullptr;
    if (value == nullptr) return STATUS_OBJECT_NAME_NOT_FOUND;
    drop_value(node, value);
    touch(node);
    return STATUS_SUCCESS;
}

NTSTATUS Registry::query_value(std::u16string_view path, std::u16string_view name, ULONG *type,
                               void *buffer, std::size_t capacity, std::size_t *size)
{
    scheduler::InternalGuard guard(lock_);
    KeyNode *node = find(path);
    const ValueNode *value = node != nullptr ? node->find_value(name) : nullptr;
    if (value == nullptr) return STATUS_OBJECT_NAME_NOT_FOUND;
    const std::size_t kept = value->size < capacity ? value->size : capacity;
    if (kept != 0) std::memcpy(buffer, value->data, kept);
    if (type != nullptr) *type = value->type;
    if (size != nullptr) *size = value->size;
    return kept < value->size ? STATUS_BUFFER_OVERFLOW : STATUS_SUCCESS;
}

}  // namespace openkmdf::executive
