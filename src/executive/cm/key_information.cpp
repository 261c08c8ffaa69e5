#include "executive/cm/registry.h"

#include <cstddef>
#include <cstring>

// The information classes of keys and values, with the documented treatment of small buffers: too
// small for the fixed part, nothing is written; too small for all of it, what fits.

namespace openkmdf::executive {

using cm::KeyNode;
using cm::ValueNode;

namespace {

constexpr ULONG kNoClass = 0xFFFFFFFF;

// Writes one information structure piece by piece and cuts it off at the end of the buffer.
class Writer {
public:
    Writer(Registry::Buffer &buffer, std::size_t fixed, std::size_t total) : buffer_(buffer)
    {
        buffer.needed = static_cast<ULONG>(total);
        status_ = buffer.capacity < fixed   ? STATUS_BUFFER_TOO_SMALL
                  : buffer.capacity < total ? STATUS_BUFFER_OVERFLOW
                                            : STATUS_SUCCESS;
    }
    void put(std::size_t offset, const void *data, std::size_t size)
    {
        if (status_ == STATUS_BUFFER_TOO_SMALL || offset >= buffer_.capacity || size == 0) return;
        const std::size_t room = buffer_.capacity - offset;
        std::memcpy(static_cast<char *>(buffer_.data) + offset, data, size < room ? size : room);
    }
    template <class T>
    void put(std::size_t offset, const T &value)
    {
        put(offset, &value, sizeof value);
    }
    void put_text(std::size_t offset, std::u16string_view text)
    {
        put(offset, text.data(), text.size() * sizeof(WCHAR));
    }
    NTSTATUS status() const { return status_; }

private:
    Registry::Buffer &buffer_;
    NTSTATUS status_;
};

std::size_t bytes(std::u16string_view text)
{
    return text.size() * sizeof(WCHAR);
}
ULONG length_of(std::u16string_view text)
{
    return static_cast<ULONG>(bytes(text));
}
std::size_t aligned(std::size_t offset, std::size_t to)
{
    return (offset + to - 1) / to * to;
}

NTSTATUS value_basic(const ValueNode &value, Registry::Buffer &buffer)
{
    using Information = KEY_VALUE_BASIC_INFORMATION;
    constexpr std::size_t name = offsetof(Information, Name);
    Writer writer(buffer, name, name + bytes(value.view()));
    writer.put(offsetof(Information, TitleIndex), ULONG{0});
    writer.put(offsetof(Information, Type), value.type);
    writer.put(offsetof(Information, NameLength), length_of(value.view()));
    writer.put_text(name, value.view());
    return writer.status();
}

NTSTATUS value_full(const ValueNode &value, std::size_t alignment, Registry::Buffer &buffer)
{
    using Information = KEY_VALUE_FULL_INFORMATION;
    constexpr std::size_t name = offsetof(Information, Name);
    const std::size_t data = aligned(name + bytes(value.view()), alignment);
    Writer writer(buffer, name, data + value.size);
    writer.put(offsetof(Information, TitleIndex), ULONG{0});
    writer.put(offsetof(Information, Type), value.type);
    writer.put(offsetof(Information, DataOffset), static_cast<ULONG>(data));
    writer.put(offsetof(Information, DataLength), value.size);
    writer.put(offsetof(Information, NameLength), length_of(value.view()));
    writer.put_text(name, value.view());
    writer.put(data, value.data, value.size);
    return writer.status();
}

NTSTATUS value_partial(const ValueNode &value, Registry::Buffer &buffer)
{
    using Information = KEY_VALUE_PARTIAL_INFORMATION;
    constexpr std::size_t data = offsetof(Information, Data);
    Writer writer(buffer, data, data + value.size);
    writer.put(offsetof(Information, TitleIndex), ULONG{0});
    writer.put(offsetof(Information, Type), value.type);
    writer.put(offsetof(Information, DataLength), value.size);
    writer.put(data, value.data, value.size);
    return writer.status();
}

NTSTATUS value_partial_aligned(const ValueNode &value, Registry::Buffer &buffer)
{
    using Information = KEY_VALUE_PARTIAL_INFORMATION_ALIGN64;
    constexpr std::size_t data = offsetof(Information, Data);
    Writer writer(buffer, data, data + value.size);
    writer.put(offsetof(Information, Type), value.type);
    writer.put(offsetof(Information, DataLength), value.size);
    writer.put(data, value.data, value.size);
    return writer.status();
}

NTSTATUS describe(const ValueNode &value, KEY_VALUE_INFORMATION_CLASS kind,
                  Registry::Buffer &buffer)
{
    switch (kind) {
    case KeyValueBasicInformation:
        return value_basic(value, buffer);
    case KeyValueFullInformation:
        return value_full(value, 4, buffer);
    case KeyValueFullInformationAlign64:
        return value_full(value, 8, buffer);
    case KeyValuePartialInformation:
        return value_partial(value, buffer);
    case KeyValuePartialInformationAlign64:
        return value_partial_aligned(value, buffer);
    default:
        return STATUS_INVALID_PARAMETER;
    }
}

NTSTATUS key_basic(const KeyNode &key, Registry::Buffer &buffer)
{
    using Information = KEY_BASIC_INFORMATION;
    constexpr std::size_t name = offsetof(Information, Name);
    Writer writer(buffer, name, name + bytes(key.view()));
    writer.put(offsetof(Information, LastWriteTime), key.write_time);
    writer.put(offsetof(Information, TitleIndex), ULONG{0});
    writer.put(offsetof(Information, NameLength), length_of(key.view()));
    writer.put_text(name, key.view());
    return writer.status();
}

NTSTATUS key_node(const KeyNode &key, Registry::Buffer &buffer)
{
    using Information = KEY_NODE_INFORMATION;
    constexpr std::size_t name = offsetof(Information, Name);
    const std::size_t after = name + bytes(key.view());
    const bool has_class = key.class_length != 0;
    const std::size_t class_at = aligned(after, 4);
    Writer writer(buffer, name, has_class ? class_at + bytes(key.class_view()) : after);
    writer.put(offsetof(Information, LastWriteTime), key.write_time);
    writer.put(offsetof(Information, TitleIndex), ULONG{0});
    writer.put(offsetof(Information, ClassOffset),
               has_class ? static_cast<ULONG>(class_at) : kNoClass);
    writer.put(offsetof(Information, ClassLength), length_of(key.class_view()));
    writer.put(offsetof(Information, NameLength), length_of(key.view()));
    writer.put_text(name, key.view());
    writer.put_text(class_at, key.class_view());
    return writer.status();
}

struct Longest {
    ULONG child_name = 0;
    ULONG child_class = 0;
    ULONG value_name = 0;
    ULONG value_data = 0;

