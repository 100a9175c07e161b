"""Records what torch.optim does on a small problem: run from the checkout, writes packages/optim/test/fixtures/torch.json.

The gradient at step t is cos(t + i) * x_i + sin(t * i), worked out in float64 and rounded to the parameter's precision:
any fixed function of the parameter and the step will do.
"""

import json
import pathlib

import torch

START = [0.5, -1.25, 2.0, 0.0, -0.3]
STEPS = 30

OPTIMIZERS = {
    "Adam": [
        {}, {"lr": 0.05, "betas": (0.8, 0.95), "eps": 1e-6}, {"lr": 0.1, "amsgrad": True}, {"lr": 0.1, "weight_decay": 0.2},
        {"lr": 0.1, "weight_decay": 0.2, "amsgrad": True}, {"lr": 0.02, "betas": (0.0, 0.0)}, {"lr": 0.0},
    ],
    "AdamW": [{}, {"lr": 0.05, "weight_decay": 0.3}, {"lr": 0.05, "amsgrad": True}, {"lr": 0.05, "weight_decay": 0.0}],
    "SGD": [
        {}, {"lr": 0.1, "weight_decay": 0.1}, {"lr": 0.1, "momentum": 0.9}, {"lr": 0.1, "momentum": 0.9, "dampening": 0.3, "weight_decay": 0.1},
        {"lr": 0.1, "momentum": 0.7, "nesterov": True}, {"lr": 0.1, "momentum": 0.7, "nesterov": True, "weight_decay": 0.1},
    ],
}
SCHEDULERS = {
    "StepLR": [{"step_size": 4}, {"step_size": 1, "gamma": 0.7}],
    "MultiStepLR": [{"milestones": [3, 9, 9, 20], "gamma": 0.5}, {"milestones": [7, 0, 3, 7, 7]}],
    "ExponentialLR": [{"gamma": 0.9}, {"gamma": 1.1}],
    "CosineAnnealingLR": [{"T_max": 10}, {"T_max": 7, "eta_min": 0.01}, {"T_max": 1}, {"T_max": 7.5}, {"T_max": 300, "eta_min": 0.001}],
    "ReduceLROnPlateau": [
        {"patience": 2}, {"patience": 1, "factor": 0.5, "cooldown": 2, "min_lr": 0.01},
        {"patience": 0, "threshold": 0.05, "threshold_mode": "abs"}, {"mode": "max", "patience": 3, "factor": 0.3},
        {"mode": "max", "patience": 1, "factor": 0.5, "threshold": 0.1, "threshold_mode": "abs", "eps": 0.01},
        {"patience": 0, "factor": 0.9, "eps": 0.02, "threshold": 0.2},
    ],
}


def gradient(x, step):
    i = torch.arange(x.numel())
    wide = x.double()
    return (torch.cos((step + i).double()) * wide + torch.sin((step * i).double())).to(x.dtype)


def loss(step):
    return [3.0, 2.0, 2.5, 1.0, 1.0, 1.04, 0.99, 1.2, 0.9, 0.95][step % 10] / (1 + step / 50)


def walk(name, options, dtype):
    x = torch.nn.Parameter(torch.tensor(START, dtype=dtype))
    optimizer = getattr(torch.optim, name)([x], **options)
    path = []
    for step in range(STEPS):
        x.grad = gradient(x.detach(), step)
        optimizer.step()
        path.append(x.detach().tolist())
    kept = optimizer.state_dict()["state"].get(0, {})
    state = {key: value.tolist() for key, value in kept.items() if value is not None}
    return {"path": path, "state": state}


def run_optimizer(name, options):
    narrow = walk(name, options, torch.float32)
    return {
        "name": name, "options": options, **walk(name, options, torch.float64),
        "float32": {"end": narrow["path"][-1], "state": narrow["state"]},
    }


def make(name, optimizer, options):
    return getattr(torch.optim.lr_scheduler, name)(optimizer, **options)


def advance(optimizer, schedulers, steps):
    rates = []
    for step in steps:
        optimizer.step()
        for scheduler in schedulers:
            scheduler.step(*([loss(step)] if isinstance(scheduler, torch.optim.lr_scheduler.ReduceLROnPlateau) else []))
        rates.append(optimizer.param_groups[0]["lr"])
    return rates


def sgd():
    x = torch.nn.Parameter(torch.zeros(1))
    x.grad = torch.zeros(1)
    return torch.optim.SGD([x], lr=0.5)


def run_scheduler(name, options):
    optimizer = sgd()
    scheduler = make(name, optimizer, options)
    at_start = optimizer.param_groups[0]["lr"]
    # Long enough to pass the trough of each cosine, and in the longest to hear of it in the last digits.
    rates = advance(optimizer, [scheduler], range(1250 if options.get("T_max", 0) > 100 else 45))
    return {"name": name, "options": options, "atStart": at_start, "steps": len(rates), "rates": rates[:45] + rates[45::50]}


def run_resumed(name, options):
    """A second scheduler on the same optimizer goes on from step 5 of the first, by last_epoch."""
    optimizer = sgd()
    advance(optimizer, [make(name, optimizer, options)], range(6))
    second = make(name, optimizer, {**options, "last_epoch": 5})
    at_start = optimizer.param_groups[0]["lr"]
    return {"name": name, "options": options, "atStart": at_start, "rates": advance(optimizer, [second], range(10))}


def run_chained():
    """Two schedulers of one optimizer: each starts from the rate that the other left."""
    optimizer = sgd()
    pair = [make("ExponentialLR", optimizer, {"gamma": 0.9}), make("CosineAnnealingLR", optimizer, {"T_max": 6, "eta_min": 0.02})]
    return advance(optimizer, pair, range(20))


record = {
    "torch": torch.__version__.split("+")[0],
    "start": START,
    "optimizers": [run_optimizer(name, options) for name, cases in OPTIMIZERS.items() for options in cases],
    "schedulers": [run_scheduler(name, options) for name, cases in SCHEDULERS.items() for options in cases],
    "resumed": [run_resumed(name, cases[0]) for name, cases in SCHEDULERS.items() if name != "ReduceLROnPlateau"],
    "chained": run_chained(),
}
folder = pathlib.Path(__file__).parent.parent / "packages/optim/test/fixtures"
folder.mkdir(parents=True, exist_ok=True)
(folder / "torch.json").write_text(json.dumps(record) + "\n")
