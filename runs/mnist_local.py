"""Train a spiking network with local classifiers on simulated memristors and compare it with ideal weights."""
from snn_brian.job import flags, main
from snn_brian.script import run

if __name__ == "__main__":
    run(main, flags)
