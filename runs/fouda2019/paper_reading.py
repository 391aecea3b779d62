"""The claims about gamma in the paper's reading: each with its figures and the epochs in which it
holds, a verdict by a stated bound, and why."""

from fouda2019 import sooner
from fouda2019.over_epochs import COURSES
from fouda2019.verdicts import Claim

BY_EPOCH = "reproduced if it holds in the last epoch, partly if in any"
WHY = {
    2: "a weight forgets by rounding what it has learned, and learns slowly against it. Bound: 2.2 "
    f"points for (1,1); {BY_EPOCH}",
    3: "a larger step shortens training only as far as its noise allows. Bound: (3,3) within 20 % "
    "of 3 and (5,5) of 5 at all accuracies",
    4: "a larger first step is ahead as long as the network is still learning; in the end what "
    "forgets less is better. Bound: 0.5 points for the best; partly if in any way in any epoch, "
    "reproduced if in all ways in the last",
    5: "eta is constant: what is left is the noise of the gradient. Bound: fewer in epoch 10 than "
    "0.9 of epoch 1, then within 25 % of the mean",
    6: "an event costs gamma_P + gamma_D pulses, and the number of events hardly depends on gamma "
    f"at a small constant eta. Bound: within 15 % for (3,1) and (5,1); {BY_EPOCH}",
    7: f"as 2. Bound: 2 points; {BY_EPOCH}",
}


def claims(found):
    """Claims 2 to 7, in the order of the paper; `found` as in `fouda2019.over_epochs`."""
    courses = {number: course(found) for number, course in COURSES.items()}
    checked = {number: (each.measured, each.verdict) for number, each in courses.items()}
    checked[3] = sooner.measured(found)
    return [Claim(number, *checked[number], WHY[number]) for number in sorted(checked)]
