"""Records what torch draws on the CPU, both precisions mixed: run from the checkout, writes packages/tensor/test/fixtures/random.json.

Long draws keep their first and last eight numbers (the last sixteen of a normal draw are made apart) and a sum.
"""

import json
import pathlib

import torch

# Odd counts below 16 leave a second normal number behind, which the next small normal draw uses, whatever its precision.
DRAWS = [
    ("randn", "float64", 1), ("rand", "float32", 1), ("randn", "float64", 2), ("randn", "float32", 15), ("rand", "float64", 2),
    ("randn", "float32", 16), ("randn", "float64", 1), ("rand", "float32", 15), ("randn", "float64", 17), ("rand", "float64", 17),
    ("randn", "float32", 31), ("randn", "float32", 1), ("rand", "float32", 33), ("randn", "float64", 33), ("rand", "float64", 31),
    ("randn", "float32", 1000), ("rand", "float32", 1000), ("randn", "float64", 1000), ("rand", "float64", 1000), ("randn", "float64", 3),
    ("rand", "float32", 16), ("randn", "float32", 0), ("randn", "float32", 2), ("randn", "float64", 15),
]


def record(seed):
    torch.manual_seed(seed)
    draws = []
    for function, dtype, count in DRAWS:
        values = getattr(torch, function)(count, dtype=getattr(torch, dtype)).double().tolist()
        kept = values if count <= 64 else values[:8] + values[-8:]
        total = 0.0
        for value in values:  # in this order; sum() compensates in newer versions of Python
            total += value
        draws.append({"function": function, "dtype": dtype, "count": count, "values": kept, "sum": total})
    # A string, because JSON numbers stop being exact at 2^53.
    return {"seed": str(seed), "draws": draws}


folder = pathlib.Path(__file__).parent.parent / "packages/tensor/test/fixtures"
folder.mkdir(parents=True, exist_ok=True)
seeds = [0, 7, -1, -(2**63), 2**64 - 1, 2**40 + 3]
recorded = {"torch": torch.__version__.split("+")[0], "runs": [record(seed) for seed in seeds]}
(folder / "random.json").write_text(json.dumps(recorded) + "\n")
