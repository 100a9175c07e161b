"""Answers what functions of plenoptic.process give: python process_functions.py REQUESTS.json

REQUESTS.json is a list of {"name", "inputs": [array, mapping or list], "options": {}}; an array is {"shape", "real"[, "imag"]}, a
mapping {"mapping": [[key, array], …]}, a list {"list": [array, …]}, anything else is passed on as it is. A name with a dot is a method of
a class, made from "make"; "named_filter" is pyrtools'. "dtype" (default "float64") is that of arrays, "seed" is set before.
Prints one line of JSON, a list of {"result"} or {"error"}; with "gradient": true there is also "gradients", of weighted_squares of the
result with respect to the arrays.
"""

import json
import sys

import numpy as np
import pyrtools
import torch

import plenoptic as po


def to_torch(value, dtype):
    if not isinstance(value, dict):
        return value
    if "mapping" in value:
        return {key: to_torch(item, dtype) for key, item in value["mapping"]}
    if "list" in value:
        return [to_torch(item, dtype) for item in value["list"]]
    real = torch.tensor(value["real"], dtype=dtype).reshape(value["shape"])
    if "imag" not in value:
        return real
    return torch.complex(real, torch.tensor(value["imag"], dtype=dtype).reshape(value["shape"]))


def describe(value):
    if isinstance(value, dict):
        return {"mapping": [[key, describe(item)] for key, item in value.items()]}
    if isinstance(value, (list, tuple)):
        return [describe(item) for item in value]
    if isinstance(value, np.ndarray):
        value = torch.as_tensor(value)
    value = value.detach()
    described = {"shape": list(value.shape), "real": (value.real if value.is_complex() else value).flatten().tolist()}
    if value.is_complex():
        described["imag"] = value.imag.flatten().tolist()
    return described


def weighted_squares(value):
    """Sum of w (re² + 2 im²) / 2, the weights w being 1, 1.25, 1.5, 1 … along the values of each array."""
    if isinstance(value, dict):
        value = list(value.values())
    if isinstance(value, (list, tuple)):
        return sum(weighted_squares(item) for item in value)
    squares = value.real**2 + 2 * value.imag**2 if value.is_complex() else value**2
    weights = 1 + (torch.arange(value.numel()) % 3).to(squares.dtype) / 4
    return (squares.flatten() * weights).sum() / 2


def tensors_in(value):
    if isinstance(value, torch.Tensor):
        return [value]
    items = value.values() if isinstance(value, dict) else value if isinstance(value, list) else []
    return [t for item in items for t in tensors_in(item)]


def function_of(request):
    owner, _, name = request["name"].rpartition(".")
    if owner:
        return getattr(getattr(po.process, owner)(**request["make"]), name)
    return getattr(pyrtools if name == "named_filter" else po.process, name)


def answer(request):
    dtype = getattr(torch, request.get("dtype", "float64"))
    inputs = [to_torch(value, dtype) for value in request["inputs"]]
    options = {name: to_torch(value, dtype) for name, value in request.get("options", {}).items()}
    arrays = [t for value in inputs for t in tensors_in(value)]
    if request.get("gradient"):
        for array in arrays:
            array.requires_grad_(True)
    if "seed" in request:
        po.set_seed(request["seed"])
    result = function_of(request)(*inputs, **options)
    described = {"result": describe(result)}
    if request.get("gradient"):
        gradients = torch.autograd.grad(weighted_squares(result), arrays, allow_unused=True, materialize_grads=True)
        described["gradients"] = [describe(g) for g in gradients]
    return described


answers = []
for request in json.load(open(sys.argv[1])):
    try:
        answers.append(answer(request))
    except Exception as error:
        answers.append({"error": f"{type(error).__name__}: {error}"})
print(json.dumps(answers))
