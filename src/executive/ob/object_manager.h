#pragma once

#include "executive/kernel.h"
#include "executive/ob/handle_table.h"
#include "executive/ob/object.h"

#include <cstddef>
#include <cstdint>
#include <string_view>

// Objects, their names and their handles. Bodies live in the machine's arena; nothing is ever
// ordered by address: names and objects are kept in the order in which they came.

namespace openkmdf::executive {

namespace se {
struct DescriptorParts;
}

class ObjectManager {
public:
    // With the types, and the directories that a system has before its first driver.
    static ObjectManager *create(Kernel &kernel);

    // --- Types -----------------------------------------------------------------------------------
    POBJECT_TYPE type(ob::TypeIndex index) { return &types_[static_cast<int>(index)]; }
    // Owners of a kind of object say once what happens to it.
    void set_procedures(ob::TypeIndex index, const ob::TypeProcedures &procedures)
    {
        type(index)->procedures = procedures;
    }
    // The variable behind a data export of ours ("IoFileObjectType"), or nullptr.
    void *data_export(std::string_view name);

    // --- Objects ---------------------------------------------------------------------------------
    // A zeroed body with one reference. An allocation that fault injection may fail.
    NTSTATUS create_object(ob::TypeIndex index, std::size_t body_size, void **body);
    template <class Body>
    NTSTATUS create_object(ob::TypeIndex index, Body **body, std::size_t extra = 0)
    {
        return create_object(index, sizeof(Body) + extra, reinterpret_cast<void **>(body));
    }
    static bool is_object(const void *body, POBJECT_TYPE type);
    // reference and dereference return the new count.
    static std::int64_t reference(void *body);
    // False when the object is being deleted already.
    static bool try_reference(void *body);
    // Deletes with the last one: at once at PASSIVE_LEVEL, else by a work item.
    std::int64_t dereference(void *body);
    void dereference_deferred(void *body);
    void make_permanent(void *body);
    // Takes the name, which holds a reference, away: now or with the last handle.
    void make_temporary(void *body);

    // Gives the object a copy of the descriptor, in place of what it had.
    NTSTATUS set_security(void *body, const se::DescriptorParts &parts);

    // --- Names -----------------------------------------------------------------------------------
    struct Lookup {
        UNICODE_STRING path = {};
        void *root = nullptr;  // body that a relative path starts from
        ULONG attributes = OBJ_CASE_INSENSITIVE;
        KPROCESSOR_MODE mode = KernelMode;
        ACCESS_MASK access = 0;
        POBJECT_TYPE wanted = nullptr;  // null: any
        void *context = nullptr;        // for parse procedures
        void *insert = nullptr;         // body that is to get the name
    };
    // Finds the object (referenced). With `insert`: gives it the name and `found` is null; when the
    // name exists, STATUS_OBJECT_NAME_COLLISION with the existing object referenced in `found`. A
    // name holds a reference until make_temporary, or until the last handle goes if it is not
    // OBJ_PERMANENT.
    NTSTATUS lookup(const Lookup &request, void **found);
    // The same with what a driver passed. `request` supplies all but path, root and attributes.
    NTSTATUS lookup(const OBJECT_ATTRIBUTES *attributes, Lookup request, void **found);
    NTSTATUS insert_name(void *body, const UNICODE_STRING &path, void *root, ULONG attributes);
    // The full path. Length in `needed` (bytes, without a terminator) whether it fitted or not.
    NTSTATUS query_name(void *body, char16_t *buffer, std::size_t capacity, std::size_t *needed);
    // Permanent; `directory` is borrowed from its name.
    NTSTATUS create_directory(std::u16string_view path, void **directory = nullptr);
    NTSTATUS create_symbolic_link(const UNICODE_STRING &path, const UNICODE_STRING &target);
    NTSTATUS delete_symbolic_link(const UNICODE_STRING &path);
    // Entries of a directory in order of insertion: the n-th object, referenced, or nullptr.
    void *directory_entry(void *directory, std::size_t n);
    void *root() const { return root_->body(); }

