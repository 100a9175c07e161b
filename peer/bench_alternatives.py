"""PyTorch's side of bench:alternatives: python bench_alternatives.py THREADS FOLDER

FOLDER holds the numbers that bench/alternatives.mjs wrote. Answers one JSON line {"ms", "first"} to each JSON line
{"task", "budget"}.
"""

import json
import sys
import time

import numpy as np
import torch
import torch.nn.functional as F

threads, folder = int(sys.argv[1]), sys.argv[2]
torch.set_num_threads(threads)
rate = 0.5


def numbers(name, shape):
    return torch.from_numpy(np.fromfile(f"{folder}/{name}.f32", dtype=np.float32).reshape(shape))


def descent(image, model, target):
    x = image

    def step():
        nonlocal x
        x.requires_grad_(True)
        loss = ((model(x) - target) ** 2).mean()
        (gradient,) = torch.autograd.grad(loss, x)
        x = (x - rate * gradient).detach()
        return loss.item()

    return step


def dense_filter():
    weight = numbers("taps", (1, 1, 30, 30))
    pad = (14, 15, 14, 15)
    image, target = numbers("filter1", (1, 1, 256, 256)), numbers("filter2", (1, 1, 256, 256))
    return descent(image, lambda x: F.conv2d(F.pad(x, pad), weight), target)


def net():
    channels = [3, 32, 64, 64]
    weights = [
        numbers(f"weights{i}", (3, 3, channels[i], channels[i + 1])).permute(3, 2, 0, 1).contiguous() for i in range(3)
    ]

    def model(x):
        for weight in weights:
            x = F.relu(F.conv2d(x, weight, padding=1))
        return x

    image = numbers("net", (1, 128, 128, 3)).permute(0, 3, 1, 2).contiguous()
    return descent(image, model, model(image).detach() * 0.5)


def fft():
    z = torch.complex(numbers("fft1", (256, 256)), numbers("fft2", (256, 256)))
    return lambda: torch.fft.ifft2(torch.fft.fft2(z)).real[0, 1].item()


set_ups = {"denseFilter": dense_filter, "net": net, "fft": fft}
steps = {}
for line in sys.stdin:
    request = json.loads(line)
    task = request["task"]
    if task not in set_ups:
        print(json.dumps({"missing": "not a task here"}), flush=True)
        continue
    if task not in steps:
        steps[task] = set_ups[task]()
    times, values = [], []
    end = time.perf_counter() + request["budget"] / 1000
    while True:
        start = time.perf_counter()
        values.append(steps[task]())
        times.append((time.perf_counter() - start) * 1000)
        if time.perf_counter() >= end:
            break
    print(json.dumps({"ms": times, "first": values[0]}), flush=True)
