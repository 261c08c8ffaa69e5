#!/usr/bin/env python3
"""Checks that every public function of functions.table has one wrapper, and that it calls its slot.

    kmdf_wrappers.py <source directory>

The compilers check a wrapper's arguments against the slot's type, but not that type and slot are
those of the function.
"""

import pathlib
import re
import sys

ROW = re.compile(r"^WDF_FUNCTION\((\d+), (\w+), \d+, \d+, \w+, (\w+), \w+\)", re.MULTILINE)
WRAPPER = re.compile(r"^FORCEINLINE [^{}();]*?\b(Wdf\w+)\(([^{}]*?)\)\n\{\n(.*?)^\}", re.M | re.S)
SLOT = re.compile(r"\(\s*\((PFN_\w+)\)\s*(WdfFunctions\[(\w+)TableIndex\]|\w+Override)\)\(([^)]*)\)")

# Helpers with the framework's prefix that are no slots.
NO_SLOT = {
    "WdfDevStateIsNP", "WdfDevStateNormalize", "WdfGetDriver",
    "WdfDeviceInterfaceReferenceNoOp", "WdfDeviceInterfaceDereferenceNoOp",
    "WdfUsbTargetDeviceGetIoTarget", "WdfUsbTargetPipeGetIoTarget",
}
# Its target is the port driver's choice.
OVERRIDDEN = {"WdfDriverMiniportUnload"}


def parameter_names(text):
    """The last word of each parameter; commas inside parentheses belong to annotations."""
    flat = re.sub(r"\s+", " ", text)
    while (without := re.sub(r"\([^()]*\)", "", flat)) != flat:
        flat = without
    names = [parameter.split()[-1].lstrip("*") for parameter in flat.split(",")]
    return [] if names == ["VOID"] else names


def check(name, parameters, body):
    calls = SLOT.findall(body)
    if len(calls) != 1:
        return f"{name}: {len(calls)} calls of a slot"
    slot_type, callee, slot, arguments = calls[0]
    passed = [argument.strip() for argument in re.sub(r"\s+", " ", arguments).split(",")]
    if slot_type != "PFN_" + name.upper():
        return f"{name}: calls through {slot_type}"
    if slot != name and not (name in OVERRIDDEN and callee == name + "Override"):
        return f"{name}: calls {callee}"
    if passed != ["WdfDriverGlobals"] + parameter_names(parameters):
        return f"{name}: passes {', '.join(passed)}"
    return None


def main():
    root = pathlib.Path(sys.argv[1])
    rows = ROW.findall((root / "src/framework/functions.table").read_text(encoding="utf-8"))
    public = {name for _, name, visibility in rows if visibility == "public"}

    errors, seen = [], set()
    for header in sorted((root / "include/wdk").rglob("wdf*/*.h")) + sorted(
            (root / "include/wdk").glob("wdf*.h")):
        if header.name == "private_functions.h":
            continue
        for name, parameters, body in WRAPPER.findall(header.read_text(encoding="utf-8")):
            if name in NO_SLOT:
                continue
            if name in seen:
                errors.append(f"{name}: a second wrapper in {header.name}")
            seen.add(name)
            error = check(name, parameters, body)
            if error:
                errors.append(error)

    errors += [f"{name}: no wrapper" for name in sorted(public - seen)]
    errors += [f"{name}: not a public function" for name in sorted(seen - public)]
    if [int(index) for index, _, _ in rows] != list(range(len(rows))):
        errors.append("functions.table: the slots are not in order")
    print("\n".join(errors) or f"{len(seen)} wrappers of {len(rows)} functions")
    return 1 if errors else 0


if __name__ == "__main__":
    sys.exit(main())
