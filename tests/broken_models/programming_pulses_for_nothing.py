"""Requests that go on by themselves, as momentum does."""
from dataclasses import replace
from snn_brian.models.programming.accumulator import accumulator

broken = replace(accumulator, name="broken", accumulates=False, prepare="chi = 0.9*chi + dw", number="SR(chi)", finish="", parameters=dict())
