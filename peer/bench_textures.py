"""The reference's side of the texture benchmarks.

Requests: {"do": "texture", "what", "dtype", "threads", "size", "batch", "nScales",
    "target" and "start": files of float32}, and for
    "representation" and "gradient": "repeats"; the answer is {"ms": [for each], "value": its norm, or the loss}
    "adam": "repeats" and "chunk": {"ms": [per iteration, for each chunk]}
    "synthesize": "iterations", and if wanted "picture", a file for the result: {"ms": [in all], "losses", "evaluations"}
What fails is answered {"error": why}.
"""

import time

import numpy as np
import torch

import plenoptic

NEVER = {"stop_iters_to_check": 10**6}
RECIPE = {
    "optimizer": torch.optim.LBFGS,
    "optimizer_kwargs": {
        "lr": 1,
        "max_iter": 10,
        "max_eval": 10,
        "history_size": 100,
        "line_search_fn": "strong_wolfe",
    },
}
current = {"key": None}


def set_up(request):
    """The model, its loss and both pictures. Only those of the last request are kept."""
    key = tuple(request[name] for name in ("dtype", "size", "batch", "target", "start"))
    if current["key"] == key:
        return current
    current.clear()
    size = request["size"]
    dtype = getattr(torch, request["dtype"])

    def read(name):
        pixels = np.fromfile(request[name], dtype=np.float32)
        return torch.from_numpy(pixels.reshape(request["batch"], 1, size, size)).to(dtype)

    image = read("target")
    model = plenoptic.models.PortillaSimoncelli((size, size), n_scales=request["nScales"]).to(dtype)
    plenoptic.remove_grad(model)
    model.eval()
    with torch.no_grad():
        loss = plenoptic.loss.portilla_simoncelli_loss_factory(model, image)
        representation = model(image)
    current.update(key=key, image=image, start=read("start"), model=model, loss=loss, representation=representation)
    return current


def representation(setting):
    with torch.no_grad():
        return torch.linalg.vector_norm(setting["model"](setting["start"])).item()


def gradient(setting):
    x = setting["start"].clone().requires_grad_()
    loss = setting["loss"](setting["model"](x), setting["representation"])
    loss.backward()
    return loss.item()


def measure(step, repeats):
    times = []
    for _ in range(repeats):
        begin = time.perf_counter()
        value = step()
        times.append((time.perf_counter() - begin) * 1000)
    return {"ms": times, "value": value}


def new_metamer(setting, loss_function, **how):
    metamer = plenoptic.Metamer(setting["image"], setting["model"], loss_function=loss_function)
    metamer.setup(setting["start"], **how)
    return metamer


def adam(setting, request):
    """Iterations of Adam, which go on from request to request."""
    if "metamer" not in setting:
        setting["metamer"] = new_metamer(setting, setting["loss"])
        setting["metamer"].synthesize(max_iter=2, **NEVER)
    chunk = request["chunk"]
    times = measure(lambda: setting["metamer"].synthesize(max_iter=chunk, **NEVER), request["repeats"])["ms"]
    return {"ms": [ms / chunk for ms in times]}


def synthesize(setting, request):
    """A whole synthesis by the recipe for textures, from the start."""
    evaluations = 0

    def loss_function(*representations):
        nonlocal evaluations
        evaluations += 1
        return setting["loss"](*representations)

    metamer = new_metamer(setting, loss_function, **RECIPE)
    evaluations = 0
    ms = measure(lambda: metamer.synthesize(max_iter=request["iterations"], **NEVER), 1)["ms"]
    if "picture" in request:
        metamer.metamer.detach().to(torch.float32).numpy().tofile(request["picture"])
    return {"ms": ms, "losses": [float(loss) for loss in metamer.losses], "evaluations": evaluations}


def answer_texture(request):
    try:
        torch.set_num_threads(request["threads"])
        setting = set_up(request)
        if request["what"] == "adam":
            return adam(setting, request)
        if request["what"] == "synthesize":
            return synthesize(setting, request)
        step = {"representation": representation, "gradient": gradient}[request["what"]]
        return measure(lambda: step(setting), request["repeats"])
    except (RuntimeError, MemoryError, ValueError) as error:
        return {"error": str(error).split("\n")[0]}
