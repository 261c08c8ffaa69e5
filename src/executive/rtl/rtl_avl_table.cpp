#include <ntddk.h>

#include <cstring>

// Generic tables on AVL trees. The tree hangs below the right child of the table's own links;
// `Balance` holds the height of the tree below a node.

namespace {

using Links = RTL_BALANCED_LINKS;

void *data_of(Links *node)
{
    return node + 1;
}

int height(const Links *node)
{
    return node != nullptr ? node->Balance : 0;
}

void set_height(Links *node)
{
    const int left = height(node->LeftChild);
    const int right = height(node->RightChild);
    node->Balance = static_cast<CHAR>(1 + (left > right ? left : right));
}

// Puts `replacement` (may be null) where `node` hangs.
void replace(Links *node, Links *replacement)
{
    Links *parent = node->Parent;
    (parent->LeftChild == node ? parent->LeftChild : parent->RightChild) = replacement;
    if (replacement != nullptr) replacement->Parent = parent;
}

// Lifts a node above its parent.
void rotate(Links *node)
{
    Links *parent = node->Parent;
    const bool from_left = parent->LeftChild == node;
    Links *&inner = from_left ? node->RightChild : node->LeftChild;
    Links *moved = inner;
    replace(parent, node);
    (from_left ? parent->LeftChild : parent->RightChild) = moved;
    if (moved != nullptr) moved->Parent = parent;
    inner = parent;
    parent->Parent = node;
    set_height(parent);
    set_height(node);
}

// Restores heights and balance from a node up to the root.
void rebalance(PRTL_AVL_TABLE table, Links *node)
{
    while (node != &table->BalancedRoot) {
        set_height(node);
        const int lean = height(node->LeftChild) - height(node->RightChild);
        if (lean > 1 || lean < -1) {
            Links *heavy = lean > 1 ? node->LeftChild : node->RightChild;
            Links *inner = lean > 1 ? heavy->RightChild : heavy->LeftChild;
            Links *outer = lean > 1 ? heavy->LeftChild : heavy->RightChild;
            if (height(inner) > height(outer)) {
                rotate(inner);
                heavy = inner;
            }
            rotate(heavy);
            node = heavy;
        }
        node = node->Parent;
    }
    table->DepthOfTree = static_cast<ULONG>(height(table->BalancedRoot.RightChild));
}

Links *leftmost(Links *node)
{
    while (node != nullptr && node->LeftChild != nullptr) node = node->LeftChild;
    return node;
}

Links *neighbour(PRTL_AVL_TABLE table, Links *node, bool forward)
{
    Links *inner = forward ? node->RightChild : node->LeftChild;
    if (inner != nullptr) {
        for (;;) {
            Links *next = forward ? inner->LeftChild : inner->RightChild;
            if (next == nullptr) return inner;
            inner = next;
        }
    }
    Links *parent = node->Parent;
    while (parent != &table->BalancedRoot &&
           (forward ? parent->RightChild : parent->LeftChild) == node) {
        node = parent;
        parent = node->Parent;
    }
    return parent != &table->BalancedRoot ? parent : nullptr;
}

TABLE_SEARCH_RESULT search(PRTL_AVL_TABLE table, PVOID buffer, Links **found)
{
    *found = nullptr;
    Links *at = table->BalancedRoot.RightChild;
    if (at == nullptr) return TableEmptyTree;
    for (;;) {
        *found = at;
        const auto order = table->CompareRoutine(table, buffer, data_of(at));
        if (order == GenericEqual) return TableFoundNode;
        Links *next = order == GenericLessThan ? at->LeftChild : at->RightChild;
        if (next == nullptr)
            return order == GenericLessThan ? TableInsertAsLeft : TableInsertAsRight;
        at = next;
    }
}

void remove(PRTL_AVL_TABLE table, Links *node)
{
    Links *changed = node->Parent;
    if (node->LeftChild != nullptr && node->RightChild != nullptr) {
        Links *heir = neighbour(table, node, true);
        changed = heir->Parent != node ? heir->Parent : heir;
        if (heir->Parent != node) {
            replace(heir, heir->RightChild);
            heir->RightChild = node->RightChild;
            heir->RightChild->Parent = heir;
        }
        heir->LeftChild = node->LeftChild;
        heir->LeftChild->Parent = heir;
        replace(node, heir);
    } else {
        replace(node, node->LeftChild != nullptr ? node->LeftChild : node->RightChild);
    }
    rebalance(table, changed);
}

}  // namespace

VOID NTAPI RtlInitializeGenericTableAvl(PRTL_AVL_TABLE table, PRTL_AVL_COMPARE_ROUTINE compare,
                                        PRTL_AVL_ALLOCATE_ROUTINE allocate,
                                        PRTL_AVL_FREE_ROUTINE free, PVOID context)
{
    *table = {};
    table->BalancedRoot.Parent = &table->BalancedRoot;
    table->CompareRoutine = compare;
    table->AllocateRoutine = allocate;
    table->FreeRoutine = free;
    table->TableContext = context;
}

