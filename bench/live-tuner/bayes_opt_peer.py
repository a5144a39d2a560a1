"""bayes_opt with the settings of ConfigBot's published artefact, as a program that is asked and told.

5 random points, then expected improvement (xi = 0.01) times the probability of the constraints, Gaussian
processes with Matern 2.5 and the library's defaults, duplicates allowed. Knobs are numbers in [0, 1]. While no
point is feasible the library has no suggestion (NoValidPointRegisteredError); a random point is asked then.

One JSON object per line. In: {"knobs": [...], "constraints": 1, "seed": 1} first, then
{"tell": {"objective": 0.3, "margins": [0.1]}}; margins of 0 and more are feasible. Out: {"ask": {knob: 0.5, ...}, "note": ""}
"""

import json
import sys
import warnings

import numpy as np
from bayes_opt import BayesianOptimization, acquisition
from bayes_opt.exception import NoValidPointRegisteredError
from scipy.optimize import NonlinearConstraint

INITIAL_POINTS = 5


def main():
    start = json.loads(sys.stdin.readline())
    knobs, count, seed = start["knobs"], start["constraints"], start["seed"]
    lower = 0.0 if count == 1 else np.zeros(count)
    upper = np.inf if count == 1 else np.full(count, np.inf)
    optimizer = BayesianOptimization(
        f=None,
        pbounds={knob: (0.0, 1.0) for knob in knobs},
        constraint=NonlinearConstraint(None, lower, upper),
        acquisition_function=acquisition.ExpectedImprovement(xi=0.01),
        random_state=seed,
        allow_duplicate_points=True,
        verbose=0,
    )
    random = np.random.RandomState(seed)

    def suggest(told):
        if told < INITIAL_POINTS:
            return random.uniform(size=len(knobs)), "random"
        try:
            point = optimizer.suggest()
            return [point[knob] for knob in knobs], "expected improvement"
        except NoValidPointRegisteredError:
            return random.uniform(size=len(knobs)), "random, as nothing is feasible yet"

    told = 0
    while True:
        values, note = suggest(told)
        point = {knob: float(value) for knob, value in zip(knobs, values)}
        print(json.dumps({"ask": point, "note": note}), flush=True)
        line = sys.stdin.readline()
        if not line:
            return
        tell = json.loads(line)["tell"]
        margins = tell["margins"]
        optimizer.register(
            params=point,
            target=tell["objective"],
            constraint_value=margins[0] if count == 1 else np.array(margins),
        )
        told += 1


if __name__ == "__main__":
    warnings.simplefilter("ignore")
    main()
