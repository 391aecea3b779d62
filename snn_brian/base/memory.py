"""Memory of the machine."""

from pathlib import Path


def available_memory():
    """Bytes that can be had now without swapping."""
    lines = (line.split() for line in Path("/proc/meminfo").read_text().splitlines())
    return 1024 * int(next(words[1] for words in lines if words[0] == "MemAvailable:"))


def size(number):
    """Bytes as text."""
    return f"{number / 1e9:.1f} GB" if number > 1e9 else f"{max(number, 0) / 1e6:.0f} MB"
