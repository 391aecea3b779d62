"""Check one declaration, simulate it alone and draw what it does."""

from snn_brian.command.check import flags, main
from snn_brian.job.script import run

if __name__ == "__main__":
    run(main, flags)
