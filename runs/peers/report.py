"""What the benchmark compares, what is wanted of it, and its tables."""

from statistics import median

CROSSBAR = {
    "ternary": "crossbar, ternary",
    "float": "crossbar, float weights",
    "accumulator": "crossbar, accumulator",
    "counter": "crossbar, counter",
    "adam": "crossbar, ternary, Adam, batches of 100",
}
TWO_THREADS = {arm: f"{CROSSBAR[arm]}, two threads" for arm in ("ternary", "float", "accumulator")}
HANDWRITTEN = {
    "ternary": "hand-written C++, ternary",
    "float": "hand-written C++, float weights",
    "accumulator": "hand-written C++, accumulator",
}
PLAIN, AIHWKIT = "Brian2 Synapses, ternary", "aihwkit, pairs of exponential devices"
AUTOGRAD, BY_HAND, BATCHES = (
    "PyTorch, autograd SGD",
    "PyTorch, SGD by hand",
    "PyTorch, autograd SGD, batches of 100",
)
FORWARD, READING = "crossbar, forward pass alone", "reading the bytes of a forward pass"

RATIOS = {  # name: (numerator, denominator, what is wanted)
    "plain_brian2_over_crossbar": (PLAIN, CROSSBAR["ternary"], "at least 40"),
    "torch_autograd_batch1_over_crossbar": (AUTOGRAD, CROSSBAR["ternary"], "at least 15"),
    "torch_manual_batch1_over_crossbar": (BY_HAND, CROSSBAR["ternary"], "at least 5"),
    "torch_autograd_batch100_over_crossbar": (BATCHES, CROSSBAR["ternary"], "at least 1"),
    "crossbar_over_handwritten": (CROSSBAR["ternary"], HANDWRITTEN["ternary"], "at most 1.25"),
    "forward_over_stream": (FORWARD, READING, "at most 2"),
    "accumulate_over_ternary": (CROSSBAR["accumulator"], CROSSBAR["ternary"], "at most 1.5"),
    "counter_over_ternary": (CROSSBAR["counter"], CROSSBAR["ternary"], "at most 1.5"),
    "adam_over_ternary": (CROSSBAR["adam"], CROSSBAR["ternary"], "at most 2"),
    "one_thread_over_two": (CROSSBAR["ternary"], TWO_THREADS["ternary"], "at least 1.6"),
}
COSTS = {
    "cold_build_s": ("cold build (s)", "at most 15"),
    "warm_start_s": ("warm start to the first image (s)", "at most 6"),
    "program_MB": ("peak memory of the training program above the images (MB)", "at most 250"),
    "python_MB": ("the same of the Python process (MB)", ""),
}


def ratios(measured):
    """{name: ratio of the medians} and {name: (least, largest) ratio of one round} of {name of a
    peer: values}; none where a peer has failed or was not measured."""
    values = {
        name: (measured[above], measured[below])
        for name, (above, below, _) in RATIOS.items()
        if {above, below} <= measured.keys()
    }
    rounds = {name: [above / below for above, below in zip(*pair)] for name, pair in values.items()}
    return (
        {name: median(above) / median(below) for name, (above, below) in values.items()},
        {name: (min(each), max(each)) for name, each in rounds.items()},
    )


def tables(result):
    """Lines of text: the peers; what is wanted and what was found; what was skipped or failed."""
    peers = [["peer", "ms per image", "quartiles", "images"]]
    for name, each in sorted(result["ms_per_image"].items(), key=lambda item: item[1]["median"]):
        peers.append(
            [
                name,
                f"{each['median']:.4f}",
                f"{each['low']:.4f} to {each['high']:.4f}",
                str(each["images"]),
            ]
        )
    peers += [[name, "failed", "", ""] for name in result["failed"]]
    wanted = [["what", "wanted", "found", "rounds"]]
    for name, (above, below, limit) in RATIOS.items():
        if name not in result["ratios"]:
            failed = {above, below} & result["failed"].keys()
            wanted.append([name, limit, "a peer failed" if failed else "not measured", ""])
            continue
        least, largest = result["ratio_ranges"][name]
        wanted.append(
            [name, limit, f"{result['ratios'][name]:.2f}", f"{least:.2f} to {largest:.2f}"]
        )
    for name, (words, limit) in COSTS.items():
        wanted.append([words, limit, f"{result['costs'][name]:.1f}", ""])
    skipped = [f"Skipped: {name} ({reason})." for name, reason in result["skipped"].items()]
    failed = [f"Failed: {why}" for why in result["failed"].values()]
    return [*_aligned(peers), "", *_aligned(wanted), *skipped, *failed]


def _aligned(rows):
    """A table in Markdown whose columns are aligned as text, too."""
    widths = [max(map(len, column)) for column in zip(*rows)]
    lines = [
        "| " + " | ".join(cell.ljust(width) for cell, width in zip(row, widths)) + " |"
        for row in rows
    ]
    return [lines[0], "|" + "|".join("-" * (width + 2) for width in widths) + "|", *lines[1:]]
