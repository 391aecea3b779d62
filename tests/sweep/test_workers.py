"""Calls on workers: each once, again when it was lost, and SLURM's script."""

import os
import signal
import subprocess
import sys
from types import SimpleNamespace

import dask
import pytest
from distributed import KilledWorker

from snn_brian.base.errors import SimulationFailed, UserError
from snn_brian.sweep import workers as farm
from snn_brian.sweep.workers import each_ended, jobs


def touch(path):
    path.touch()


def die_once(path):
    """Ends its own process the first time."""
    if not path.with_suffix(".began").exists():
        path.with_suffix(".began").touch()
        os.kill(os.getpid(), signal.SIGKILL)
    path.touch()


def refuse(path):
    raise UserError("no.")


def test_calls_on_this_machine(tmp_path, monkeypatch):
    monkeypatch.setattr(farm, "PAUSE", 0.05)
    calls = {
        name: (function, tmp_path / name)
        for name, function in (("good", touch), ("dying", die_once), ("bad", refuse))
    }
    looks = []
    with farm.farm(workers=1) as client:
        ended = dict(
            each_ended(
                client, calls, lambda name: (tmp_path / name).exists(), lambda: looks.append(1)
            )
        )
    assert {name: type(error) for name, error in ended.items()} == {
        "good": type(None),
        "dying": type(None),
        "bad": UserError,
    }
    assert looks and (tmp_path / "dying.began").exists()


def test_a_worker_that_dask_has_given_up_is_brought_back(tmp_path, monkeypatch):
    """As on busy cores, where the next one takes longer to begin than dask waits for it."""
    monkeypatch.setattr(farm, "PAUSE", 0.05)
    calls = {"dying": (die_once, tmp_path / "dying")}
    with (
        dask.config.set({"distributed.deploy.lost-worker-timeout": "1ms"}),
        farm.farm(workers=1) as client,
    ):
        first = client.cluster.workers[0]
        is_done = (tmp_path / "dying").exists
        ((_, error),) = each_ended(client, calls, lambda name: is_done(), lambda: None)
        assert error is None and is_done()
        assert client.cluster.workers[0] is not first


class Client:
    """One whose futures end as the script says."""

    status, cluster = "running", None

    def __init__(self, *ends):
        self.ends = list(ends)

    def submit(self, name, pure):
        status = self.ends.pop(0)
        return SimpleNamespace(
            done=lambda: True, status=status, exception=lambda: KilledWorker("x", None, 4)
        )


def test_what_is_lost_is_called_again(monkeypatch):
    monkeypatch.setattr(farm, "PAUSE", 0)
    client = Client("lost", "cancelled", "finished", "error")
    ended = each_ended(client, {"a": ("a",)}, lambda name: False, lambda: None)
    ((name, error),) = ended
    assert (name, str(error)) == (
        "a",
        "Its worker was lost again and again: it was killed, or out of memory.",
    )
    assert client.ends == []


def test_a_scheduler_that_is_gone(monkeypatch):
    monkeypatch.setattr(farm, "PAUSE", 0)
    client = Client("lost")
    client.status = "closed"
    with pytest.raises(SimulationFailed, match="^The scheduler is gone; start the sweep again"):
        list(each_ended(client, {"a": ("a",)}, lambda name: False, lambda: None))


@pytest.fixture
def settings(tmp_path):
    def write(text):
        (tmp_path / "slurm.toml").write_text(text)
        return tmp_path / "slurm.toml"

    return write


def test_ctrl_c_stays_what_it_was(settings):
    """dask-jobqueue, when it is imported, makes it the end of the process with exit code 0."""
    file = settings('cores = 1\nmemory = "1GB"')
    code = (
        "import signal\nfrom snn_brian.sweep.workers import jobs\n"
        "before = signal.getsignal(signal.SIGINT)\n"
        f"jobs({str(file)!r}).close()\n"
        "assert signal.getsignal(signal.SIGINT) is before"
    )
    subprocess.run([sys.executable, "-c", code], check=True)


def test_the_script_that_slurm_gets(settings):
    file = settings(
        'cores = 4\nmemory = "8GB"\nqueue = "short"\nwalltime = "02:00:00"\naccount = "mine"\n'
        'job_script_prologue = ["export SNN_BRIAN_CACHE=/scratch/cache"]\n'
    )
    with jobs(file) as cluster:
        script = cluster.job_script()
        assert len(cluster.workers) == 0
    for line in (
        "#SBATCH -p short",
        "#SBATCH -A mine",
        "#SBATCH --cpus-per-task=4",
        "#SBATCH --mem=8G",
        "#SBATCH -t 02:00:00",
        "export SNN_BRIAN_CACHE=/scratch/cache",
    ):
        assert line in script.splitlines()
    assert "--nthreads 1 " in script and "--nworkers 4 " in script


@pytest.mark.parametrize(
    "text, said",
    [
        ("cores = 2", "at least cores and memory"),
        ('cores = 2\nmemory = "1GB"\nqueu = "short"', "queu"),
        ("cores =", "is not TOML"),
    ],
)
def test_bad_settings_of_slurm(settings, text, said):
    with pytest.raises(UserError, match=f"^--slurm: .*{said}") as caught:
        jobs(settings(text))
    assert "\n" not in str(caught.value)


def test_no_slurm(settings, monkeypatch):
    monkeypatch.setenv("PATH", "/nowhere")
    with pytest.raises(UserError, match="^--slurm: there is no sbatch here"):
        with farm.farm(slurm=settings('cores = 1\nmemory = "1GB"\n')):
            pass
    monkeypatch.setitem(__import__("sys").modules, "dask_jobqueue", None)
    with pytest.raises(UserError, match="^--slurm: dask-jobqueue is not installed"):
        jobs("slurm.toml")
