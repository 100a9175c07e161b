"""Runs the reference's steerable pyramid in float64: python steerable_pyramid.py REQUESTS.json

Each request is {kind, shape, kwargs, …}. Prints one line of JSON with an answer for each:
- kind "masks": the masks by name, zero frequency in the middle, as the reference keeps them (rounded to float32) or, with
  `exact`, before they are rounded;
- kind "pyramid", with image {values, shape}: the coefficients by scale, [real, imag or null]; `scales` restricts them;
  `recon`, a list of {levels, bands}: the images put together from them; `tensors`, a list of values of split_complex: the
  tensors of all coefficients; `steer` {angles, even_phase}: steered coefficients and weights.
"""

import json
import sys
import warnings

import torch
from plenoptic.process import SteerablePyramidFreq

torch.set_num_threads(1)

zeros_like = torch.zeros_like


def wide_zeros_like(x, dtype=None, **options):
    """The reference puts images together in complex64 whatever their precision; here it keeps that."""
    return zeros_like(x, dtype=torch.complex128 if dtype == torch.complex64 else dtype, **options)


class Unrounded(SteerablePyramidFreq):
    """Keeps the masks in the float64 they are computed in."""

    def to(self, *_, **__):
        return self


def numbers(x):
    x = x.resolve_conj()
    if x.is_complex():
        return [x.real.flatten().tolist(), x.imag.flatten().tolist()]
    return [x.flatten().tolist(), None]


def masks(request):
    pyramid = (Unrounded if request.get("exact") else SteerablePyramidFreq)(request["shape"], **request["kwargs"])
    return {name: {"shape": list(x.shape), "values": x.flatten().tolist()} for name, x in pyramid.named_buffers()}


def run(request):
    if request["kind"] == "masks":
        return masks(request)
    pyramid = SteerablePyramidFreq(request["shape"], **request["kwargs"]).to(torch.float64)
    image = torch.tensor(request["image"]["values"], dtype=torch.float64).reshape(request["image"]["shape"])
    coefficients = pyramid(image, scales=request.get("scales"))
    answer = {"coefficients": {str(scale): numbers(x) for scale, x in coefficients.items()}}
    answer["order"] = list(answer["coefficients"])
    answer["recon"] = [numbers(pyramid.recon_pyr(coefficients, **options))[0] for options in request.get("recon", [])]
    answer["tensors"] = []
    for split in request.get("tensors", []):
        tensor, _ = pyramid.convert_pyr_to_tensor(coefficients, split_complex=split)
        answer["tensors"].append({"shape": list(tensor.shape), "values": numbers(tensor)})
    if "steer" in request:
        steered, weights = pyramid.steer_coeffs(coefficients, **request["steer"])
        answer["steered"] = {str(scale): numbers(x)[0] for scale, x in steered.items()}
        answer["weights"] = {str(scale): numbers(x)[0] for scale, x in weights.items()}
    return answer


def main():
    warnings.simplefilter("ignore")
    torch.zeros_like = wide_zeros_like
    with open(sys.argv[1]) as file:
        requests = json.load(file)
    print(json.dumps([run(request) for request in requests]))


if __name__ == "__main__":
    main()
