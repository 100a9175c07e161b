"""What the demo does, written for the reference: read a picture, synthesize a Gaussian metamer, write it.

Usage: demo_reference.py PICTURE OUT.png ITERATIONS. The last line printed is JSON: {"peakBytes": n}
"""

import json
import resource
import sys

import imageio.v3 as iio
import numpy as np

import plenoptic

picture, out, iterations = sys.argv[1], sys.argv[2], int(sys.argv[3])
image = plenoptic.load_images(picture)
model = plenoptic.models.Gaussian(30)
plenoptic.remove_grad(model)
model.eval()
plenoptic.set_seed(0)
metamer = plenoptic.Metamer(image, model)
metamer.synthesize(max_iter=iterations)
pixels = metamer.metamer.detach().clip(0, 1).squeeze().numpy()
iio.imwrite(out, np.round(pixels * 255).astype(np.uint8))
print(json.dumps({"peakBytes": resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * 1024}))
