"""How the cost of a crossbar grows: one layer of n inputs and n neurons, on random images of a
given activity."""

from functools import partial

import numpy as np
from peers import variants
from peers.rounds import on, reply, summary, take_turns

from snn_brian.base.errors import SimulationFailed
from snn_brian.data.images import Images
from snn_brian.train import tables as module

CLASSES, MOST_IMAGES = 10, 20_000
# rough seconds of an image, and bytes of weights per second: for the number of images
OVERHEAD, SPEED = 30e-6, 20e9


def grow(amount, stream, cores, skipped):
    """{"widths": points, "activities": points}, each with its time per image and that of reading
    the active rows."""
    threaded = amount.threaded if len(cores) > 1 else ()
    if len(threaded) < len(amount.threaded):
        skipped["two threads"] = "there is only one core"
    series = {
        "widths": [(width, amount.activity, 1) for width in amount.widths]
        + [(width, amount.activity, 2) for width in threaded],
        "activities": [(amount.width, activity, 1) for activity in amount.activities],
    }
    points = {what: Point(*what, amount) for what in dict.fromkeys(sum(series.values(), []))}
    measures = {
        f"reading {width} x {width}": partial(read_speed, stream, width) for width, _, _ in points
    }
    measures |= {str(point): partial(point.milliseconds, cores) for point in points.values()}
    measured, failed = take_turns(amount.growth_rounds, measures, cores[-1:])
    if failed:  # none is a peer: without one of them, there is no series
        raise SimulationFailed("; ".join(f"{name}: {reason}" for name, reason in failed.items()))
    found = {}
    for what, point in points.items():
        speed = summary(measured[f"reading {point.width} x {point.width}"])["median"]
        found[what] = {
            "width": point.width,
            "activity": point.activity,
            "threads": point.threads,
            "images": point.images,
            "bytes_per_image": point.bytes_per_image,
            "GB_per_s": speed,
            "stream_ms": point.bytes_per_image / 1e6 / speed,
        } | summary(measured[str(point)])
    return {kind: [found[what] for what in whats] for kind, whats in series.items()}


def read_speed(stream, width):
    """GB per second of adding up rows in memory as large as the weights."""
    return reply("stream", [stream, 4 * width**2])["GB_per_s"]


def random_images(inputs, activity, count):
    """`count` training images in which each pixel is bright with probability `activity`, and a test
    image."""
    random = np.random.default_rng([inputs, round(1e6 * activity)])
    images = (random.random((count + 1, inputs), np.float32) < activity) * np.uint8(255)
    labels = random.integers(0, CLASSES, count + 1, dtype=np.int32)
    return Images(
        images[:count],
        labels[:count],
        images[count:],
        labels[count:],
        CLASSES,
        "random",
        (1, inputs),
        "",
    )


def images_for(width, activity, seconds):
    """How many images take about so long."""
    return int(min(MOST_IMAGES, max(20, seconds / (OVERHEAD + 4 * activity * width**2 / SPEED))))


class Point:
    """The on-line ternary network of one width, activity and number of threads."""

    def __init__(self, width, activity, threads, amount):
        self.width, self.activity, self.threads = width, activity, threads
        self.images = images_for(width, activity, amount.growth_seconds)
        images = random_images(width, activity, self.images)
        self.bytes_per_image = 4 * width * np.count_nonzero(images.train_images) / self.images
        # a table of 70 000 would take 280 MB
        whole, module.IMAGES = module.IMAGES, MOST_IMAGES + 1
        try:
            self.training = variants.training("ternary", images, (width,), amount.target, threads)
        finally:
            module.IMAGES = whole

    def __str__(self):
        return f"{self.width} x {self.width}, {self.activity:.0%} active, threads: {self.threads}"

    def milliseconds(self, cores):
        """Per image, on as many cores as threads."""
        with on(cores[-self.threads :]):
            return variants.milliseconds(self.training)
