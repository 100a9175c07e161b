"""What PortillaSimoncelli of the reference says: python portilla_simoncelli.py REQUESTS.json

Each request is {shape, values, target, options, scales, reweighting} (the image, and a target of the same shape; options of the model;
scales to keep, or null; factors for groups, or null) or {file, options, atol, save} (a saved Metamer to load with a tolerance, go on
with for one iteration of Adam, and save). Prints one line of JSON, for each request {representation, gradient, loss, groupwise} or
{losses}, in float64, or {error}.
"""

import contextlib
import io
import json
import sys
import warnings

import plenoptic as po
import torch

torch.set_num_threads(1)


def numbers(request):
    image = torch.tensor(request["values"], dtype=torch.float64).reshape(request["shape"])
    model = po.models.PortillaSimoncelli(tuple(request["shape"][-2:]), **request["options"]).to(torch.float64)
    x = image.clone().requires_grad_(True)
    representation = model(x, request.get("scales"))
    (gradient,) = torch.autograd.grad(representation.pow(2).sum() / 2, x)
    answer = {"representation": representation.flatten().tolist(), "gradient": gradient.flatten().tolist()}
    if request.get("target"):
        target = torch.tensor(request["target"], dtype=torch.float64).reshape(request["shape"])
        for name, factory in (
            ("loss", po.loss.portilla_simoncelli_loss_factory),
            ("groupwise", po.loss.groupwise_relative_l2_norm_factory),
        ):
            loss = factory(model, target, dict(request.get("reweighting") or {}))
            answer[name] = loss(model(image), model(target)).item()
    return answer


def go_on(request):
    image = torch.load(request["file"], weights_only=True)["_image"]
    model = po.models.PortillaSimoncelli(image.shape[-2:], **request["options"]).to(image.dtype)
    loss = po.loss.portilla_simoncelli_loss_factory(model, image)
    metamer = po.Metamer(image, model, loss_function=loss)
    metamer.load(request["file"], tensor_equality_atol=request["atol"])
    metamer.setup()
    with contextlib.redirect_stderr(io.StringIO()):
        metamer.synthesize(1)
    metamer.save(request["save"])
    return {"losses": metamer.losses.tolist()}


def answer(request):
    try:
        return go_on(request) if "file" in request else numbers(request)
    except Exception as error:
        return {"error": f"{type(error).__name__}: {error}"}


with open(sys.argv[1]) as file:
    requests = json.load(file)
with warnings.catch_warnings():
    warnings.simplefilter("ignore")
    print(json.dumps([answer(request) for request in requests]))
