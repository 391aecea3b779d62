"""Images and events. `load` is `snn_brian.data.images.load_images`, by its name until 0.1."""


def __getattr__(name: str) -> object:
    """Import what reads images only when it is asked for."""
    if name != "load":
        raise AttributeError(f"module 'snn_brian.data' has no attribute '{name}'")
    from snn_brian.data.images import load_images

    return load_images
