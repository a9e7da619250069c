"""What onnxruntime says in Python of rapidocr-onnxruntime's classifier, for `check-onnx.ts`.

    python python.py IMAGES      (raw float32 [9, 3, 48, 192])

prints JSON: the file, a value within it that is a feature map, and of both their numbers.
"""

import json
import os
import sys
from importlib.util import find_spec

import numpy as np
import onnx
import onnxruntime as ort

# It is found and not imported: the package needs OpenCV.
[package] = find_spec("rapidocr_onnxruntime").submodule_search_locations
file = os.path.join(package, "models", "ch_ppocr_mobile_v2.0_cls_infer.onnx")
images = np.fromfile(sys.argv[1], np.float32).reshape(9, 3, 48, 192)
model = onnx.load(file)
convolutions = [node.output[0] for node in model.graph.node if node.op_type == "Conv"]
tap = convolutions[len(convolutions) // 2]
model.graph.output.append(onnx.ValueInfoProto(name=tap))
session = ort.InferenceSession(model.SerializeToString(), providers=["CPUExecutionProvider"])
answer, feature = session.run(None, {session.get_inputs()[0].name: images})
print(json.dumps({"file": file, "tap": tap, "answer": answer.ravel().tolist(), "feature": feature.ravel().tolist(), "shape": feature.shape}))
