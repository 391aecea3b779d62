"""The TiOx device of the paper with its variation from device to device."""

from dataclasses import replace

from snn_brian.models.devices.exponential import TiOx

TiOx_varied = replace(
    TiOx,
    name="TiOx_varied",
    reference="Fouda et al. 2019, Fig. 4b: the TiOx of Fig. 4a with Gaussian parameters",
    device_to_device=dict(
        alpha_P=0.25,
        alpha_D=0.25,
        G_max=0.01,
        G_min=0.05,
    ),
)
