"""Records what torch.optim.LBFGS does: run from the checkout, writes packages/optim/test/fixtures/lbfgs.json.

A line search may hang on the last bit of a number: then rounding decides which way it goes, in torch as anywhere. So each
run is repeated from starts moved by one rounding unit, and only as many steps are kept as all of them agree on.

The objective is the chained Rosenbrock function, sum 100 (x[i+1] - x[i]^2)^2 + (1 - x[i])^2, or a badly scaled quadratic.
"""

import json
import pathlib

import torch

STEPS = 12
STARTS = {"rosenbrock": [-1.2, 1.0, 0.5, -0.7, 0.3, 1.4], "quadratic": [3.0, -2.0, 1.0, 0.5]}
OPTIONS = [
    {}, {"lr": 0.1, "max_iter": 4}, {"max_iter": 5, "history_size": 2, "line_search_fn": "strong_wolfe"},
    {"lr": 0.5, "max_iter": 8, "max_eval": 4, "line_search_fn": "strong_wolfe"}, {"lr": 0.01, "max_iter": 3, "history_size": 3},
    {"tolerance_grad": 0.5, "line_search_fn": "strong_wolfe"}, {"tolerance_change": 1e-3, "lr": 0.2},
    {"lr": 1e-3, "max_iter": 6, "line_search_fn": "strong_wolfe"}, {"lr": 30, "max_iter": 6, "line_search_fn": "strong_wolfe"},
]


def objective(name, x):
    if name == "rosenbrock":
        return (100 * (x[1:] - x[:-1] ** 2) ** 2 + (1 - x[:-1]) ** 2).sum()
    return (torch.tensor([1.0, 10.0, 100.0, 1000.0], dtype=x.dtype) * x**2).sum()


def run(name, options, start):
    x = start.clone().requires_grad_()
    optimizer = torch.optim.LBFGS([x], **options)

    def closure():
        optimizer.zero_grad()
        loss = objective(name, x)
        loss.backward()
        return loss

    steps = []
    for _ in range(STEPS):
        loss = float(optimizer.step(closure).detach())
        state = optimizer.state[x]
        steps.append({"loss": loss, "x": x.tolist(), "evaluations": state["func_evals"], "iterations": state["n_iter"]})
    return steps


def agree(a, b, bound):
    close = all(abs(u - v) <= bound * max(1, abs(u)) for u, v in zip([a["loss"], *a["x"]], [b["loss"], *b["x"]]))
    return close and a["evaluations"] == b["evaluations"] and a["iterations"] == b["iterations"]


def record(name, options, dtype):
    start = torch.tensor(STARTS[name], dtype=dtype)
    steps = run(name, options, start)
    bound = 1e-10 if dtype == torch.float64 else 1e-4
    stable = len(steps)
    for seed in range(24):
        torch.manual_seed(seed)
        moved = torch.nextafter(start, start + torch.rand(start.shape) * 2 - 1)
        others = run(name, options, moved)
        stable = next((i for i in range(stable) if not agree(steps[i], others[i], bound)), stable)
    return {"objective": name, "options": options, "dtype": str(dtype)[6:], "start": STARTS[name], "steps": steps[:stable]}


cases = [record(n, o, d) for n in STARTS for o in OPTIONS for d in (torch.float64, torch.float32)]
cases = [c for c in cases if len(c["steps"]) >= 2 and all(abs(v) < 1e6 for s in c["steps"] for v in [s["loss"], *s["x"]])]
path = pathlib.Path("packages/optim/test/fixtures/lbfgs.json")
path.write_text(json.dumps({"torch": torch.__version__, "cases": cases}) + "\n")
print(*((c["objective"], c["options"], c["dtype"], len(c["steps"])) for c in cases), sep="\n")
