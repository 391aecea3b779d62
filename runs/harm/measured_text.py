"""How people write measured ramps: units, wordings of headers, separators, counters, layouts."""

import numpy as np

UNITS = {"S": 1.0, "mS": 1e-3, "uS": 1e-6, "nS": 1e-9, "pS": 1e-12}
WORDINGS = ("G ({})", "conductance [{}]", "Conductance / {}", "G_{}", "ramp {k} in {}", "{}",
            "G{k} ({})", "Conductance, {}", "measured G [{}]", "LTP {k} ({})")  # fmt: skip
CURRENTS = ("I ({})", "current [{}]", "Current / {}", "I_read ({})", "read current in {}")
RESISTANCES = ("R ({})", "Resistance [{}]", "resistance in {}")


def written(random, ways, layout, defect, column):
    """(texts of files, flags, column of the defect as it stands in the file, from 1)"""
    top = max(np.nanmax(G) for G in ways.values())
    values, unit, header, flags = _numbers(random, ways, layout, top)
    if defect in ("normalised without a word", "numbers in another unit", "header of currents"):
        header, flags = None, []
        values = {name: G / top for name, G in ways.items()}
        if defect == "numbers in another unit":
            values = {name: G / 1e-9 for name, G in ways.items()}
        if defect == "header of currents":
            values, header = ways, str(random.choice(CURRENTS)).format("A", k="")
    if layout["one file"]:
        names = ["both.csv"]
        tables = [_joined(values, ways, layout)]
    else:
        names, tables = ["up.csv", "down.csv"], [values["up"], values["down"]]
    texts = {}
    for name, table in zip(names, tables):
        texts[name] = _text(random, table, layout, header)
    flags = [*names, *flags]
    if defect == "files exchanged":
        flags[:2] = flags[1::-1]
    first = "up.csv" if not layout["one file"] else "both.csv"
    lines = texts[first].split("\n")
    place = None if column is None else column + 1 + bool(layout["counter"])
    if defect in ("word in a cell", "zero"):
        separator = layout["separator"][-1]
        cells = lines[8].split(separator)
        cells[place - 1] = "high" if defect == "word in a cell" else "0"
        lines[8] = separator.join(cells)
        texts[first] = "\n".join(lines)
    elif defect == "steps against states":
        G = np.sort(ways["up"][:, 0])
        texts[first] = "G (nS),dG (nS)\n" + "\n".join(
            f"{1e9 * a:.5g},{1e8 * (G[-1] - a):.4g}" for a in G
        )
    elif defect == "counter alone":
        texts[first] = "\n".join(["pulse", *map(str, range(40))])
    elif defect == "decimal commas between commas":
        G = 90 * ways["up"][:, 0] / top
        texts[first] = "\n".join(f"{a:.5f}".replace(".", ",") for a in G[np.isfinite(G)])
    return texts, flags, place


def _numbers(random, ways, layout, top):
    """(numbers of both ways in their unit, its name, wording of the header or None, flags)"""
    kind, said = layout["kind"], layout["unit in"] == "header"
    if kind == "normalised":
        word = random.choice(["G_norm", "normalised conductance", "G (a.u.)", "G/G_max"])
        values = {name: G / top for name, G in ways.items()}
        return values, "", str(word) if said else None, ["--normalised", f"G_max={float(top)!r}"]
    if kind == "resistance":
        factor, unit = [(1.0, "ohm"), (1e3, "kohm"), (1e3, "kΩ"), (1e6, "MOhm")][
            random.integers(4)]  # fmt: skip
        values, wordings, flags = (
            {name: 1 / G / factor for name, G in ways.items()},
            RESISTANCES,
            [],
        )
    elif kind == "current":
        factor, unit = [(1.0, "A"), (1e-6, "uA"), (1e-6, "µA"), (1e-9, "nA")][
            random.integers(4)]  # fmt: skip
        values = {name: G * layout["voltage"] / factor for name, G in ways.items()}
        wordings, flags = CURRENTS, ["--read-voltage", repr(layout["voltage"])]
    else:
        unit = str(random.choice(list(UNITS)))
        values = {name: G / UNITS[unit] for name, G in ways.items()}
        unit = random.choice([unit, unit.replace("u", "µ"), unit.replace("u", "μ")])
        wordings, flags = WORDINGS, []
    if not said:
        return values, unit, None, [*flags, "--unit", str(unit)]
    return values, unit, str(random.choice(wordings)).replace("{}", str(unit)), flags


def _joined(values, ways, layout):
    """Both ways in one table: columns of either, or rows that turn."""
    up, down = values["up"], values["down"]
    if layout["one file"] == "columns":
        pairs = [column for pair in zip(up.T, down.T) for column in pair]
        return np.array(pairs).T
    down = down if layout["drop"] else down[1:]
    parts = zip(*(np.split(G, layout["cycles"], axis=1) for G in (up, down)))
    return np.vstack([part for pair in parts for part in pair])


def _text(random, table, layout, header):
    rows, columns = table.shape
    gap = "nan" if columns == 1 or random.random() < 0.3 else ""
    cells = [[gap if np.isnan(v) else f"{v:.6g}" for v in row] for row in table]
    heads = [header.replace("{k}", str(k + 1)) for k in range(columns)] if header else None
    if heads is None and random.random() < 0.5:
        heads = [f"ramp {k + 1}" for k in range(columns)]
    if layout["exchanged"] and columns < 5:
        if heads:
            cells = [heads, *cells]
        lines = [list(row) for row in zip(*cells)]
        return "\n".join(_line(row, layout) for row in lines)
    counter = layout["counter"]
    if counter:
        first = 0 if counter in ("0", "pandas") else 1
        count = [f"{0.5 * k:g}" if counter == "time" else str(k + first) for k in range(rows)]
        cells = [[number, *row] for number, row in zip(count, cells)]
        name = dict(pandas="", time="time (s)").get(counter, "pulse")
        if heads is None and counter in ("time", "pandas"):
            heads = [f"r{k + 1}" for k in range(columns)]
        heads = [name, *heads] if heads else None
    lines = [heads, *cells] if heads else cells
    return "\n".join(_line(row, layout) for row in lines)


def _line(row, layout):
    separator = layout["separator"]
    if separator.startswith("comma") and len(row) > 1:
        row = [cell.replace(".", ",") if _numeric(cell) else cell for cell in row]
    quoted = [f'"{cell}"' if separator[-1] in cell else cell for cell in row]
    return separator[-1].join(quoted)


def _numeric(cell):
    return bool(cell) and not set(cell) - set("0123456789.+-e")
