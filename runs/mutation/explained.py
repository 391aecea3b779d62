"""Mistakes that change nothing that anyone could notice, each with the reason.

They are counted apart from those that the tests are to notice. A mistake is known by its file, the
text of its line and what is changed: a line that is written otherwise has to be explained again.
"""

MIXED = "Another mixing of the bits of a hash: other draws of the same distribution and streams."
PLAIN = "Brian2 takes any plain number for a unit without dimensions."
ZERO = "At 0 both branches are the same: -0, or no pulse for any u below 1."
IDLE = "Values at this moment, computed in steps without an event, too, where nothing reads them."
TIE = "A tie with a tolerance, which no number of time steps meets but by its last bit."
TURN = "Its turn in the time step is still before, or after, all that it has to do with."
LOOKS = "Only what a picture looks like."
FINITE = "Keeps the inverse of a law finite where no pulse is given: its value is multiplied by 0."
FIRST = "One more is drawn, and the first is taken, which is the same."
LIKE = "Only names, types and shapes are taken, of which those that grow are the same in any epoch."
PARITY = "Whether a sum or a difference is odd is the same, where a remainder is never below 0."
SHORT = "How much of a delay a message shows."
ONE = "One value is an array of 1 by 1 either way."
FAR = "Beyond 8 deviations, where no draw of 53 bits is."

