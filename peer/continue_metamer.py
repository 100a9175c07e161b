"""Loads files of Metamer into the reference and goes on synthesizing: python continue_metamer.py REQUESTS.json

Each request is {file, model, model_kwargs, optimizer, scheduler, loss_function, iterations, store_progress, save}. Prints one line of
JSON: for each request {losses, penalties, pixel_change_norm, frames, warnings}. With `save` the object is saved there afterwards.
"""

import contextlib
import io
import json
import sys
import warnings

import plenoptic
import torch

torch.set_num_threads(1)


class StepLR(torch.optim.lr_scheduler.StepLR):
    """The reference makes schedulers without options before it loads their state, which StepLR as it is does not allow."""

    def __init__(self, optimizer, step_size=1):
        super().__init__(optimizer, step_size)


StepLR.__module__ = "torch.optim.lr_scheduler"


def find(name):
    if name is None:
        return None
    if name == "StepLR":
        return StepLR
    return getattr(torch.optim, name, None) or getattr(torch.optim.lr_scheduler, name)


def run(request):
    image = torch.load(request["file"], weights_only=True)["_image"]
    model = getattr(plenoptic.models, request["model"])(**request["model_kwargs"]).eval().to(image.dtype)
    plenoptic.remove_grad(model)
    metamer = plenoptic.Metamer(image, model, getattr(plenoptic.loss, request.get("loss_function", "mse")))
    with warnings.catch_warnings(record=True) as caught:
        warnings.simplefilter("always")
        metamer.load(request["file"])
    metamer.setup(optimizer=find(request["optimizer"]), scheduler=find(request.get("scheduler")))
    with contextlib.redirect_stderr(io.StringIO()):
        metamer.synthesize(request["iterations"], store_progress=request["store_progress"])
    if request.get("save"):
        metamer.save(request["save"])
    return {
        "losses": metamer.losses.tolist(),
        "penalties": metamer.penalties.tolist(),
        "pixel_change_norm": metamer.pixel_change_norm.tolist(),
        "frames": len(metamer.saved_metamer) if request["store_progress"] else 0,
        "warnings": [str(w.message) for w in caught],
    }


with open(sys.argv[1]) as file:
    requests = json.load(file)
with warnings.catch_warnings():
    warnings.simplefilter("ignore")
    print(json.dumps([run(request) for request in requests]))
