from dataclasses import replace

from snn_brian.models.programming.ternary import ternary

declared = replace(ternary, number="SR(dw) + 1/0")
