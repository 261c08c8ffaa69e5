#pragma once

#include "executive/ob/directory.h"
#include "executive/ob/object_manager.h"

namespace openkmdf::executive {

// One look-up of a path. Holds a reference on the object where it stands.
class PathWalker {
public:
    PathWalker(ObjectManager &manager, const ObjectManager::Lookup &request)
        : manager_(manager), request_(request), path_(request.path)
    {
    }
    ~PathWalker();
    PathWalker(const PathWalker &) = delete;
    PathWalker &operator=(const PathWalker &) = delete;

    NTSTATUS run(void **found);

private:
    NTSTATUS walk();
    NTSTATUS start();
    NTSTATUS step(bool &finished);
    NTSTATUS arrive(void *child, std::u16string_view rest, bool &finished);
    NTSTATUS parse(void *body, std::u16string_view rest);
    NTSTATUS follow(ob::SymbolicLink &link, std::u16string_view rest);
    NTSTATUS insert(std::u16string_view name);
    void *find(std::u16string_view name);
    void stand_on(void *body);
    NTSTATUS go_on_with(const UNICODE_STRING &path);

    ObjectManager &manager_;
    const ObjectManager::Lookup &request_;
    UNICODE_STRING path_;       // as asked for, or as the last link says
    UNICODE_STRING own_ = {};   // memory of path_ behind the first reparse
    std::u16string_view rest_;  // what follows the object it stands on, without backslash in front
    void *at_ = nullptr;        // referenced
    void *result_ = nullptr;    // referenced
    bool use_root_ = true;
};

}  // namespace openkmdf::executive
