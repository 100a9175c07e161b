"""The reference's side of the benchmark: reads one JSON request a line, answers one JSON line.

Requests: {"do": "iterations", "model", "options", "dtype", "threads", "image": file of float32, "size", "chunk", "chunks"}
       or {"do": "memory"}
Answers:  {"ms": [milliseconds per iteration, one number per chunk]} or {"peakBytes": n}
"""

import json
import resource
import sys
import time
import warnings

import numpy as np
import torch

import plenoptic

warnings.simplefilter("ignore")
cache = {}


def build(request):
    key = (request["model"], request["dtype"])
    if key not in cache:
        dtype = getattr(torch, request["dtype"])
        pixels = np.fromfile(request["image"], dtype=np.float32)
        image = torch.from_numpy(pixels.reshape(1, 1, request["size"], request["size"])).to(dtype)
        model = getattr(plenoptic.models, request["model"])(**request["options"]).to(dtype)
        plenoptic.remove_grad(model) if hasattr(plenoptic, "remove_grad") else None
        model.eval()
        plenoptic.set_seed(0)
        metamer = plenoptic.Metamer(image, model)
        metamer.synthesize(max_iter=2, stop_iters_to_check=10**6)
        cache[key] = metamer
    return cache[key]


def iterations(request):
    torch.set_num_threads(request["threads"])
    metamer = build(request)
    times = []
    for _ in range(request["chunks"]):
        start = time.perf_counter()
        metamer.synthesize(max_iter=request["chunk"], stop_iters_to_check=10**6)
        times.append((time.perf_counter() - start) * 1000 / request["chunk"])
    return {"ms": times}


for line in sys.stdin:
    request = json.loads(line)
    if request["do"] == "iterations":
        answer = iterations(request)
    else:
        answer = {"peakBytes": resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * 1024}
    print(json.dumps(answer), flush=True)
