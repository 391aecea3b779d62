"""Memory of the machine."""

import psutil


def available_memory() -> int:
    """Bytes that can be had now without swapping."""
    return psutil.virtual_memory().available


def size(number: float) -> str:
    """Bytes as text."""
    return f"{number / 1e9:.1f} GB" if number > 1e9 else f"{max(number, 0) / 1e6:.0f} MB"
