"""Only what is declared elsewhere."""
from snn_brian.models.encoders.rate import rate

print_me = rate.name
