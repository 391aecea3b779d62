"""Fit the exponential law, or a table, to measured ramps of pulses and write a device that the
network takes."""

from snn_brian.command.fit import flags, main
from snn_brian.job.script import run

if __name__ == "__main__":
    run(main, flags)