# (file in snn_brian/, line, mistake) -> why
EXPLAINED = {
    (
        "crossbar/codegen.py",
        'HASHED = """',
        "uint32_t x = synapse * 0x9E3779B9u + (uint32_t)key + site * 0x85EBCA6Bu; -> "
        "uint32_t x = synapse * 0x9E3779B9u - (uint32_t)key + site * 0x85EBCA6Bu;",
    ): MIXED,
    (
        "crossbar/codegen.py",
        'HASHED = """',
        "uint32_t x = synapse * 0x9E3779B9u + (uint32_t)key + site * 0x85EBCA6Bu; -> "
        "uint32_t x = synapse * 0x9E3779B9u + (uint32_t)key - site * 0x85EBCA6Bu;",
    ): MIXED,
    (
        "crossbar/codegen.py",
        '+ """',
        "const auto size = value < 0 ? -value : value; -> "
        "const auto size = value <= 0 ? -value : value;",
    ): ZERO,
    (
        "crossbar/codegen.py",
        '+ """',
        "const int32_t place = (int32_t)((value < 0 ? bits : ~bits) >> 1); -> "
        "const int32_t place = (int32_t)((value <= 0 ? bits : ~bits) >> 1);",
    ): ZERO,
    (
        "crossbar/templates/crossbar/sampled.cpp",
        "auto _next_uniform = [&]() { return _uniform(_state += 0x9E3779B97F4A7C15ull); };",
        "auto _next_uniform = [&]() { return _uniform(_state += 0x9E3779B97F4A7C15ull); }; -> "
        "auto _next_uniform = [&]() { return _uniform(_state -= 0x9E3779B97F4A7C15ull); };",
    ): MIXED,
    (
        "crossbar/templates/crossbar/traces.cpp",
        "if (_num_events > 0)",
        "if (_num_events > 0) -> if (_num_events >= 0)",
    ): IDLE,
    ("crossbar/tables.py", "return_unit=1,", "1 -> 2"): PLAIN,
    ("crossbar/tables.py", "arg_units=[1] * count,", "1 -> 2"): PLAIN,
    (
        "crossbar/delays.py",
        "wrong = (np.abs(steps - np.round(steps)) > 1e-3 + 1e-6 * np.abs(steps)) | (steps < -0.5)",
        "np.abs(steps - np.round(steps)) > 0.001 + 1e-06 * np.abs(steps) -> "
        "np.abs(steps - np.round(steps)) >= 0.001 + 1e-06 * np.abs(steps)",
    ): TIE,
    (
        "network/delay_values.py",
        "SHOWN = 80  # characters of a delay in a message",
        "80 -> 81",
    ): SHORT,
    ("network/delay_values.py", "return False", "False -> True"): ONE,
    (
        "network/delay_values.py",
        "wrong = np.abs(values - steps) > 1e-6 * np.maximum(1, np.abs(values))",
        "np.abs(values - steps) > 1e-06 * np.maximum(1, np.abs(values)) -> "
        "np.abs(values - steps) >= 1e-06 * np.maximum(1, np.abs(values))",
    ): TIE,
    (
        "network/delays.py",
        """arrives = f"({' + '.join(f'past_{k}//unit_{k}' for k in words)}) % 2 == 1\"""",
        "' + ' -> ' - '",
    ): PARITY,
    (
        "network/target_delays.py",
        """return f"(({' + '.join(bits)}) % 2)\"""",
        "' + ' -> ' - '",
    ): PARITY,
    ("network/delays.py", 'group.thresholder["spike"].order = 5', "5 -> 6"): TURN,
    (
        "network/delays.py",
        'group.run_regularly(now, when=when, order=4, name=f"{group.name}_now")',
        "4 -> 5",
    ): TURN,
    ("network/heterogeneity.py", "return np.clip(ndtri(uniform), -8, 8)", "8 -> 9"): FAR,
    ("network/lookup.py", "return_unit=1,", "1 -> 2"): PLAIN,
    ("network/lookup.py", "arg_units=[1] * len(shape),", "1 -> 2"): PLAIN,
    ("network/plasticity.py", '"program_pre": (slot, -1),', "1 -> 2"): TURN,
    ("network/plasticity.py", '"tag_pre": (slot, -1),', "1 -> 2"): TURN,
    ("network/plasticity.py", '"program_reward": (slot, 3),', "3 -> 4"): TURN,
    ("network/plasticity.py", '"forget": ("start", 0),', "0 -> 1"): TURN,
    ("network/plasticity.py", '"scale": ("start", 2),', "2 -> 3"): TURN,
    ("network/plasticity.py", "order=2,", "2 -> 3"): TURN,
    ("network/presentation.py", 'group.thresholder["begins"].order = -2', "2 -> 3"): TURN,
    ("network/readout.py", 'classes.thresholder["spike"].order = 1', "1 -> 2"): TURN,
    ("network/readout.py", "order=1,", "1 -> 2"): TURN,
    (
        "network/readout.py",
        'confusion.answer.when, confusion.answer.order = "tally", 2',
        "2 -> 3",
    ): TURN,
    (
        "network/readout.py",
        'classes.run_on_event("begins", "Y = 0", when="start", order=1)',
        "1 -> 2",
    ): TURN,
    (
        "network/refresh.py",
        "due = f\"(n*{G} + (1 - n)*({_ends(pair, side)['least']}))\"",
        "' + (1 - n)*(' -> ' - (1 - n)*('",
    ): FINITE,
    (
        "train/draws.py",
        "return int(self.stream(phase, epoch).integers(2**31, size=1)[0])",
        "1 -> 2",
    ): FIRST,
    (
        "train/training.py",
        "check_place(self.arm, self.n_train, arrays, self.arrays(0))",
        "0 -> 1",
    ): LIKE,
    ("network/substeps.py", "for order, each in zip((-2, -1), crossing):", "2 -> 3"): TURN,
    ("network/traces.py", 'source.thresholder["active"].order = 1', "1 -> 2"): TURN,
    ("network/traces.py", 'source.resetter["spike"].order = -1', "1 -> 2"): TURN,
    (
        "network/traces.py",
        '"eligibility = S", when=f"fire_{number}", order=1, name=f"eligibility_{layer.name}"',
        "1 -> 2",
    ): TURN,
    (
        "network/target_delays.py",
        '"\\n".join(code), when=f"request_{number}", order=-1, name=f"{line.name}_eligibilities"',
        "1 -> 2",
    ): TURN,
    (
        "network/target_delays.py",
        'f"{name} *= int(abs({name}) > {LEAST})",',
        "') > ' -> ') >= '",
    ): TIE,
    (
        "network/traces.py",
        'f"eligibility = {neuron.eligibility}\\neligibility *= int(abs(eligibility) > {LEAST})",',
        "eligibility *= int(abs(eligibility) > -> eligibility *= int(abs(eligibility) >=",
    ): TIE,
    (
        "train/recording.py",
        "StateMonitor(group, each.variable, record=neurons, when=when, order=2)",
        "2 -> 3",
    ): TURN,
    (
        "train/recording.py",
        "with picture(path, PAGE, 0.6 + 1.2 * len(arrays)) as figure:",
        "1.2 * len(arrays) -> 1.2 + len(arrays)",
    ): LOOKS,
    (
        "train/recording.py",
        'axes.axvline(start - 0.5, color="0.8", linewidth=0.6, zorder=0)',
        "0 -> 1",
    ): LOOKS,
    (
        "train/recording.py",
        'axes.plot(*np.nonzero(course), "|", color="black", markersize=4)',
        "4 -> 5",
    ): LOOKS,
}


def why(file, source, what):
    """Why a mistake, as `mistakes.mutant` tells it, changes nothing; None if that is not known."""
    line, mistake = what.removeprefix("line ").split(": ", 1)
    text = source.split("\n")[int(line) - 1].strip()
    return EXPLAINED.get((file.relative_to("snn_brian").as_posix(), text, mistake))
