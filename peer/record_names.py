"""Writes the reference's public names, and the public members of its synthesis classes, to peer/names.json."""

import inspect
import json
import pathlib

import plenoptic as po

MODULES = ["data", "external", "io", "loss", "metric", "models", "plot", "process", "regularize", "validate"]
names = sorted(f"plenoptic.{name}" for name in dir(po) if not name.startswith("_") and name not in MODULES)
for module in MODULES:
    try:
        listed = dir(getattr(po, module))
    except AttributeError:
        continue
    names += sorted(f"plenoptic.{module}.{name}" for name in listed if not name.startswith("_"))
for cls in (po.Metamer, po.MetamerCTF):
    members = [name for name, _ in inspect.getmembers(cls) if not name.startswith("_")]
    inherited = [name for name, _ in inspect.getmembers(po.Metamer) if not name.startswith("_")]
    names += sorted(f"plenoptic.{cls.__name__}.{name}" for name in members if cls is po.Metamer or name not in inherited)
(pathlib.Path(__file__).parent / "names.json").write_text(json.dumps(names, indent=1) + "\n")
