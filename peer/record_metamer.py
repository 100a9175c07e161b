"""Records behaviours of the reference's Metamer on a small problem into packages/synthesis/test/fixtures/metamer.json:
where it stops for several stop rules, and what get_progress gives for every iteration and selection.
"""

import json
import pathlib
import warnings

import plenoptic as po
import torch

torch.set_default_dtype(torch.float64)
warnings.simplefilter("ignore")


class Mean(torch.nn.Module):
    def forward(self, x):
        return x.mean(dim=-1)


def make(seed=0, **kwargs):
    po.set_seed(seed)
    image = torch.linspace(0, 1, 64).reshape(1, 1, 8, 8)
    metamer = po.Metamer(image, Mean().eval(), **kwargs)
    return metamer


stops = []
for n in (1, 2, 5, 50):
    for criterion in (1e-3, 1e-4, 1e-5, 0.0):
        metamer = make()
        metamer.synthesize(max_iter=120, stop_criterion=criterion, stop_iters_to_check=n)
        stops.append({"stopItersToCheck": n, "stopCriterion": criterion, "losses": len(metamer.losses), "last": metamer.losses[-1].item()})

progress = []
for every, iterations in ((1, 4), (2, 5), (3, 7), (4, 8)):
    metamer = make()
    metamer.synthesize(max_iter=iterations, store_progress=every)
    for selection in ("floor", "ceiling", "round"):
        for iteration in [None, *range(-iterations - 1, iterations + 1)]:
            with warnings.catch_warnings(record=True) as heard:
                warnings.simplefilter("always")
                p = metamer.get_progress(iteration, selection)
            frame = [i for i, f in enumerate(metamer.saved_metamer) if torch.equal(f, p["saved_metamer"])]
            progress.append({
                "every": every, "iterations": iterations, "selection": selection, "asked": iteration,
                "iteration": p["iteration"], "frame": frame[0], "frames": len(metamer.saved_metamer),
                "storeProgressIteration": p["store_progress_iteration"], "warned": len(heard) > 0,
                "hasNorms": p["gradient_norm"] is not None,
            })

out = pathlib.Path(__file__).parent.parent / "packages/synthesis/test/fixtures"
out.mkdir(parents=True, exist_ok=True)
(out / "metamer.json").write_text(json.dumps({"stops": stops, "progress": progress}) + "\n")