    // --- Handles ---------------------------------------------------------------------------------
    // Adds a reference for the handle. The table is that of kernel handles or of the current
    // process.
    NTSTATUS create_handle(void *body, ACCESS_MASK access, ULONG attributes, KPROCESSOR_MODE mode,
                           HANDLE *handle);
    NTSTATUS create_handle_in(PEPROCESS process, void *body, ACCESS_MASK access, ULONG attributes,
                              HANDLE *handle);
    // Checks access to the object first and maps generic rights.
    NTSTATUS open_handle(void *body, ACCESS_MASK access, ULONG attributes, KPROCESSOR_MODE mode,
                         HANDLE *handle);
    // Names a new object as the attributes say and opens a handle; takes over the caller's
    // reference. With OBJ_OPENIF an existing one of the type is opened instead:
    // STATUS_OBJECT_NAME_EXISTS.
    NTSTATUS insert(void *body, const OBJECT_ATTRIBUTES *attributes, ACCESS_MASK access,
                    KPROCESSOR_MODE mode, HANDLE *handle);
    NTSTATUS open_by_name(const OBJECT_ATTRIBUTES *attributes, POBJECT_TYPE type,
                          ACCESS_MASK access, KPROCESSOR_MODE mode, void *context, HANDLE *handle);
    NTSTATUS reference_by_handle(HANDLE handle, ACCESS_MASK access, POBJECT_TYPE type,
                                 KPROCESSOR_MODE mode, void **body,
                                 OBJECT_HANDLE_INFORMATION *information = nullptr);
    template <class Body>
    NTSTATUS reference_by_handle(HANDLE handle, ACCESS_MASK access, ob::TypeIndex index,
                                 KPROCESSOR_MODE mode, Body **body)
    {
        return reference_by_handle(handle, access, type(index), mode,
                                   reinterpret_cast<void **>(body));
    }
    // What a handle means in the process, referenced; false: nothing.
    bool reference_entry(PEPROCESS process, HANDLE handle, ob::HandleEntry &entry);
    NTSTATUS close_handle(HANDLE handle, KPROCESSOR_MODE mode);
    NTSTATUS close_handle_in(PEPROCESS process, HANDLE handle);
    void close_all_handles(PEPROCESS process);
    // The process whose table holds the handle, seen from the current one.
    PEPROCESS process_of(HANDLE handle);

    // --- Looking at all of it --------------------------------------------------------------------

    // Objects of a type in order of creation; `after` null: the first. Not referenced: the machine
    // stands still.
    ob::ObjectHeader *next_object(ob::TypeIndex index, ob::ObjectHeader *after);

    Kernel &kernel() { return kernel_; }

private:
    friend class PathWalker;
    explicit ObjectManager(Kernel &kernel) : kernel_(kernel) {}
    bool create_types();
    bool create_standard_names();
    void delete_object(ob::ObjectHeader *header);
    void delete_later(ob::ObjectHeader *header);
    void delete_waiting();
    static void NTAPI delete_worker(void *context);
    void unlink_name(ob::ObjectHeader *header);
    NTSTATUS name_or_open(void *&body, const OBJECT_ATTRIBUTES *attributes, KPROCESSOR_MODE mode);
    void drop_handle(PEPROCESS process, const ob::HandleEntry &entry);

    Kernel &kernel_;
    _OBJECT_TYPE types_[static_cast<int>(ob::TypeIndex::Count)];
    // What drivers import: a variable per type that points to a variable that points to the type.
    POBJECT_TYPE type_pointers_[static_cast<int>(ob::TypeIndex::Count)] = {};
    POBJECT_TYPE *type_exports_[static_cast<int>(ob::TypeIndex::Count)] = {};
    BOOLEAN multi_byte_code_page_ = FALSE;  // NlsMbCodePageTag: Windows-1252 has single bytes
    ob::ObjectHeader *root_ = nullptr;
    scheduler::InternalLock names_lock_;
    scheduler::InternalLock deleted_lock_;
    ob::ObjectHeader *deleted_first_ = nullptr;  // guarded by deleted_lock_, oldest first
    ob::ObjectHeader *deleted_last_ = nullptr;
    bool delete_queued_ = false;
    WORK_QUEUE_ITEM delete_item_ = {};
};

inline ObjectManager &object_manager()
{
    return *kernel().objects;
}

}  // namespace openkmdf::executive
