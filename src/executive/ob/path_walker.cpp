#include "executive/ob/path_walker.h"

#include <algorithm>
#include <cstring>

namespace openkmdf::executive {
namespace {

// More links than this behind each other are a cycle.
constexpr int kMostReparses = 32;
constexpr std::size_t kMostBytes = 0xFFFE;

}  // namespace

PathWalker::~PathWalker()
{
    stand_on(nullptr);
    if (result_ != nullptr) manager_.dereference(result_);
    manager_.kernel_.arena->deallocate(own_.Buffer, own_.MaximumLength);
}

void PathWalker::stand_on(void *body)
{
    if (at_ != nullptr) manager_.dereference(at_);
    at_ = body;
}

NTSTATUS PathWalker::run(void **found)
{
    *found = nullptr;
    if (path_.Length % sizeof(WCHAR) != 0 || (path_.Length != 0 && path_.Buffer == nullptr))
        return STATUS_OBJECT_NAME_INVALID;
    NTSTATUS status = STATUS_REPARSE;
    for (int reparse = 0; reparse < kMostReparses && status == STATUS_REPARSE; ++reparse)
        status = walk();
    if (status == STATUS_REPARSE) return STATUS_OBJECT_NAME_NOT_FOUND;
    const bool has_object = NT_SUCCESS(status) || status == STATUS_OBJECT_NAME_COLLISION;
    if (has_object && result_ != nullptr) {
        if (NT_SUCCESS(status) && request_.wanted != nullptr &&
            ob::header_of(result_)->type != request_.wanted)
            return STATUS_OBJECT_TYPE_MISMATCH;
        *found = result_;
        result_ = nullptr;
    }
    return status;
}

// Sets at_ and rest_ to where the path begins.
NTSTATUS PathWalker::start()
{
    const std::u16string_view path = ob::view(path_);
    if (use_root_ && request_.root != nullptr) {
        if (!path.empty() && path[0] == u'\\' &&
            ob::header_of(request_.root)->type->procedures.parse == nullptr)
            return STATUS_OBJECT_PATH_SYNTAX_BAD;
        ObjectManager::reference(request_.root);
        stand_on(request_.root);
        rest_ = path;
        return STATUS_SUCCESS;
    }
    if (path.empty() || path[0] != u'\\') return STATUS_OBJECT_PATH_SYNTAX_BAD;
    ObjectManager::reference(manager_.root());
    stand_on(manager_.root());
    rest_ = path.substr(1);
    return STATUS_SUCCESS;
}

NTSTATUS PathWalker::walk()
{
    NTSTATUS status = start();
    if (!NT_SUCCESS(status)) return status;
    if (ob::header_of(at_)->type->procedures.parse != nullptr) return parse(at_, rest_);
    if (rest_.empty()) {
        if (request_.insert != nullptr) return STATUS_OBJECT_NAME_INVALID;
        result_ = at_;
        at_ = nullptr;
        return STATUS_SUCCESS;
    }
    for (bool finished = false; !finished;) {
        status = step(finished);
        if (!NT_SUCCESS(status) || status == STATUS_REPARSE) return status;
    }
    return status;
}

void *PathWalker::find(std::u16string_view name)
{
    // Windows' default policy: objects are found without regard to case even if the caller did not
    // ask.
    constexpr bool kIgnoreCase = true;
    auto *directory = static_cast<ob::Directory *>(at_);
    scheduler::InternalGuard guard(manager_.names_lock_);
    ob::ObjectName *entry = directory->find(name, kIgnoreCase);
    if (entry == nullptr || !ObjectManager::try_reference(entry->object->body())) return nullptr;
    return entry->object->body();
}

NTSTATUS PathWalker::step(bool &finished)
{
    if (ob::header_of(at_)->type != manager_.type(ob::TypeIndex::Directory))
        return STATUS_OBJECT_TYPE_MISMATCH;
    const std::size_t end = rest_.find(u'\\');
    const std::u16string_view name = rest_.substr(0, end);
    const std::u16string_view rest =
        end == std::u16string_view::npos ? std::u16string_view() : rest_.substr(end);
    if (name.empty()) return STATUS_OBJECT_NAME_INVALID;
    void *child = find(name);
    if (child != nullptr) return arrive(child, rest, finished);
    if (!rest.empty()) return STATUS_OBJECT_PATH_NOT_FOUND;
    if (request_.insert == nullptr) return STATUS_OBJECT_NAME_NOT_FOUND;
    finished = true;
    return insert(name);
}

NTSTATUS PathWalker::arrive(void *child, std::u16string_view rest, bool &finished)
{
    POBJECT_TYPE type = ob::header_of(child)->type;
    POBJECT_TYPE link_type = manager_.type(ob::TypeIndex::SymbolicLink);
    stand_on(child);
    if (rest.empty() && request_.insert != nullptr) {
        result_ = at_;
        at_ = nullptr;
        return STATUS_OBJECT_NAME_COLLISION;
    }
    if (type == link_type) {
        const bool itself = request_.wanted == link_type || (request_.attributes & OBJ_OPENLINK);
        if (!rest.empty() || !itself) {
            if (request_.attributes & OBJ_DONT_REPARSE) return STATUS_REPARSE_POINT_ENCOUNTERED;
            return follow(*static_cast<ob::SymbolicLink *>(at_), rest);
        }
    }
    if (type->procedures.parse != nullptr) {
        finished = true;
        return parse(at_, rest);
    }
    if (rest.empty()) {
        finished = true;
        result_ = at_;
        at_ = nullptr;
        return STATUS_SUCCESS;
    }
    rest_ = rest.substr(1);
    return STATUS_SUCCESS;
}

NTSTATUS PathWalker::parse(void *body, std::u16string_view rest)
{
    ob::ParseRequest request;
    request.rest.Buffer = const_cast<PWCH>(rest.data());
    request.rest.Length = request.rest.MaximumLength =
        static_cast<USHORT>(rest.size() * sizeof(WCHAR));
    request.attributes = request_.attributes;
    request.mode = request_.mode;
    request.access = request_.access;
    request.wanted = request_.wanted;
    request.context = request_.context;
    const NTSTATUS status = ob::header_of(body)->type->procedures.parse(body, request);
    if (status == STATUS_REPARSE) return go_on_with(request.reparse);
    result_ = request.body;
    return status;
}

NTSTATUS PathWalker::follow(ob::SymbolicLink &link, std::u16string_view rest)
{
    std::size_t target_bytes = link.target.Length;
    // A target that ends in a backslash (the root) and a rest that begins with one have one between
    // them.
    if (!rest.empty() && target_bytes != 0 && ob::view(link.target).back() == u'\\')
        target_bytes -= sizeof(WCHAR);
    const std::size_t bytes = target_bytes + rest.size() * sizeof(WCHAR);
    if (bytes > kMostBytes) return STATUS_NAME_TOO_LONG;
    void *block = manager_.kernel_.arena->allocate(bytes == 0 ? sizeof(WCHAR) : bytes);
    if (block == nullptr) return STATUS_INSUFFICIENT_RESOURCES;
    UNICODE_STRING path;
    path.Buffer = static_cast<PWCH>(block);
    path.Length = static_cast<USHORT>(bytes);
    path.MaximumLength = static_cast<USHORT>(bytes == 0 ? sizeof(WCHAR) : bytes);
    const std::u16string_view target =
        ob::view(link.target).substr(0, target_bytes / sizeof(WCHAR));
    std::ranges::copy(rest, std::ranges::copy(target, path.Buffer).out);
    return go_on_with(path);
}

// Takes over the memory of `path`.
NTSTATUS PathWalker::go_on_with(const UNICODE_STRING &path)
{
    stand_on(nullptr);
    manager_.kernel_.arena->deallocate(own_.Buffer, own_.MaximumLength);
    own_ = path;
    path_ = path;
    use_root_ = false;
    return STATUS_REPARSE;
}

NTSTATUS PathWalker::insert(std::u16string_view name)
{
    scheduler::Arena *arena = manager_.kernel_.arena;
    const std::size_t bytes = name.size() * sizeof(WCHAR);
    auto *entry = static_cast<ob::ObjectName *>(arena->allocate(sizeof(ob::ObjectName) + bytes));
    if (entry == nullptr) return STATUS_INSUFFICIENT_RESOURCES;
    *entry = {};
    entry->text.Buffer = reinterpret_cast<PWCH>(entry + 1);
    entry->text.Length = entry->text.MaximumLength = static_cast<USHORT>(bytes);
    std::memcpy(entry->text.Buffer, name.data(), bytes);
    entry->object = ob::header_of(request_.insert);
    entry->directory = ob::header_of(at_);
    auto *directory = static_cast<ob::Directory *>(at_);
    bool added = false;
    // The name's own reference: a named object lives until its name is taken away.
    ObjectManager::reference(request_.insert);
    {
        scheduler::InternalGuard guard(manager_.names_lock_);
        if (directory->find(name, true) == nullptr && entry->object->name == nullptr) {
            entry->object->name = entry;
            if (request_.attributes & OBJ_PERMANENT) entry->object->flags |= ob::kPermanent;
            directory->add(entry);
            added = true;
        }
    }
    if (!added) {
        manager_.dereference(request_.insert);
        arena->deallocate(entry, sizeof(ob::ObjectName) + bytes);
        return STATUS_OBJECT_NAME_COLLISION;
    }
    // The name keeps its directory; this reference passes to it.
    at_ = nullptr;
    return STATUS_SUCCESS;
}

}  // namespace openkmdf::executive