    explicit Longest(const KeyNode &key)
    {
        auto raise = [](ULONG &longest, ULONG length) {
            longest = length > longest ? length : longest;
        };
        for (const KeyNode *child = key.first_child; child != nullptr; child = child->next) {
            raise(child_name, length_of(child->view()));
            raise(child_class, length_of(child->class_view()));
        }
        for (const ValueNode *value = key.first_value; value != nullptr; value = value->next) {
            raise(value_name, length_of(value->view()));
            raise(value_data, value->size);
        }
    }
};

NTSTATUS key_full(const KeyNode &key, Registry::Buffer &buffer)
{
    using Information = KEY_FULL_INFORMATION;
    constexpr std::size_t class_at = offsetof(Information, Class);
    const Longest longest(key);
    Writer writer(buffer, class_at, class_at + bytes(key.class_view()));
    writer.put(offsetof(Information, LastWriteTime), key.write_time);
    writer.put(offsetof(Information, TitleIndex), ULONG{0});
    writer.put(offsetof(Information, ClassOffset),
               key.class_length != 0 ? static_cast<ULONG>(class_at) : kNoClass);
    writer.put(offsetof(Information, ClassLength), length_of(key.class_view()));
    writer.put(offsetof(Information, SubKeys), key.child_count);
    writer.put(offsetof(Information, MaxNameLen), longest.child_name);
    writer.put(offsetof(Information, MaxClassLen), longest.child_class);
    writer.put(offsetof(Information, Values), key.value_count);
    writer.put(offsetof(Information, MaxValueNameLen), longest.value_name);
    writer.put(offsetof(Information, MaxValueDataLen), longest.value_data);
    writer.put_text(class_at, key.class_view());
    return writer.status();
}

// The length of the path, then the path, from "\REGISTRY" on.
NTSTATUS key_name(const KeyNode &key, Registry::Buffer &buffer)
{
    constexpr std::size_t name = sizeof(ULONG);
    std::size_t length = 0;
    for (const KeyNode *at = &key; at != nullptr; at = at->parent)
        length += sizeof(WCHAR) + bytes(at->view());
    Writer writer(buffer, name, name + length);
    writer.put(0, static_cast<ULONG>(length));
    std::size_t end = name + length;
    for (const KeyNode *at = &key; at != nullptr; at = at->parent) {
        end -= bytes(at->view());
        writer.put_text(end, at->view());
        end -= sizeof(WCHAR);
        writer.put_text(end, u"\\");
    }
    return writer.status();
}

NTSTATUS key_cached(const KeyNode &key, Registry::Buffer &buffer)
{
    struct Information {
        std::int64_t last_write_time;
        ULONG title_index;
        ULONG sub_keys;
        ULONG max_name_length;
        ULONG values;
        ULONG max_value_name_length;
        ULONG max_value_data_length;
        ULONG name_length;
    };
    const Longest longest(key);
    const Information information = {key.write_time,     0,
                                     key.child_count,    longest.child_name,
                                     key.value_count,    longest.value_name,
                                     longest.value_data, length_of(key.view())};
    Writer writer(buffer, sizeof information, sizeof information);
    writer.put(0, information);
    return writer.status();
}

NTSTATUS describe(const KeyNode &key, KEY_INFORMATION_CLASS kind, Registry::Buffer &buffer)
{
    switch (kind) {
    case KeyBasicInformation:
        return key_basic(key, buffer);
    case KeyNodeInformation:
        return key_node(key, buffer);
    case KeyFullInformation:
        return key_full(key, buffer);
    case KeyNameInformation:
        return key_name(key, buffer);
    case KeyCachedInformation:
        return key_cached(key, buffer);
    default:
        return STATUS_INVALID_PARAMETER;
    }
}

template <class Node>
const Node *nth(const Node *node, ULONG index)
{
    while (node != nullptr && index != 0) {
        node = node->next;
        --index;
    }
    return node;
}

}  // namespace

NTSTATUS Registry::query_value(Key &key, std::u16string_view name, KEY_VALUE_INFORMATION_CLASS kind,
                               Buffer &buffer)
{
    scheduler::InternalGuard guard(lock_);
    if (key.node->deleted) return STATUS_KEY_DELETED;
    const ValueNode *value = key.node->find_value(name);
    return value != nullptr ? describe(*value, kind, buffer) : STATUS_OBJECT_NAME_NOT_FOUND;
}

NTSTATUS Registry::enumerate_value(Key &key, ULONG index, KEY_VALUE_INFORMATION_CLASS kind,
                                   Buffer &buffer)
{
    scheduler::InternalGuard guard(lock_);
    if (key.node->deleted) return STATUS_KEY_DELETED;
    const ValueNode *value = nth(key.node->first_value, index);
    return value != nullptr ? describe(*value, kind, buffer) : STATUS_NO_MORE_ENTRIES;
}

NTSTATUS Registry::query_key(Key &key, KEY_INFORMATION_CLASS kind, Buffer &buffer)
{
    scheduler::InternalGuard guard(lock_);
    if (key.node->deleted) return STATUS_KEY_DELETED;
    return describe(*key.node, kind, buffer);
}

NTSTATUS Registry::enumerate_key(Key &key, ULONG index, KEY_INFORMATION_CLASS kind, Buffer &buffer)
{
    scheduler::InternalGuard guard(lock_);
    if (key.node->deleted) return STATUS_KEY_DELETED;
    const KeyNode *child = nth<KeyNode>(key.node->first_child, index);
    return child != nullptr ? describe(*child, kind, buffer) : STATUS_NO_MORE_ENTRIES;
}

}  // namespace openkmdf::executive
