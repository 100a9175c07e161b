"""Records what torch.optim does on a small problem: run from the checkout, writes packages/optim/test/fixtures/torch.json.

The gradient at step t is cos(t + i) * x_i + sin(t * i): any fixed function of the parameter and the step will do.
"""

import json
import pathlib

import torch

torch.set_default_dtype(torch.float64)
START = [0.5, -1.25, 2.0, 0.0, -0.3]
STEPS = 30

OPTIMIZERS = {
    "Adam": [{}, {"lr": 0.05, "betas": (0.8, 0.95), "eps": 1e-6}, {"lr": 0.1, "amsgrad": True}, {"lr": 0.1, "weight_decay": 0.2, "amsgrad": True}],
    "AdamW": [{}, {"lr": 0.05, "weight_decay": 0.3}, {"lr": 0.05, "amsgrad": True}],
    "SGD": [{}, {"lr": 0.1, "momentum": 0.9}, {"lr": 0.1, "momentum": 0.9, "dampening": 0.3, "weight_decay": 0.1}, {"lr": 0.1, "momentum": 0.7, "nesterov": True}],
}
SCHEDULERS = {
    "StepLR": [{"step_size": 4}, {"step_size": 1, "gamma": 0.7}],
    "MultiStepLR": [{"milestones": [3, 9, 9, 20], "gamma": 0.5}],
    "ExponentialLR": [{"gamma": 0.9}],
    "CosineAnnealingLR": [{"T_max": 10}, {"T_max": 7, "eta_min": 0.01}],
    "ReduceLROnPlateau": [
        {"patience": 2}, {"patience": 1, "factor": 0.5, "cooldown": 2, "min_lr": 0.01},
        {"patience": 0, "threshold": 0.05, "threshold_mode": "abs"}, {"mode": "max", "patience": 3, "factor": 0.3},
    ],
}


def gradient(x, step):
    i = torch.arange(x.numel())
    return torch.cos(step + i) * x + torch.sin(step * i)


def loss(step):
    return [3.0, 2.0, 2.5, 1.0, 1.0, 1.04, 0.99, 1.2, 0.9, 0.95][step % 10] / (1 + step / 50)


def run_optimizer(name, options):
    x = torch.nn.Parameter(torch.tensor(START))
    optimizer = getattr(torch.optim, name)([x], **options)
    path = []
    for step in range(STEPS):
        x.grad = gradient(x.detach(), step)
        optimizer.step()
        path.append(x.detach().tolist())
    return {"name": name, "options": options, "path": path}


def run_scheduler(name, options):
    x = torch.nn.Parameter(torch.tensor(START))
    optimizer = torch.optim.SGD([x], lr=0.5)
    scheduler = getattr(torch.optim.lr_scheduler, name)(optimizer, **options)
    rates = []
    for step in range(STEPS):
        x.grad = torch.zeros_like(x)
        optimizer.step()
        scheduler.step(*([loss(step)] if name == "ReduceLROnPlateau" else []))
        rates.append(optimizer.param_groups[0]["lr"])
    return {"name": name, "options": options, "rates": rates}


record = {
    "torch": torch.__version__.split("+")[0],
    "start": START,
    "optimizers": [run_optimizer(name, options) for name, cases in OPTIMIZERS.items() for options in cases],
    "schedulers": [run_scheduler(name, options) for name, cases in SCHEDULERS.items() for options in cases],
}
folder = pathlib.Path(__file__).parent.parent / "packages/optim/test/fixtures"
folder.mkdir(parents=True, exist_ok=True)
(folder / "torch.json").write_text(json.dumps(record) + "\n")
