#pragma once

#include "base/function_ref.h"
#include "executive/pnp/pnp_manager.h"

// The devices that go together: one, what its tree reports as its removal relations, and theirs.

namespace openkmdf::executive::pnp {

class RemovalSet {
public:
    // Asks the stacks, under the PnP lock. Out of memory: the set may lack relations.
    RemovalSet(PnpManager &pnp, DevNode &node);
    ~RemovalSet();
    RemovalSet(const RemovalSet &) = delete;
    RemovalSet &operator=(const RemovalSet &) = delete;

    // In the order in which they were reported, `node` first. Stops at the first failure.
    NTSTATUS for_each(base::FunctionRef<NTSTATUS(DevNode &)> call);

private:
    struct Member {
        Member *next = nullptr;
        DevNode *node = nullptr;  // referenced
    };

    bool has(const DevNode &node) const;
    void add(DevNode &node);
    void ask_tree(DevNode &node);
    void take(PDEVICE_RELATIONS relations);

    PnpManager &pnp_;
    Member first_;
    Member *last_ = &first_;
};

}  // namespace openkmdf::executive::pnp
