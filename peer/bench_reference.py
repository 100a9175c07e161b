"""The reference's side of the benchmark: reads one JSON request a line, answers one JSON line.

Requests: {"do": "iterations", "model", "options", "dtype", "threads", "image": file of float32, "size", "chunk", "chunks",
           and if wanted "device" (default "cpu") and "tf32": whether convolutions on CUDA may round to 10 bits}
       or {"do": "files", "path", "frames", "size", "image"} or {"do": "memory"} or those of bench_textures.py
Answers:  {"ms": [milliseconds per iteration, one number per chunk]}, {"saveMs", "loadMs", "flushedSaveMs", "objectSaveMs", "objectLoadMs"} or {"peakBytes": n}
"""

import json
import os
import resource
import sys
import time
import warnings

import numpy as np
import torch

import plenoptic
from bench_textures import answer_texture

warnings.simplefilter("ignore")
cache = {}


def build(request):
    device = request.get("device", "cpu")
    key = (request["model"], request["dtype"], request["size"], device)
    if key not in cache:
        dtype = getattr(torch, request["dtype"])
        pixels = np.fromfile(request["image"], dtype=np.float32)
        image = torch.from_numpy(pixels.reshape(1, 1, request["size"], request["size"])).to(device, dtype)
        model = getattr(plenoptic.models, request["model"])(**request["options"]).to(device, dtype)
        plenoptic.remove_grad(model) if hasattr(plenoptic, "remove_grad") else None
        model.eval()
        plenoptic.set_seed(0)
        metamer = plenoptic.Metamer(image, model)
        metamer.synthesize(max_iter=2, stop_iters_to_check=10**6)
        cache[key] = metamer
    return cache[key]


def iterations(request):
    torch.set_num_threads(request["threads"])
    torch.backends.cudnn.allow_tf32 = request.get("tf32", False)
    metamer = build(request)
    times = []
    for _ in range(request["chunks"]):
        start = time.perf_counter()
        metamer.synthesize(max_iter=request["chunk"], stop_iters_to_check=10**6)
        if request.get("device") == "cuda":
            torch.cuda.synchronize()
        times.append((time.perf_counter() - start) * 1000 / request["chunk"])
    return {"ms": times}


def files(request):
    """torch.save and torch.load of the stored images alone, and Metamer.save and load of the object with them."""
    torch.set_num_threads(2)
    shape = {"model": "Gaussian", "dtype": "float32", "options": {"kernel_size": 30}}
    first = build({**request, **shape})
    if "stored" not in cache:
        metamer = plenoptic.Metamer(first.image, first.model)
        metamer.synthesize(max_iter=request["frames"], store_progress=1, stop_iters_to_check=10**6)
        cache["stored"] = metamer
    metamer = cache["stored"]
    frames = [frame.detach() for frame in metamer._saved_metamer]
    times = [time.perf_counter()]
    torch.save(frames, request["path"])
    times.append(time.perf_counter())
    torch.load(request["path"])
    times.append(time.perf_counter())
    with open(request["path"], "wb") as file:
        torch.save(frames, file)
        file.flush()
        os.fsync(file.fileno())
    times.append(time.perf_counter())
    metamer.save(request["path"])
    times.append(time.perf_counter())
    fresh = plenoptic.Metamer(first.image, first.model)
    begin = time.perf_counter()
    fresh.load(request["path"])
    end = time.perf_counter()
    ms = [1000 * (b - a) for a, b in zip(times, times[1:])]
    return {"saveMs": ms[0], "loadMs": ms[1], "flushedSaveMs": ms[2], "objectSaveMs": ms[3], "objectLoadMs": 1000 * (end - begin)}


for line in sys.stdin:
    request = json.loads(line)
    if request["do"] == "iterations":
        answer = iterations(request)
    elif request["do"] == "files":
        answer = files(request)
    elif request["do"] == "texture":
        answer = answer_texture(request)
    else:
        answer = {"peakBytes": resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * 1024}
    print(json.dumps(answer), flush=True)
