"""Adam: steps by running means of each weight's gradient and of its square.

| paper | here | |
| --- | --- | --- |
| g_t | mean_grad | mean gradient of the batch |
| m_t, v_t | m, v | its running mean and that of its square |
| t | batches_post | batches so far, from 1 |
"""

from snn_brian.declarations import Optimizer

adam = Optimizer(
    name="adam",
    reference="Kingma and Ba 2015, Algorithm 1 with its constants; Fouda et al. 2019, II.C",
    variables="m : 1\nv : 1",
    update="""
    mean_grad = grad/batch_size_post
    m = 0.9*m + 0.1*mean_grad
    v = 0.999*v + 0.001*mean_grad*mean_grad
    dw = -eta_post*(m/(1 - 0.9**batches_post))/(sqrt(v/(1 - 0.999**batches_post)) + 1e-8)
    """,
)
