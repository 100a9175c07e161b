"""Writes files with torch and reads files of ours: python torch_files.py REQUESTS.json, {"write": folder, "read": [file, …]}.

Prints one line of JSON: {"written": {name: {"dtype", "shape", "values"}}, "read": [{name: {…}}, …]}; complex values are pairs.
"""

import collections
import json
import pathlib
import sys

import torch

torch.manual_seed(0)
base = torch.randn(4, 6)
TENSORS = {
    **{str(d)[6:]: (base * 100).to(d) for d in [torch.float16, torch.bfloat16, torch.float32, torch.float64]},
    **{str(d)[6:]: (base * 10).to(d) for d in [torch.int8, torch.int16, torch.int32, torch.int64]},
    **{str(d)[6:]: (base.abs() * 10).to(d) for d in [torch.uint8, torch.uint16, torch.uint32, torch.uint64]},
    "bool": base > 0,
    "complex64": torch.complex(base, base + 1),
    "complex128": torch.complex(base.double(), base.double() + 1),
    "transposed": base.T,
    "every second": base[:, ::2],
    "a part": base[1:3, 2:5],
    "expanded": base[:1].expand(3, 6),
    "channels last": torch.randn(2, 3, 4, 5).to(memory_format=torch.channels_last),
    "empty": torch.zeros(0, 3),
    "scalar": torch.tensor(2.5, dtype=torch.float64),
    "special": torch.tensor([float("nan"), float("inf"), -float("inf"), -0.0, 1e-45, 65504.0]),
    "half special": torch.tensor([float("nan"), float("inf"), -0.0, 6e-8, 6.1e-5, 65504.0], dtype=torch.float16),
    "parameter": torch.nn.Parameter(base.clone()),
}


def describe(tensor):
    tensor = tensor.detach()
    flat = torch.view_as_real(tensor).flatten() if tensor.is_complex() else tensor.flatten()
    values = [str(v) for v in flat.double().tolist()] if flat.is_floating_point() else [str(int(v)) for v in flat.tolist()]
    return {"dtype": str(tensor.dtype)[6:], "shape": list(tensor.shape), "values": values}


with open(sys.argv[1]) as file:
    request = json.load(file)
folder = pathlib.Path(request["write"])
torch.save(TENSORS, folder / "tensors.pt")
torch.save(TENSORS, folder / "protocol4.pt", pickle_protocol=4)
torch.save(collections.OrderedDict(TENSORS), folder / "ordered.pt")
torch.save({"x": base}, folder / "legacy.pt", _use_new_zipfile_serialization=False)
values = {
    "none": None, "yes": True, "no": False, "int": -5, "large": 2**40, "huge": 2**70, "minus": -(2**70), "float": 0.1, "inf": float("inf"),
    "text": "naïve ☃ 🐈", "list": [1, [2.5, "x"], []], "tuple": (1, (2,), ()), "size": torch.Size([1, 2]), "dtype": torch.float16,
    "device": torch.device("cpu"), "bytes": b"\x00\xff", "counter": collections.Counter([3, 9, 9]), 7: "seven", "dict": {"a": {}},
}
torch.save(values, folder / "values.pt")
read = [{name: describe(t) for name, t in torch.load(path, weights_only=True).items()} for path in request["read"]]
print(json.dumps({"written": {name: describe(t) for name, t in TENSORS.items()}, "read": read}))
