"""Each rule of tools/source_check finds what it is for, and nothing in a tree that keeps it."""

import os
import subprocess
import sys
import tempfile
import unittest

CHECK = os.path.abspath(os.path.join(os.path.dirname(__file__), "../../tools/source_check"))
RULES = os.path.join(os.path.dirname(CHECK), "source_rules.toml")
MARKER = "TO" + "DO"


class SourceCheckTest(unittest.TestCase):
    def setUp(self):
        folder = tempfile.TemporaryDirectory()
        self.addCleanup(folder.cleanup)
        self.root = folder.name
        self.write("src/executive/CMakeLists.txt", "openkmdf_library(x SOURCES\n  good.cpp)\n")
        self.write("src/executive/good.h", "#pragma once\n")
        self.write("src/executive/good.cpp", '#include "executive/good.h"\n#include <ntddk.h>\n')
        self.write("include/wdk/ntddk.h", "#pragma once\n")

    def write(self, path, text):
        full = os.path.join(self.root, path)
        os.makedirs(os.path.dirname(full), exist_ok=True)
        with open(full, "w", encoding="utf-8") as file:
            file.write(text)

    def check(self, *arguments):
        result = subprocess.run([sys.executable, CHECK, "--root", self.root, *arguments],
                                capture_output=True, text=True)
        self.assertEqual(result.stderr, "")
        problems = [line for line in result.stdout.split("\n") if ":" in line and
                    not line.startswith(("source_check:", "note:"))]
        self.assertEqual(result.returncode, 1 if problems else 0)
        return problems

    def expect(self, path, text, problem):
        """Exactly one problem in the file, and it contains these words."""
        self.write(path, text)
        problems = self.check()
        self.assertEqual(len(problems), 1, problems)
        self.assertIn(path, problems[0])
        self.assertIn(problem, problems[0])
        os.remove(os.path.join(self.root, path))

    def test_good_tree_passes(self):
        self.assertEqual(self.check(), [])

    def test_implemented_functions_are_registered_by_a_test(self):
        table = "src/framework/functions.table"
        self.write("tools/source_rules.toml",
                   open(RULES, encoding="utf-8").read().split("[untested]")[0] +
                   '[untested]\nfunctions = ["WdfOld", "WdfDone"]\n')
        self.write(table, "WDF_FUNCTION(0, WdfDone, 1, 0, DIRQL, public, implemented)\n"
                          "WDF_FUNCTION(1, WdfNew, 1, 0, DIRQL, public, implemented)\n"
                          "WDF_FUNCTION(2, WdfLater, 1, 0, DIRQL, public, declared)\n"
                          "WDF_FUNCTION(3, WdfOld, 1, 0, DIRQL, public, implemented)\n")
        self.write("tests/framework/CMakeLists.txt", "openkmdf_test(x SOURCES x_test.cpp)\n")
        self.write("tests/framework/x_test.cpp", "    OPENKMDF_TESTS(WdfMore,\n                   WdfDone);\n")
        problems = self.check()
        self.assertEqual(len(problems), 2, problems)
        self.assertIn(table + ":2: WdfNew is implemented and no", problems[0])
        self.assertIn("WdfDone is tested or not implemented", problems[1])

    def test_include_directions(self):
        up = '#pragma once\n#include "framework/object.h"\n'
        self.expect("src/executive/up.h", up, "executive may not include framework/object.h")
        self.expect("src/base/nt.h", "#pragma once\n#include <ntddk.h>\n", "may not include ntddk.h")
        self.expect("include/openkmdf/x.h", '#pragma once\n#include "executive/good.h"\n',
                    "may not include executive/good.h")
        self.expect("src/framework/time.h", '#pragma once\n#include "scheduler/clock.h"\n',
                    "may not include scheduler/clock.h")

    def test_single_header_of_a_lower_layer_may_be_allowed(self):
        self.write("src/framework/lock.h", '#pragma once\n#include "scheduler/internal_lock.h"\n')
        self.assertEqual(self.check(), [])

    def test_layer_without_rules(self):
        self.expect("src/novelty/a.h", "#pragma once\n", "has no row")

    def test_banned_calls(self):
        for call in ("std::thread t(f);", "::usleep(1);", "time(nullptr);", "std::time(nullptr);",
                     "clock_gettime(a, b);", "std::chrono::steady_clock::now();", "rand();",
                     "std::random_device d;", "std::this_thread::sleep_for(x);"):
            self.expect("src/executive/good.cpp", f"void f()\n{{\n    {call}\n}}\n", "is banned here")
            self.write("src/executive/good.cpp", "")
            self.write("src/executive/good.cpp", "int good;\n")

    def test_words_that_only_look_banned(self):
        self.write("src/executive/good.cpp",
                   "// rand() and sleep(1) in a comment\n"
                   'const char *text = "time(nullptr)";\n'
                   "int n = system_time(now) + clock.time(1) + interval->clock(2) + x::time(3);\n")
        self.assertEqual(self.check(), [])

    def test_scheduler_may_use_threads(self):
        self.write("src/scheduler/thread.h", "#pragma once\nstruct A { std::thread thread; };\n")
        self.assertEqual(self.check(), [])

    def test_file_size(self):
        self.expect("src/executive/long.h", "#pragma once\n" + "int a;\n" * 500, "file has 501 lines")

    def test_function_size(self):
        body = "    f();\n" * 70
        for name, head in (("g", "namespace a {\nint g(int x)"), ("g", "A::g() const noexcept"),
                           ("TEST(A,B)", "TEST(A, B)"), ("A", "A::A() : b_{1}, c_(2)")):
            end = "}\n" if "namespace" in head else ""
            self.expect("src/executive/f.h", f"#pragma once\n{head}\n{{\n{body}}}\n{end}",
                        f"function {name} has")

    def test_long_table_is_not_a_function(self):
        rows = "    {1, 2},\n" * 100
        self.write("src/executive/t.h", f"#pragma once\nconstexpr Row rows[] = {{\n{rows}}};\n")
        self.assertEqual(self.check(), [])

    def test_ratchet_holds_and_only_falls(self):
        with open(RULES, encoding="utf-8") as file:
            rules = file.read()
        self.write("tools/source_rules.toml",
                   rules.replace("[large_files]", '[large_files]\n"src/executive/long.h" = 600'))
        self.write("src/executive/long.h", "#pragma once\n" + "int a;\n" * 550)
        self.assertEqual(self.check(), [])
        self.assertEqual(self.check("--update"), [])
        self.write("src/executive/long.h", "#pragma once\n" + "int a;\n" * 551)
        self.assertIn("grew from 551 to 552", self.check()[0])
        self.check("--update")
        self.assertIn("grew from 551 to 552", self.check()[0])
        self.write("src/executive/long.h", "#pragma once\n")
        self.check("--update")
        with open(os.path.join(self.root, "tools/source_rules.toml"), encoding="utf-8") as file:
            self.assertNotIn("executive/long.h", file.read())

    def test_layout(self):
        self.expect("src/executive/a.h", "#pragma once\nint a; \n", "white space at the end")
        self.expect("src/executive/a.h", "#pragma once\n\tint a;\n", "tab")
        self.expect("src/executive/a.h", "#pragma once\nint a;", "exactly one newline")
        self.expect("src/executive/a.h", "int a;\n", "without #pragma once")

    def test_source_outside_every_list(self):
        self.expect("src/executive/dead.cpp", "int a;\n", "no CMakeLists.txt names this file")

    def test_markers_and_machine_paths(self):
        self.expect("docs/a.md", f"{MARKER}: write this\n", "left-over marker")
        self.expect("docs/a.md", "see /" + "home/somebody/notes\n", "belongs to one machine")
        self.expect("tools/a.sh", "curl http://deb.debian" + ".org/x\n", "belongs to one machine")

    def test_links(self):
        self.expect("docs/a.md", "[b](b.md) [c](../src/executive/good.h)\n", "missing b.md")


if __name__ == "__main__":
    unittest.main()
