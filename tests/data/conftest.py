"""Tests of data have a cache folder of their own and no network."""

from raw_files import data_cache, no_network  # noqa: F401
