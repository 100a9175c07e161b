"""Draws with the reference what docs/gallery.md shows of a metamer, to be looked at beside it.

python peer/gallery.py metamer.pt folder, after node scripts/gallery.mjs --metamer metamer.pt
"""

import sys
from pathlib import Path

import matplotlib

matplotlib.use("Agg")
import matplotlib.pyplot as plt
import plenoptic as po
import torch

saved, folder = sys.argv[1], Path(sys.argv[2])
folder.mkdir(parents=True, exist_ok=True)
image = torch.load(saved, weights_only=False)["_image"]
model = po.models.OnOff((31, 31), pretrained=True).eval().to(image.dtype)
po.remove_grad(model)
metamer = po.Metamer(image, model)
metamer.load(saved, raise_on_checks=False)


def save(name):
    plt.savefig(folder / f"{name}.png")
    plt.close("all")


po.plot.synthesis_loss(metamer, iteration=20, plot_penalties=True)
save("synthesis-loss")
po.plot.synthesis_histogram(metamer)
save("synthesis-histogram")
po.plot.synthesis_imshow(metamer, iteration=21)
save("synthesis-imshow")
po.plot.synthesis_status(metamer)
save("synthesis-status")
texture = po.models.PortillaSimoncelli((128, 128)).to(image.dtype)
texture.plot_representation(texture(image))
save("portilla-simoncelli")
