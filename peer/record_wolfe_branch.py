"""Records the other way that the golden metamer_onoff_lbfgs_wolfe can go, as plenoptic 2.1.1 goes it from a start that is one rounding
unit away: run from the checkout, with ../shared beside it; writes packages/synthesis/test/fixtures/lbfgs-wolfe-branch.json.
"""

import contextlib
import io
import json
import pathlib
import struct

import plenoptic
import torch

data = pathlib.Path("../shared/goldens/metamer_onoff_lbfgs_wolfe.safetensors").read_bytes()
length = struct.unpack("<Q", data[:8])[0]
header = json.loads(data[8 : 8 + length])


def array(name):
    begin, end = header[name]["data_offsets"]
    values = torch.frombuffer(bytearray(data[8 + length + begin : 8 + length + end]), dtype=torch.float64)
    return values.reshape(header[name]["shape"])


image, initial = array("image"), array("initial")
torch.manual_seed(0)
up = torch.rand(initial.shape) < 0.5
start = torch.where(up, torch.nextafter(initial, initial + 1), torch.nextafter(initial, initial - 1))
model = plenoptic.models.OnOff(31, pretrained=True).eval().double()
plenoptic.remove_grad(model)
metamer = plenoptic.Metamer(image, model)
options = {"lr": 1, "max_iter": 5, "history_size": 10, "line_search_fn": "strong_wolfe"}
metamer.setup(start, optimizer=torch.optim.LBFGS, optimizer_kwargs=options)
with contextlib.redirect_stderr(io.StringIO()):
    metamer.synthesize(20)
record = {
    "losses": metamer.losses.tolist(),
    "penalties": metamer.penalties.tolist(),
    "everyHundredthPixel": metamer.metamer.detach().flatten()[::100].tolist(),
}
path = pathlib.Path("packages/synthesis/test/fixtures/lbfgs-wolfe-branch.json")
path.write_text(json.dumps(record) + "\n")
