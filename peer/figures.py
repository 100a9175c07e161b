"""What the reference's figures show of given numbers: ranges, titles, counts, stems. Reads requests (JSON), prints the answers."""

import json
import os
import sys
import warnings

os.environ["TQDM_DISABLE"] = "1"

import matplotlib

matplotlib.use("Agg")
import matplotlib.pyplot as plt
import numpy as np
import plenoptic as po
import torch

warnings.simplefilter("ignore")


def array(request):
    return torch.tensor(request["data"], dtype=torch.float64).reshape(request["shape"])


def imshow(request):
    images = []
    for image in request["images"]:
        value = array(image["real"]) + 1j * array(image["imag"]) if "real" in image else array(image)
        images.append(value)
    figure = po.plot.imshow(images, **request["options"])
    shown = [axes.images[0] for axes in figure.axes if axes.images]
    answer = {
        "ranges": [list(map(float, image.get_clim())) for image in shown],
        "names": [axes.get_title().split("\n")[0].strip() for axes in figure.axes if axes.images],
    }
    plt.close("all")
    return answer


def histogram(request):
    axes = po.plot.histogram(array(request), batch_idx=request["batch"], channel_idx=request["channel"])
    answer = {
        "counts": [patch.get_height() for patch in axes.patches],
        "edges": [patch.get_x() for patch in axes.patches],
    }
    plt.close("all")
    return answer


def texture(request):
    model = po.models.PortillaSimoncelli(request["shape"][-2:], n_scales=2).to(torch.float64)
    representation = model(array(request))
    statistics = model.convert_to_dict(representation)
    _, axes = model.plot_representation(representation)
    answer = {
        "statistics": {
            name: {"data": np.nan_to_num(value.numpy(), nan=1e300).flatten().tolist(), "shape": list(value.shape)}
            for name, value in statistics.items()
        },
        "groups": {ax.get_title(): ax.containers[0].markerline.get_ydata().tolist() for ax in axes},
    }
    plt.close("all")
    return answer


def progress(request):
    torch.manual_seed(0)
    image = torch.rand(1, 1, 8, 8, dtype=torch.float64)
    metamer = po.Metamer(image, po.models.Identity())
    metamer.synthesize(request["iterations"], store_progress=request["every"])
    titles = []
    for iteration in request["at"]:
        figure, axes = plt.subplots()
        po.plot.synthesis_imshow(metamer, iteration=iteration, ax=axes)
        titles.append(axes.get_title().split("\n")[0].strip())
        plt.close("all")
    return titles


handlers = {"imshow": imshow, "histogram": histogram, "texture": texture, "progress": progress}
with open(sys.argv[1]) as file:
    requests = json.load(file)
print(json.dumps([handlers[request["what"]](request) for request in requests]))
