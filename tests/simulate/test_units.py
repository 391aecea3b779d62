"""Files that are compiled together mean what they mean alone."""

import os
import re
import subprocess

from snn_brian.simulate.build_cache import FLAGS
from snn_brian.simulate.units import TOGETHER, prepare

SOURCES = {
    "objects.h": "#pragma once\nnamespace brian { extern int total; }",
    "objects.cpp": '#include "objects.h"\nnamespace brian { int total = 0; }',
    "brianlib/common_math.h": "",
    "main.cpp": '#include "objects.h"\n#include "code_objects/adds.h"\n'
    '#include "code_objects/doubles.h"\n#include <cstdio>\n'
    'int main() { _run_adds(); _run_doubles(); std::printf("%d", brian::total); }',
    # names, macros and places of draws that both have
    "code_objects/adds.cpp": """
#include "code_objects/adds.h"
#include "objects.h"
#include<numeric>
namespace {
    #define value 30
    enum { _sites_before = __COUNTER__ + 1 };
    static int places = 0;
    static inline int moved(const int x) { return x + value; }
}
#define _site (__COUNTER__ - _sites_before)

void _run_adds()
{
    using namespace brian;
    places += _site + 10*_site;
    total += moved(places);
}
""",
    "code_objects/doubles.cpp": """
#include "code_objects/doubles.h"
#include "objects.h"
#include<numeric>
#ifdef _OPENMP
#include <omp.h>
#endif
namespace {
    enum { _sites_before = __COUNTER__ + 1 };
    static int places = 0;
    static inline int moved(const int x) { const int value = 2; return value*x; }
}
#define _site 100*(__COUNTER__ - _sites_before)

void _run_doubles()
{
    using namespace brian;
    places += _site + _site;
    total = moved(total) + places;
}
""",
    "code_objects/adds.h": "#pragma once\nvoid _run_adds();",
    "code_objects/doubles.h": "#pragma once\nvoid _run_doubles();",
}


def write(folder, sources):
    for name, text in sources.items():
        (folder / name).parent.mkdir(exist_ok=True, parents=True)
        (folder / name).write_text(text)


def test_what_one_file_declares_is_not_seen_in_another(tmp_path):
    write(tmp_path, SOURCES)
    prepare(tmp_path, "-w -O0 -std=c++17 -pthread -fopenmp")
    made = subprocess.run(["make", "main"], cwd=tmp_path, capture_output=True, text=True)
    assert made.returncode == 0, made.stderr
    said = subprocess.run([tmp_path / "main"], capture_output=True, text=True).stdout
    assert int(said) == 2 * (10 + 30) + 100


def test_headers_that_the_session_has_compiled_change_no_bit(tmp_path, headers_are_compiled_once):
    made = []
    for compiler in (headers_are_compiled_once, os.environ.get("CXX", "g++")):
        folder = tmp_path / f"of_{len(made)}"
        write(folder, SOURCES)
        prepare(folder, FLAGS)
        command = ["make", "main", f"CXX={compiler}"]
        subprocess.run(command, cwd=folder, check=True, stdout=subprocess.DEVNULL)
        made.append([(folder / "units" / name).read_bytes() for name in ("rest.o", "code_0.o")])
    assert made[0] == made[1]


def test_each_file_is_in_one_unit_and_units_are_about_equally_long(tmp_path):
    files = {
        f"code_objects/object_{number}.cpp": "// " + "x" * (40 + 7 * number)
        for number in range(2 * TOGETHER + 5)
    }
    write(tmp_path, files | {"main.cpp": "", "objects.cpp": "", "brianlib/more.cpp": ""})
    prepare(tmp_path, "-O3")
    included = {
        unit.stem: re.findall(r'^#include "(.*)"$', unit.read_text(), re.MULTILINE)
        for unit in (tmp_path / "units").iterdir()
    }
    assert included.pop("rest") == ["main.cpp", "brianlib/more.cpp", "objects.cpp"]
    assert len(included) == 3
    assert sorted(sum(included.values(), [])) == sorted(files)
    lengths = [sum(len(files[name]) for name in names) for names in included.values()]
    assert max(lengths) < 1.2 * min(lengths)
