"""Records what the reference reads from its pictures, and its synthetic images, into packages/data/test/fixtures/images.json.

Usage: record_images.py FOLDER_OF_PICTURES
"""

import hashlib
import json
import pathlib
import sys

import numpy as np
import plenoptic as po

folder = pathlib.Path(sys.argv[1])


def digest(tensor):
    values = tensor.numpy().astype(np.float32)
    return {"shape": list(values.shape), "sha256": hashlib.sha256(values.tobytes()).hexdigest(), "mean": float(values.mean(dtype=np.float64)), "first": values.ravel()[:8].tolist()}


files = sorted(p for p in folder.iterdir() if p.suffix in (".pgm", ".png", ".jpg"))
pictures = {f.name: {"gray": digest(po.load_images(f)), "color": digest(po.load_images(f, as_gray=False))} for f in files}
synthetic = [
    {"name": "polarRadius", "size": [4, 5], "options": {}, "values": po.data.polar_radius((4, 5)).flatten().tolist()},
    {"name": "polarRadius", "size": 5, "options": {"exponent": 2, "origin": [2, 1]}, "values": po.data.polar_radius(5, 2, (2, 1)).flatten().tolist()},
    {"name": "polarAngle", "size": [4, 5], "options": {}, "values": po.data.polar_angle((4, 5)).flatten().tolist()},
    {"name": "polarAngle", "size": 6, "options": {"phase": 0.7}, "values": po.data.polar_angle(6, 0.7).flatten().tolist()},
    {"name": "polarAngle", "size": [4, 5], "options": {"direction": "counter-clockwise", "origin": [1, 2]}, "values": po.data.polar_angle((4, 5), 0, (1, 2), "counter-clockwise").flatten().tolist()},
]
disks = [
    {"size": [9, 12], "radii": [], "values": po.data.disk((9, 12)).flatten().tolist()},
    {"size": [8, 8], "radii": [3.5, 1], "values": po.data.disk((8, 8), 3.5, 1).flatten().tolist()},
]
out = pathlib.Path(__file__).parent.parent / "packages/data/test/fixtures"
out.mkdir(parents=True, exist_ok=True)
(out / "images.json").write_text(json.dumps({"pictures": pictures, "synthetic": synthetic, "disks": disks}, indent=1) + "\n")
