"""How the cost of a crossbar grows: one layer of n inputs and n neurons, on random images of a given activity."""
import time

import numpy as np
from peers import variants

from snn_brian import training as module
from snn_brian.data import Images

CLASSES = 10
COMPUTING = 30e-6, 20e9  # seconds of an image, and bytes of weights in a second, about: for choosing how many images


def random_images(inputs, activity, count):
    """`count` training images in which each pixel is bright with probability `activity`, and a test image."""
    random = np.random.default_rng([inputs, round(1e6 * activity)])
    images = (random.random((count + 1, inputs), np.float32) < activity).astype(np.uint8) * np.uint8(255)
    labels = random.integers(0, CLASSES, count + 1, dtype=np.int32)
    return Images(images[:count], labels[:count], images[count:], labels[count:], CLASSES, "random", (1, inputs), "")


def images_for(width, activity, seconds, most=20_000):
    """How many images take about so long."""
    per_image = COMPUTING[0] + 4 * activity * width**2 / COMPUTING[1]
    return int(min(most, max(20, seconds / per_image)))


class Point:
    """The on-line ternary network of one width, activity and number of threads."""

    def __init__(self, width, activity, threads, seconds, target="cpp_standalone"):
        images = random_images(width, activity, images_for(width, activity, seconds))
        spikes = np.count_nonzero(images.train_images) / len(images.train_images)
        self.what = {"width": width, "activity": activity, "threads": threads, "images": len(images.train_images),
                     "bytes_per_image": 4 * spikes * width, "weight_bytes": 4 * width**2}
        sizes, module.TABLE_IMAGES = module.TABLE_IMAGES, 20_001  # as many as `images_for` gives at most, and the test
        try:
            self.training = variants.training("ternary", images, (width,), target, threads)
        finally:
            module.TABLE_IMAGES = sizes

    def milliseconds(self):
        """Per image: CPU time of one thread; with more, which share it, time on the clock."""
        marks = []
        seconds = variants.train(self.training, lambda epoch, done: marks.append((time.perf_counter(), done)) if epoch else None)
        return seconds if self.what["threads"] == 1 else clock_milliseconds(marks, self.training.n_train)


def clock_milliseconds(marks, images):
    """Milliseconds per image between the first and the last of (time in s, images done) while images were presented."""
    inside = [(at, done) for at, done in marks if 0 < done < images]
    (start, first), (end, last) = inside[0], inside[-1]
    return 1e3 * (end - start) / (last - first) if last > first else None
