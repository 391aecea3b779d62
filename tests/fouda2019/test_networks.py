"""The settings behind the paper's figures."""

from fouda2019 import networks

from snn_brian.sweep.points import point


def test_every_setting_is_possible():
    tables = (
        networks.GAMMAS,
        networks.BASELINE,
        networks.BEYOND,
        networks.ROUNDING,
        networks.READ_RULES,
        networks.LONG,
        networks.EARLY,
        networks.SILENT,
    )
    digests = [
        point({"epochs": 3} | values).digest for table in tables for values in table.values()
    ]
    assert len(digests) > 40
    # "as chosen here", with both gammas, and "on-line" stand in two tables.
    assert len(digests) - len(set(digests)) == 3


def test_names_of_gamma_go_both_ways():
    assert networks.setting((3, 1)) == "gamma (3,1)" and networks.gammas("gamma (3,1)") == (3, 1)
    assert {networks.gammas(name) for name in networks.GAMMAS} >= {(1, 1), (3, 1), (1, 3)}
