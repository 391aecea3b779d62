"""The error of a layer's own random classifier, which every request follows: the paper's way.

| paper | here | |
| --- | --- | --- |
| err_k | err | of output k of the layer's classifier, by the loss, (5) |
| delta_i | delta | sum_k J_ki err_k, gated by the box, (3) |
| Delta w_ij | request | -eta delta_i S_j, or an optimizer's step of the same gradient, (4) |
"""

from snn_brian.declarations import LearningRule

local_classifier = LearningRule(
    name="local_classifier",
    reference="Fouda et al. 2019, Eq. (3) to (5)",
    on_pre="request_post",
)