PVOID NTAPI RtlInsertElementGenericTableFullAvl(PRTL_AVL_TABLE table, PVOID buffer, CLONG size,
                                                PBOOLEAN is_new, PVOID place,
                                                TABLE_SEARCH_RESULT result)
{
    auto *parent = static_cast<Links *>(place);
    if (is_new != nullptr) *is_new = FALSE;
    if (result == TableFoundNode) return data_of(parent);
    auto *node = static_cast<Links *>(
        table->AllocateRoutine(table, size + static_cast<CLONG>(sizeof(Links))));
    if (node == nullptr) return nullptr;
    *node = {};
    if (result == TableEmptyTree) parent = &table->BalancedRoot;
    (result == TableInsertAsLeft ? parent->LeftChild : parent->RightChild) = node;
    node->Parent = parent;
    rebalance(table, node);
    ++table->NumberGenericTableElements;
    std::memcpy(data_of(node), buffer, size);
    if (is_new != nullptr) *is_new = TRUE;
    return data_of(node);
}

PVOID NTAPI RtlInsertElementGenericTableAvl(PRTL_AVL_TABLE table, PVOID buffer, CLONG size,
                                            PBOOLEAN is_new)
{
    Links *place;
    const TABLE_SEARCH_RESULT result = search(table, buffer, &place);
    return RtlInsertElementGenericTableFullAvl(table, buffer, size, is_new, place, result);
}

BOOLEAN NTAPI RtlDeleteElementGenericTableAvl(PRTL_AVL_TABLE table, PVOID buffer)
{
    Links *node;
    if (search(table, buffer, &node) != TableFoundNode) return FALSE;
    // An enumeration in progress goes on behind the element's predecessor.
    if (table->RestartKey == node) table->RestartKey = neighbour(table, node, false);
    remove(table, node);
    ++table->DeleteCount;
    --table->NumberGenericTableElements;
    table->FreeRoutine(table, node);
    return TRUE;
}

PVOID NTAPI RtlLookupElementGenericTableFullAvl(PRTL_AVL_TABLE table, PVOID buffer, PVOID *place,
                                                TABLE_SEARCH_RESULT *result)
{
    Links *node;
    *result = search(table, buffer, &node);
    if (*result != TableEmptyTree) *place = node;
    return *result == TableFoundNode ? data_of(node) : nullptr;
}

PVOID NTAPI RtlLookupElementGenericTableAvl(PRTL_AVL_TABLE table, PVOID buffer)
{
    Links *node;
    return search(table, buffer, &node) == TableFoundNode ? data_of(node) : nullptr;
}

PVOID NTAPI RtlLookupFirstMatchingElementGenericTableAvl(PRTL_AVL_TABLE table, PVOID buffer,
                                                         PVOID *key)
{
    Links *first = nullptr;
    for (Links *at = table->BalancedRoot.RightChild; at != nullptr;) {
        const auto order = table->CompareRoutine(table, buffer, data_of(at));
        if (order == GenericEqual) first = at;
        at = order == GenericGreaterThan ? at->RightChild : at->LeftChild;
    }
    *key = first;
    return first != nullptr ? data_of(first) : nullptr;
}

PVOID NTAPI RtlEnumerateGenericTableWithoutSplayingAvl(PRTL_AVL_TABLE table, PVOID *key)
{
    auto *before = static_cast<Links *>(*key);
    Links *next = before != nullptr ? neighbour(table, before, true)
                                    : leftmost(table->BalancedRoot.RightChild);
    if (next == nullptr) return nullptr;
    *key = next;
    return data_of(next);
}

PVOID NTAPI RtlEnumerateGenericTableAvl(PRTL_AVL_TABLE table, BOOLEAN restart)
{
    PVOID key = restart ? nullptr : table->RestartKey;
    PVOID data = RtlEnumerateGenericTableWithoutSplayingAvl(table, &key);
    table->RestartKey = static_cast<Links *>(key);
    return data;
}

PVOID NTAPI RtlGetElementGenericTableAvl(PRTL_AVL_TABLE table, ULONG index)
{
    if (index >= table->NumberGenericTableElements) return nullptr;
    Links *at = leftmost(table->BalancedRoot.RightChild);
    while (index-- != 0) at = neighbour(table, at, true);
    return data_of(at);
}

ULONG NTAPI RtlNumberGenericTableElementsAvl(PRTL_AVL_TABLE table)
{
    return table->NumberGenericTableElements;
}
BOOLEAN NTAPI RtlIsGenericTableEmptyAvl(PRTL_AVL_TABLE table)
{
    return table->NumberGenericTableElements == 0;
}
