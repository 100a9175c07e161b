"""Coarse-to-fine synthesis by the reference: python metamer_ctf.py REQUESTS.json

Each request is {image, shape, dtype, model, model_kwargs, loss_function, coarse_to_fine, seed or initial, file, optimizer,
optimizer_kwargs, scheduler, scheduler_kwargs, runs, save}: `file` is loaded where there is one, else synthesis starts from `initial`
or from what is drawn from `seed`; `runs` are keyword arguments of successive calls of synthesize; with `save` the object is saved there
at the end. Prints one line of JSON: for each request what the object has recorded, or {error} with what was raised.
"""

import contextlib
import io
import json
import sys
import warnings

import plenoptic
import torch

torch.set_num_threads(1)


class HaarStack(torch.nn.Module):
    """Of each row: mean, means of fours, squared differences of pairs of pairs and of pairs, and of all the energy."""

    scales = ["mean", "lowpass", 1, 0, "energy"]

    def forward(self, x, scales=None):
        low1 = x.reshape(*x.shape[:-1], -1, 2).mean(-1)
        low2 = low1.reshape(*low1.shape[:-1], -1, 2).mean(-1)
        parts = {
            "mean": lambda: x.mean((2, 3)).unsqueeze(-1),
            "lowpass": lambda: low2.flatten(2),
            1: lambda: (low1[..., ::2] - low2).square().flatten(2),
            0: lambda: (x[..., ::2] - low1).square().flatten(2),
            "energy": lambda: x.square().mean((2, 3)).unsqueeze(-1),
        }
        wanted = self.scales if scales is None else [s for s in self.scales if s in scales]
        return torch.cat([parts[s]() for s in wanted], -1)


class StepLR(torch.optim.lr_scheduler.StepLR):
    """The reference makes schedulers without options before it loads their state, which StepLR as it is does not allow."""

    def __init__(self, optimizer, step_size=1, gamma=0.1):
        super().__init__(optimizer, step_size, gamma)


StepLR.__module__ = "torch.optim.lr_scheduler"


def find(name):
    if name is None:
        return None
    if name == "StepLR":
        return StepLR
    return getattr(torch.optim, name, None) or getattr(torch.optim.lr_scheduler, name)


def prepare(request):
    dtype = getattr(torch, request["dtype"])
    make = {"HaarStack": HaarStack}.get(request["model"]) or getattr(plenoptic.models, request["model"])
    model = make(**request.get("model_kwargs", {})).eval().to(dtype)
    plenoptic.remove_grad(model)
    if "image" in request:
        image = torch.tensor(request["image"], dtype=dtype).reshape(request["shape"])
    else:
        image = torch.load(request["file"], weights_only=True)["_image"]
    if "seed" in request:
        plenoptic.set_seed(request["seed"])
    loss = getattr(plenoptic.loss, request.get("loss_function", "mse"))
    metamer = plenoptic.MetamerCTF(image, model, loss, coarse_to_fine=request["coarse_to_fine"])
    classes = {"optimizer": find(request.get("optimizer")), "scheduler": find(request.get("scheduler"))}
    if "file" in request:
        metamer.load(request["file"])
        metamer.setup(**classes)
        return metamer
    initial = request.get("initial")
    metamer.setup(
        None if initial is None else torch.tensor(initial, dtype=dtype).reshape(request["shape"]),
        optimizer_kwargs=request.get("optimizer_kwargs"),
        scheduler_kwargs=request.get("scheduler_kwargs"),
        **classes,
    )
    return metamer


def run(request):
    try:
        metamer = prepare(request)
        initial = metamer.metamer.flatten().tolist()
        for options in request["runs"]:
            metamer.synthesize(**options)
    except (AttributeError, TypeError, ValueError) as error:
        return {"error": str(error)}
    if request.get("save"):
        metamer.save(request["save"])
    return {
        "losses": metamer.losses.tolist(),
        "penalties": metamer.penalties.tolist(),
        "gradient_norm": metamer.gradient_norm.tolist(),
        "pixel_change_norm": metamer.pixel_change_norm.tolist(),
        "scales": metamer.scales,
        "scales_loss": metamer.scales_loss,
        "scales_timing": list(metamer.scales_timing.items()),
        "scales_finished": metamer.scales_finished,
        "lr": metamer.optimizer.param_groups[0]["lr"],
        "initial": initial,
        "metamer": metamer.metamer.flatten().tolist(),
        "frames": len(metamer.saved_metamer),
    }


with open(sys.argv[1]) as file:
    requests = json.load(file)
with warnings.catch_warnings(), contextlib.redirect_stderr(io.StringIO()):
    warnings.simplefilter("ignore")
    answers = [run(request) for request in requests]
print(json.dumps(answers))
