#pragma once

#include "executive/cm/key_node.h"
#include "executive/kernel.h"
#include "executive/ob/object.h"
#include "scheduler/internal_lock.h"

#include <ntddk.h>

#include <cstddef>
#include <cstdint>
#include <string_view>

// The registry: a tree in the machine's arena. Drivers reach it as objects of type Key under
// "\REGISTRY"; the executive and the host side by paths from "\Registry" on.

namespace openkmdf::executive {

class Registry {
public:
    // With the keys that a system has when its first driver loads.
    static Registry *create(Kernel &kernel);

    // --- By path: for the executive, the framework and tests -------------------------------------
    static constexpr std::u16string_view kServices =
        u"\\Registry\\Machine\\System\\CurrentControlSet\\Services";
    static constexpr std::u16string_view kEnum =
        u"\\Registry\\Machine\\System\\CurrentControlSet\\Enum";
    static constexpr std::u16string_view kClass =
        u"\\Registry\\Machine\\System\\CurrentControlSet\\Control\\Class";

    bool exists(std::u16string_view path);
    // Makes every key of the path that is missing.
    NTSTATUS create_key(std::u16string_view path, bool is_volatile = false);
    // With all that is below it.
    NTSTATUS delete_tree(std::u16string_view path);
    // The key must exist. The name may be empty: the key's unnamed value.
    NTSTATUS set_value(std::u16string_view path, std::u16string_view name, ULONG type,
                       const void *data, std::size_t size);
    NTSTATUS set_string(std::u16string_view path, std::u16string_view name,
                        std::u16string_view text, ULONG type = REG_SZ);
    NTSTATUS set_number(std::u16string_view path, std::u16string_view name, ULONG number);
    NTSTATUS delete_value(std::u16string_view path, std::u16string_view name);
    // Copies what fits; `size` gets the length of the data. STATUS_BUFFER_OVERFLOW: there is more.
    NTSTATUS query_value(std::u16string_view path, std::u16string_view name, ULONG *type,
                         void *buffer, std::size_t capacity, std::size_t *size);

    // --- By key object ---------------------------------------------------------------------------

    // Body of an object of type Key: one opening of a key.
    struct Key {
        cm::KeyNode *node;
    };

    struct Open {
        bool create = false;
        bool open_link = false;  // the link itself, not what it leads to
        ULONG options = 0;       // REG_OPTION_*
        std::u16string_view class_name = {};
        ULONG disposition = REG_OPENED_EXISTING_KEY;
    };
    NTSTATUS open(const OBJECT_ATTRIBUTES *attributes, ACCESS_MASK access, KPROCESSOR_MODE mode,
                  Open &request, HANDLE *handle);
    // The path as a handle of the current process or a kernel handle (OBJ_KERNEL_HANDLE).
    NTSTATUS open_path(std::u16string_view path, ACCESS_MASK access, ULONG attributes,
                       Open &request, HANDLE *handle);

    NTSTATUS set_value(Key &key, std::u16string_view name, ULONG type, const void *data,
                       std::size_t size);
    NTSTATUS delete_value(Key &key, std::u16string_view name);
    NTSTATUS delete_key(Key &key);
    NTSTATUS rename_key(Key &key, std::u16string_view name);
    NTSTATUS set_write_time(Key &key, std::int64_t time);

    struct Buffer {
        void *data = nullptr;
        ULONG capacity = 0;
        ULONG needed = 0;  // out
    };
    NTSTATUS query_value(Key &key, std::u16string_view name, KEY_VALUE_INFORMATION_CLASS kind,
                         Buffer &buffer);
    NTSTATUS enumerate_value(Key &key, ULONG index, KEY_VALUE_INFORMATION_CLASS kind,
                             Buffer &buffer);
    NTSTATUS query_key(Key &key, KEY_INFORMATION_CLASS kind, Buffer &buffer);
    NTSTATUS enumerate_key(Key &key, ULONG index, KEY_INFORMATION_CLASS kind, Buffer &buffer);

private:
    explicit Registry(Kernel &kernel) : kernel_(kernel) {}
    bool create_standard_keys();
    static NTSTATUS parse(void *body, ob::ParseRequest &request);
    static void deleted(void *body);

    NTSTATUS walk(cm::KeyNode *from, ob::ParseRequest &request, Open &open);
    NTSTATUS reparse(const cm::KeyNode &link, std::u16string_view rest, ob::ParseRequest &request);
    cm::KeyNode *find(std::u16string_view path);
    bool copy_text(std::u16string_view text, char16_t *&copy, std::uint32_t &length);
    void free_node(cm::KeyNode *node);
    cm::KeyNode *make_node(std::u16string_view name, const Open &open);
    NTSTATUS add_child(cm::KeyNode *parent, std::u16string_view name, const Open &open,
                       cm::KeyNode **child);
    NTSTATUS put_value(cm::KeyNode *node, std::u16string_view name, ULONG type, const void *data,
                       std::size_t size);
    void drop_value(cm::KeyNode *node, cm::ValueNode *value);
    void drop_node(cm::KeyNode *node);
    void drop_below(cm::KeyNode *node);
    void touch(cm::KeyNode *node);

    Kernel &kernel_;
    scheduler::InternalLock lock_;
    cm::KeyNode *root_ = nullptr;  // "\REGISTRY"
};

inline Registry &registry()
{
    return *kernel().registry;
}

}  // namespace openkmdf::executive
