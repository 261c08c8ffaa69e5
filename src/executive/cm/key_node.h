#pragma once

#include <ntddk.h>

#include <cstdint>
#include <string_view>

// The registry's tree. All of it is guarded by the registry's lock.

namespace openkmdf::executive::cm {

struct ValueNode {
    ValueNode *next;  // in order of creation
    ValueNode *previous;
    std::byte *data;  // null: no data
    std::uint32_t size;
    std::uint32_t type;
    std::uint32_t name_length;  // characters
    char16_t name[1];           // as long as it is

    std::u16string_view view() const { return {name, name_length}; }
};

struct KeyNode {
    KeyNode *parent;
    KeyNode *first_child;  // sorted by name without regard to case
    KeyNode *last_child;
    KeyNode *next;
    KeyNode *previous;
    ValueNode *first_value;
    ValueNode *last_value;
    char16_t *class_name;  // null: none
    std::int64_t write_time;
    std::uint32_t references;  // open key objects
    std::uint32_t child_count;
    std::uint32_t value_count;
    std::uint32_t class_length;  // characters
    bool is_volatile;
    bool is_link;               // a symbolic link: its target is in the value SymbolicLinkValue
    bool deleted;               // still open, but no longer in the tree
    std::uint32_t name_length;  // characters
    char16_t *name;

    std::u16string_view view() const { return {name, name_length}; }
    std::u16string_view class_view() const { return {class_name, class_length}; }

    KeyNode *find_child(std::u16string_view name) const;
    ValueNode *find_value(std::u16string_view name) const;
    void link_child(KeyNode *child);
    void unlink_child(KeyNode *child);
    void link_value(ValueNode *value);
    void unlink_value(ValueNode *value);
};

// The name of the value that holds a link's target.
inline constexpr std::u16string_view kLinkValue = u"SymbolicLinkValue";

}  // namespace openkmdf::executive::cm
