"""A compiled program whose stages go on side by side, each thread with some of them: layer l learns
from presentation n while layer l + 1 learns from n - 1, and every bit is the same as if they took
turns.

The generated code objects stay as they are. What a stage has of its own (its time, its generator,
copies of what others hand to it) takes the place of what all share by macros around them.
"""

import re
import shutil
from pathlib import Path

from snn_brian.simulate.stages import GENERATOR, Stages, own_time, stages
from snn_brian.simulate.watching import LOOP, STEP

RUNTIME = Path(__file__).with_name("pipeline.h")
ADDED = re.compile(r"(\w+)\.add\(&(\w+), (\w+)\);")
# In the place of LOOP and STEP
RUN = """const int64_t _first = brian::%CLOCK%.timestep[0];
        while (brian::%CLOCK%.running()) brian::%CLOCK%.tick();
        brian::pipeline().run(
            _first, brian::%CLOCK%.timestep[0] - _first, brian::threads_asked(), &%NETWORK%.t);"""
RUN_STEP = """brian::%CLOCK%.set_interval(%NETWORK%.t, %NETWORK%.t + %DT%);
        brian::pipeline().run(brian::%CLOCK%.timestep[0], 1, 1, &%NETWORK%.t);
        brian::%CLOCK%.tick();
        Network::_last_run_completed_fraction = 1.0;"""
DESCRIPTION = """#include "stages.h"
{headers}
namespace brian {{
{own}
Pipeline &pipeline()
{{
    static Pipeline *made = nullptr;
    if (made) return *made;
    made = new Pipeline(_array_{clock}_dt);
{calls}
    return *made;
}}
}}
"""
SYNAPSES = re.compile(r"const size_t _size = \(size_t\)(\d+) \* (\d+);")
RESIZED = re.compile(r"(_dynamic_array_\w+)\.resize\(_size\);")
# Synapses of a crossbar from which threads share its columns instead, and by how much of what so
# many threads might gain.
WIDE, SHARED = 1_000_000, 0.7
WORTH = 1.2  # speed-up for which a program is made a pipeline


def pipelined(folder: Path, threads: int) -> dict[str, dict[str, str]]:
    """Makes a pipeline of a program, whose sources are in a folder, if its time step has stages
    that so many threads can share.

    Returns
    -------
    dict
        {code object: {name of what all share: name of what its stage has instead}}; empty where
        the program stays as it is.

    Raises
    ------
    RuntimeError
        If the program does not run its code objects as `watching.program` wrote it.
    """
    main = folder / "main.cpp"
    added = ADDED.findall(main.read_text())
    functions = [function for _, _, function in added]
    places = {(network, clock) for network, clock, _ in added}
    if len(places) != 1 or len(set(functions)) < len(functions) or "NULL" in functions:
        return {}
    ((network, clock),) = places
    objects = [function.removeprefix("_run_") for function in functions]
    found = stages(folder, objects, clock)
    if not _is_worth_it(found, _synapses(folder), threads):
        return {}
    text = main.read_text()
    for old, new in ((LOOP, RUN), (STEP, RUN_STEP)):
        text = _replaced(text, old, new, {"NETWORK": network, "CLOCK": clock})
    main.write_text('#include "stages.h"\n' + text)
    shutil.copy(RUNTIME, folder)
    _write_stages(folder, objects, found, clock)
    return {
        name: {shared: _own(shared, stage) for shared in _shared(found, stage, clock)}
        for name, stage in zip(objects, found.stage)
    }


def _synapses(folder):
    """{array with a value for each synapse: how many}"""
    found = {}
    for path in folder.glob("code_objects/*_synapses_create_generator_codeobject.cpp"):
        text = path.read_text()
        size = SYNAPSES.search(text)
        for name in RESIZED.findall(text) if size else ():
            found[name] = int(size[1]) * int(size[2])
    return found


def _is_worth_it(found, synapses, threads):
    """Whether synapses are spread over the stages so that threads gain by a pipeline, and not more
    by a share of the columns of each crossbar."""
    loads = [0] * min(threads, found.number)
    works = [sum(synapses.get(name, 0) for name in names) for names in found.arrays]
    for work in sorted(works, reverse=True):
        loads[loads.index(min(loads))] += work
    gain = sum(works) / max(*loads, 1)
    return gain > WORTH and (max(synapses.values()) < WIDE or gain > SHARED * threads)


def _own(name, stage):
    return f"{name}_in_stage_{stage}"


def _shared(found: Stages, stage, clock):
    """Names of what a stage has of its own."""
    draws = any(found.stage[draw.object] == stage for draw in found.draws)
    copies = [each.array for each in found.handed if stage in each.readers]
    return [*own_time(clock), *copies] + ([GENERATOR] if draws else [])


def _replaced(text, old, new, known):
    """Some code in the place of other, which is there once, with any white space."""
    for name, value in known.items():
        old, new = old.replace(f"%{name}%", value), new.replace(f"%{name}%", value)
    pattern = r"\s+".join(re.escape(word) for word in old.split())
    pattern = re.sub(r"%(\w+)%", r"(?P<\1>\\S+?)", pattern)
    places = list(re.finditer(pattern, text))
    if len(places) != 1:
        raise RuntimeError(f"main.cpp should have once, and has {len(places)} times:\n{old}")
    (found,) = places
    for name, value in found.groupdict().items():
        new = new.replace(f"%{name}%", value)
    return text[: found.start()] + new + text[found.end() :]


def _write_stages(folder, objects, found, clock):
    """`stages.h` declares what each stage has, and `stages.cpp` defines it and the pipeline."""
    timestep, t = own_time(clock)
    own, calls = [], []
    for stage in range(found.number):
        generator = _own(GENERATOR, stage)
        draws = GENERATOR in _shared(found, stage, clock)
        own += [f"int64_t {_own(timestep, stage)}[1];", f"double {_own(t, stage)}[1];"]
        if draws:
            own.append(f"StageGenerator {generator}[1];")
        else:
            generator = "nullptr"
        calls.append(f"add_stage({_own(timestep, stage)}, {_own(t, stage)}, {generator});")
    for name, stage in zip(objects, found.stage):
        calls.append(f"add_object(_run_{name}, {stage});")
    for each in found.handed:
        size = f"_num_{each.array} * sizeof(*{each.array})"
        calls.append(f"hand({each.array}, {size}, {each.writer});")
        for stage, readers in each.readers.items():
            copy, numbers = _own(each.array, stage), ", ".join(map(str, readers))
            own.append(f"{each.type} {copy};")
            calls.append(f"hand_to({stage}, (void **)&{copy}, {each.writer}, {{{numbers}}});")
    for draw in found.draws:
        given = [draw.object]
        if draw.events:
            given += [found.writers[draw.events], f"{draw.events} + {draw.place}"]
        calls.append(f"add_draw({', '.join(map(str, given))});")
    declared = "\n".join(f"extern {line}" for line in own)
    (folder / "stages.h").write_text(
        f'#pragma once\n#include "pipeline.h"\nnamespace brian {{\n{declared}\n}}\n'
    )
    (folder / "stages.cpp").write_text(
        DESCRIPTION.format(
            headers="\n".join(f'#include "code_objects/{name}.h"' for name in objects),
            own="\n".join(own),
            clock=clock,
            calls="\n".join(f"    made->{call}" for call in calls),
        )
    )
