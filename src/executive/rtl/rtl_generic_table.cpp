#include <ntddk.h>

#include <cstring>

// Generic tables on splay trees. An element is preceded by its links, and by its place in the order
// of insertion.

namespace {

struct Entry {
    RTL_SPLAY_LINKS links;
    LIST_ENTRY order;
    void *data() { return this + 1; }
};

Entry *entry_of(void *links)
{
    return static_cast<Entry *>(links);
}

// Goes down to the element, or to where it would hang.
TABLE_SEARCH_RESULT search(PRTL_GENERIC_TABLE table, PVOID buffer, Entry **found)
{
    *found = nullptr;
    if (table->TableRoot == nullptr) return TableEmptyTree;
    for (PRTL_SPLAY_LINKS at = table->TableRoot;;) {
        *found = entry_of(at);
        const auto order = table->CompareRoutine(table, buffer, (*found)->data());
        if (order == GenericEqual) return TableFoundNode;
        PRTL_SPLAY_LINKS next = order == GenericLessThan ? at->LeftChild : at->RightChild;
        if (next == nullptr)
            return order == GenericLessThan ? TableInsertAsLeft : TableInsertAsRight;
        at = next;
    }
}

}  // namespace

VOID NTAPI RtlInitializeGenericTable(PRTL_GENERIC_TABLE table, PRTL_GENERIC_COMPARE_ROUTINE compare,
                                     PRTL_GENERIC_ALLOCATE_ROUTINE allocate,
                                     PRTL_GENERIC_FREE_ROUTINE free, PVOID context)
{
    *table = {};
    InitializeListHead(&table->InsertOrderList);
    table->OrderedPointer = &table->InsertOrderList;
    table->CompareRoutine = compare;
    table->AllocateRoutine = allocate;
    table->FreeRoutine = free;
    table->TableContext = context;
}

PVOID NTAPI RtlInsertElementGenericTableFull(PRTL_GENERIC_TABLE table, PVOID buffer, CLONG size,
                                             PBOOLEAN is_new, PVOID place,
                                             TABLE_SEARCH_RESULT result)
{
    auto *parent = static_cast<Entry *>(place);
    if (is_new != nullptr) *is_new = FALSE;
    if (result == TableFoundNode) {
        table->TableRoot = RtlSplay(&parent->links);
        return parent->data();
    }
    auto *entry = static_cast<Entry *>(
        table->AllocateRoutine(table, size + static_cast<CLONG>(sizeof(Entry))));
    if (entry == nullptr) return nullptr;
    RtlInitializeSplayLinks(&entry->links);
    if (result == TableInsertAsLeft) RtlInsertAsLeftChild(&parent->links, &entry->links);
    else if (result == TableInsertAsRight) RtlInsertAsRightChild(&parent->links, &entry->links);
    table->TableRoot = RtlSplay(&entry->links);
    InsertTailList(&table->InsertOrderList, &entry->order);
    ++table->NumberGenericTableElements;
    std::memcpy(entry->data(), buffer, size);
    if (is_new != nullptr) *is_new = TRUE;
    return entry->data();
}

PVOID NTAPI RtlInsertElementGenericTable(PRTL_GENERIC_TABLE table, PVOID buffer, CLONG size,
                                         PBOOLEAN is_new)
{
    Entry *place;
    const TABLE_SEARCH_RESULT result = search(table, buffer, &place);
    return RtlInsertElementGenericTableFull(table, buffer, size, is_new, place, result);
}

BOOLEAN NTAPI RtlDeleteElementGenericTable(PRTL_GENERIC_TABLE table, PVOID buffer)
{
    Entry *entry;
    if (search(table, buffer, &entry) != TableFoundNode) return FALSE;
    table->TableRoot = RtlDelete(&entry->links);
    RemoveEntryList(&entry->order);
    --table->NumberGenericTableElements;
    table->OrderedPointer = &table->InsertOrderList;
    table->WhichOrderedElement = 0;
    table->FreeRoutine(table, entry);
    return TRUE;
}

PVOID NTAPI RtlLookupElementGenericTableFull(PRTL_GENERIC_TABLE table, PVOID buffer, PVOID *place,
                                             TABLE_SEARCH_RESULT *result)
{
    Entry *entry;
    *result = search(table, buffer, &entry);
    *place = entry;
    // Only what was found comes up: a place of an insertion has to keep its free side.
    if (*result != TableFoundNode) return nullptr;
    table->TableRoot = RtlSplay(&entry->links);
    return entry->data();
}

PVOID NTAPI RtlLookupElementGenericTable(PRTL_GENERIC_TABLE table, PVOID buffer)
{
    PVOID place;
    TABLE_SEARCH_RESULT result;
    return RtlLookupElementGenericTableFull(table, buffer, &place, &result);
}

PVOID NTAPI RtlEnumerateGenericTableWithoutSplaying(PRTL_GENERIC_TABLE table, PVOID *key)
{
    PRTL_SPLAY_LINKS next = table->TableRoot;
    if (next == nullptr) return nullptr;
    if (*key != nullptr) {
        next = RtlRealSuccessor(static_cast<PRTL_SPLAY_LINKS>(*key));
    } else {
        while (next->LeftChild != nullptr) next = next->LeftChild;
    }
    if (next == nullptr) return nullptr;
    *key = next;
    return entry_of(next)->data();
}

// Each element becomes the root as it is returned; the next one is the root's successor.
PVOID NTAPI RtlEnumerateGenericTable(PRTL_GENERIC_TABLE table, BOOLEAN restart)
{
    PVOID key = restart ? nullptr : table->TableRoot;
    PVOID data = RtlEnumerateGenericTableWithoutSplaying(table, &key);
    if (data != nullptr) table->TableRoot = RtlSplay(static_cast<PRTL_SPLAY_LINKS>(key));
    return data;
}

PVOID NTAPI RtlGetElementGenericTable(PRTL_GENERIC_TABLE table, ULONG index)
{
    if (index >= table->NumberGenericTableElements) return nullptr;
    PLIST_ENTRY at = table->InsertOrderList.Flink;
    while (index-- != 0) at = at->Flink;
    return CONTAINING_RECORD(at, Entry, order)->data();
}

ULONG NTAPI RtlNumberGenericTableElements(PRTL_GENERIC_TABLE table)
{
    return table->NumberGenericTableElements;
}
BOOLEAN NTAPI RtlIsGenericTableEmpty(PRTL_GENERIC_TABLE table)
{
    return table->TableRoot == nullptr;
}
