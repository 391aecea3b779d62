"""Brian2's generated C++ files made ready to compile: joined into a few units, and a makefile.

Brian2 writes a file for each step of the schedule. Nearly all of the time of compiling one goes
into the headers, which are the same in all; so units of many files are compiled, each file in a
namespace of its own, into the same machine code.
"""

import re
from pathlib import Path

from snn_brian.crossbar.codegen import ALIGNED

TOGETHER = 40  # files of code objects in a unit, which takes as long as all that is none

HEADERS = """#define _ALIGNED_ELSEWHERE
#include "objects.h"
#include "brianlib/common_math.h"
#include <algorithm>
#include <atomic>
#include <chrono>
#include <climits>
#include <cmath>
#include <cstdint>
#include <cstring>
#include <ctime>
#include <fstream>
#include <iostream>
#include <string>
#include <thread>
#include <vector>
#include <sys/prctl.h>
#include <csignal>
#ifdef _OPENMP
#include <omp.h>
#endif
"""
# What is no code object loads and saves arrays: it would take a third of the time to optimise, for
# nothing.
MAKEFILE = """CXX ?= g++
FLAGS = {flags} -I. -include headers.h
OBJECTS = $(patsubst %.cpp,%.o,$(wildcard units/*.cpp))

main: $(OBJECTS)
\t$(CXX) $(FLAGS) $(OBJECTS) -o main
units/rest.o: units/rest.cpp
\t$(CXX) $(FLAGS:-O3=-O1) -c $< -o $@
units/%.o: units/%.cpp
\t$(CXX) $(FLAGS) -c $< -o $@
"""

# Half of the time of compiling the rest went into optimising what makes, loads and saves each array
# once. What is instantiated at the end of the unit is optimised again.
ARRAYS = """#pragma GCC push_options
#pragma GCC optimize ("O0")
#include "objects.cpp"
#pragma GCC pop_options
"""


def prepare(
    folder: Path,
    flags: str,
    own: dict[str, dict[str, str]] | None = None,
    together: int = TOGETHER,
) -> None:
    """Write what `make main` needs, with these flags of the compiler, to a folder of Brian2's C++
    sources; so many files of code objects are compiled together.

    With `own`, as `pipeline.pipelined` gives them: names that code objects use instead of others,
    declared in `stages.h`.
    """
    (folder / "makefile").write_text(MAKEFILE.format(flags=flags))
    (folder / "headers.h").write_text(HEADERS)
    units = folder / "units"
    units.mkdir()
    rest = sorted(path.relative_to(folder) for path in folder.glob("*.cpp"))
    rest += sorted(path.relative_to(folder) for path in folder.glob("brianlib/*.cpp"))
    lines = [f'#include "{path}"\n' for path in rest if path.name != "objects.cpp"]
    (units / "rest.cpp").write_text(
        "#undef _ALIGNED_ELSEWHERE\n" + ALIGNED + "".join(lines) + ARRAYS
    )
    code_objects = sorted(folder.glob("code_objects/*.cpp"))
    for number, files in enumerate(_shared_out(code_objects, together)):
        (units / f"code_{number}.cpp").write_text(_unit(files, own or {}))


def _shared_out(files, together):
    """Lists of files, of about the same length in all."""
    units = [[] for _ in range(-(-len(files) // together))]
    lengths = [0] * len(units)
    for file in sorted(files, key=lambda file: -file.stat().st_size):
        shortest = lengths.index(min(lengths))
        units[shortest].append(file)
        lengths[shortest] += file.stat().st_size
    return units


def _unit(files, own):
    texts = {file.stem: file.read_text() for file in files}
    # included before, since inside of a namespace they would declare everything in it;
    # that of OpenMP, which is not always there, is among those of all units
    includes = {
        line.strip()
        for text in texts.values()
        for line in re.findall(r"^[ \t]*#[ \t]*include.*$", text, re.MULTILINE)
    }
    lines = sorted(includes - {"#include <omp.h>"})
    if own:
        lines.append('#include "stages.h"')
    for name, text in texts.items():
        instead = own.get(name, {})
        lines += [f"#define {shared} {used}" for shared, used in instead.items()]
        lines += [f"namespace of_{name} {{", f'#include "code_objects/{name}.cpp"', "}"]
        lines += [f"#undef {shared}" for shared in instead]
        # Main calls them without a namespace. An alias adds no code, where a call might be inlined
        # and the function, compiled in its place, be another.
        for function in re.findall(r"^void (_\w+)\(\)$", text, re.MULTILINE):
            mangled = f"_ZN{len(name) + 3}of_{name}{len(function)}{function}Ev"
            lines.append(f'void {function}() __attribute__((alias("{mangled}")));')
        macros = re.findall(r"^[ \t]*#[ \t]*define[ \t]+(\w+)", text, re.MULTILINE)
        lines += [f"#undef {macro}" for macro in dict.fromkeys(macros)]
    return "\n".join(lines) + "\n"
