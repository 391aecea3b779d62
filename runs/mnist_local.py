"""Train a spiking network with local classifiers on simulated memristors and compare it with ideal
weights."""

from snn_brian.job.job import flags, main
from snn_brian.job.script import run

if __name__ == "__main__":
    run(main, flags)
