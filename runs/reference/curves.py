"""Test accuracies of runs from several sources, side by side: mean and spread over runs."""

from statistics import mean, stdev

from fouda2019.verdicts import told

from snn_brian.base.plot import COLOURS, COLUMN, MARKERS, picture


def gathered(rows):
    """{(arm, layer): {source: {epoch: test accuracies of all runs, in %}}}"""
    found = {}
    for row in rows:
        curves = found.setdefault((row["arm"], int(row["layer"])), {}).setdefault(row["source"], {})
        curves.setdefault(int(row["epoch"]), []).append(100 * float(row["test_accuracy"]))
    return found


def spread(values):
    return stdev(values) if len(values) > 1 else 0.0


def table(rows):
    """The last epoch as text: mean and standard deviation over runs, by arm and layer."""
    curves = gathered(rows)
    sources = list(dict.fromkeys(row["source"] for row in rows))
    lines = [f"{'test accuracy (%)':<24}" + "".join(f"{source:>18}" for source in sources)]
    for (arm, layer), found in curves.items():
        last = [found[source][max(found[source])] for source in sources]
        cells = [told(values) for values in last]
        lines.append(f"{f'{arm}, layer {layer}':<24}" + "".join(f"{cell:>18}" for cell in cells))
    return "\n".join(lines)


def draw(rows, path):
    """A panel for each arm and layer, a line with its spread for each source; the test before
    training is left out."""
    curves = gathered([row for row in rows if int(row["epoch"]) > 0] or rows)
    arms = list(dict.fromkeys(arm for arm, _ in curves))
    layers = max(layer for _, layer in curves)
    with picture(path, COLUMN * len(arms), 0.5 + 1.6 * layers) as figure:
        panels = figure.subplots(layers, len(arms), sharex=True, sharey="row", squeeze=False)
        for (arm, layer), found in curves.items():
            axes = panels[layer - 1, arms.index(arm)]
            for k, (source, epochs) in enumerate(found.items()):
                axes.errorbar(
                    list(epochs),
                    [mean(values) for values in epochs.values()],
                    [spread(values) for values in epochs.values()],
                    color=COLOURS[k],
                    marker=MARKERS[k],
                    markersize=3,
                    capsize=2,
                    alpha=0.8,
                    label=source,
                )
            axes.set(title=f"{arm}, layer {layer}", ylabel="Test accuracy (%)")
            axes.grid(True, axis="y")
        panels[-1, 0].set_xlabel("Epoch")
        panels[0, 0].legend()
