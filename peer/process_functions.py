"""Answers what functions of plenoptic.process give: python process_functions.py REQUESTS.json

REQUESTS.json is a list of {"name", "inputs": [array or mapping], "options": {}}; an array is {"shape", "real"[, "imag"]}, a mapping is
{"mapping": [[key, array], …]}, anything else is passed on as it is. A name with a dot is a method of a class, made from "make".
Prints one line of JSON, a list of {"result"} or {"error"}; with "gradient": true there is also "gradients", of half the sum of squares of all
of the result with respect to the inputs that are arrays.
"""

import json
import sys

import torch

import plenoptic as po


def to_torch(value):
    if not isinstance(value, dict):
        return value
    if "mapping" in value:
        return {key: to_torch(item) for key, item in value["mapping"]}
    real = torch.tensor(value["real"], dtype=torch.float64).reshape(value["shape"])
    if "imag" not in value:
        return real
    return torch.complex(real, torch.tensor(value["imag"], dtype=torch.float64).reshape(value["shape"]))


def describe(value):
    if isinstance(value, dict):
        return {"mapping": [[key, describe(item)] for key, item in value.items()]}
    if isinstance(value, (list, tuple)):
        return [describe(item) for item in value]
    value = value.detach()
    described = {"shape": list(value.shape), "real": (value.real if value.is_complex() else value).flatten().tolist()}
    if value.is_complex():
        described["imag"] = value.imag.flatten().tolist()
    return described


def half_squares(value):
    if isinstance(value, dict):
        value = list(value.values())
    if isinstance(value, (list, tuple)):
        return sum(half_squares(item) for item in value)
    return value.abs().pow(2).sum() / 2


def answer(request):
    inputs = [to_torch(value) for value in request["inputs"]]
    arrays = [value for value in inputs if isinstance(value, torch.Tensor)]
    options = {name: to_torch(value) for name, value in request.get("options", {}).items()}
    owner, _, method = request["name"].rpartition(".")
    function = getattr(getattr(po.process, owner)(**request["make"]) if owner else po.process, method)
    if request.get("gradient"):
        for array in arrays:
            array.requires_grad_(True)
    result = function(*inputs, **options)
    described = {"result": describe(result)}
    if request.get("gradient"):
        described["gradients"] = [describe(g) for g in torch.autograd.grad(half_squares(result), arrays)]
    return described


answers = []
for request in json.load(open(sys.argv[1])):
    try:
        answers.append(answer(request))
    except Exception as error:
        answers.append({"error": f"{type(error).__name__}: {error}"})
print(json.dumps(answers))
