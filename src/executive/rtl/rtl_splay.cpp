#include <ntddk.h>

// Splay trees over links that their users embed. A root is its own parent.

namespace {

using Links = RTL_SPLAY_LINKS;

Links *leftmost(Links *node)
{
    while (node->LeftChild != nullptr) node = node->LeftChild;
    return node;
}

Links *rightmost(Links *node)
{
    while (node->RightChild != nullptr) node = node->RightChild;
    return node;
}

// Puts `replacement` (may be null) where `node` hangs.
void replace(Links *node, Links *replacement)
{
    Links *parent = node->Parent;
    const bool root = parent == node;
    if (!root) (parent->LeftChild == node ? parent->LeftChild : parent->RightChild) = replacement;
    if (replacement != nullptr) replacement->Parent = root ? replacement : parent;
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
}

}  // namespace

PRTL_SPLAY_LINKS NTAPI RtlSplay(PRTL_SPLAY_LINKS links)
{
    while (links->Parent != links) {
        Links *parent = links->Parent;
        if (parent->Parent != parent) {
            const bool same_side = RtlIsLeftChild(links) == RtlIsLeftChild(parent);
            rotate(same_side ? parent : links);
        }
        rotate(links);
    }
    return links;
}

PRTL_SPLAY_LINKS NTAPI RtlSubtreeSuccessor(PRTL_SPLAY_LINKS links)
{
    return links->RightChild != nullptr ? leftmost(links->RightChild) : nullptr;
}

PRTL_SPLAY_LINKS NTAPI RtlSubtreePredecessor(PRTL_SPLAY_LINKS links)
{
    return links->LeftChild != nullptr ? rightmost(links->LeftChild) : nullptr;
}

PRTL_SPLAY_LINKS NTAPI RtlRealSuccessor(PRTL_SPLAY_LINKS links)
{
    if (links->RightChild != nullptr) return leftmost(links->RightChild);
    while (links->Parent != links && links->Parent->RightChild == links) links = links->Parent;
    return links->Parent != links ? links->Parent : nullptr;
}

PRTL_SPLAY_LINKS NTAPI RtlRealPredecessor(PRTL_SPLAY_LINKS links)
{
    if (links->LeftChild != nullptr) return rightmost(links->LeftChild);
    while (links->Parent != links && links->Parent->LeftChild == links) links = links->Parent;
    return links->Parent != links ? links->Parent : nullptr;
}

VOID NTAPI RtlDeleteNoSplay(PRTL_SPLAY_LINKS links, PRTL_SPLAY_LINKS *root)
{
    if (links->LeftChild != nullptr && links->RightChild != nullptr) {
        // Its neighbour, which has one child at most, takes its place.
        Links *heir = rightmost(links->LeftChild);
        if (heir->Parent != links) {
            replace(heir, heir->LeftChild);
            heir->LeftChild = links->LeftChild;
            heir->LeftChild->Parent = heir;
        }
        heir->RightChild = links->RightChild;
        heir->RightChild->Parent = heir;
        replace(links, heir);
        if (*root == links) *root = heir;
        return;
    }
    Links *child = links->LeftChild != nullptr ? links->LeftChild : links->RightChild;
    replace(links, child);
    if (*root == links) *root = child;
}

PRTL_SPLAY_LINKS NTAPI RtlDelete(PRTL_SPLAY_LINKS links)
{
    Links *root = RtlSplay(links);
    RtlDeleteNoSplay(links, &root);
    return root;
}
