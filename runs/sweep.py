"""Do the job of mnist_local.py at every point of a grid, in parallel; started again, do only what
is missing."""

from snn_brian.command.sweep import flags, main
from snn_brian.job.script import run

if __name__ == "__main__":
    run(main, flags)
