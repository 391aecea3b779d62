"""Which lines load, compute and store."""

from snn_brian.crossbar.generated_lines import split_by_neuron, split_places


def test_what_belongs_to_the_neuron_is_loaded_and_stored_once_for_several_rows():
    """Also what is stored and never loaded, which is declared before."""
    loads = [
        "const double x = _x[_postsynaptic_idx];",
        "double v = _v[_postsynaptic_idx];",
        "double late;",
    ]
    between = ["const double w = _w[_idx];", "double own;", "own = w*x;", "v += own;", "late = x;"]
    stores = ["_v[_postsynaptic_idx] = v;", "_late[_postsynaptic_idx] = late;"]
    assert split_by_neuron([*loads, *between, *stores]) == (loads, between, stores)


def test_what_is_loaded_and_stored_here_and_there_is_told_from_what_is_computed():
    """What belongs to the input stays, and what is stored only has no place that it is loaded
    from."""
    code = [
        "const float G = _G[_idx];",
        "    double reads = _reads[_postsynaptic_idx];",
        "const float x = _x[_presynaptic_idx];",
        "float late;",
        "const float twice = 2.0f * _G[_idx];",
        "reads += x;",
        "_reads[_postsynaptic_idx] = reads;",
        "    _late[_together] = late;",
    ]
    between = [code[2], code[3], code[4], code[5]]
    loads = {"G": "_G[_idx]", "reads": "_reads[_postsynaptic_idx]"}
    stores = {"reads": "_reads[_postsynaptic_idx]", "late": "_late[_together]"}
    assert split_places(code) == (between, loads, stores)
