"""What onnxruntime's static quantiser makes of our networks, for the tests of packages/retort. Called by make.ts, which says with what.

Into int8.safetensors beside this file go
    images                                    [20, 3, 16, 16]
    NETWORK.weights.KEY                       the state dict
    NETWORK.CASE.scale.VALUE, .zero.VALUE     of each value that it quantises, by the name in the file
    NETWORK.CASE.weights.NAME                 its whole numbers for weights and biases
    NETWORK.CASE.logits                       what the quantised file answers
    SET.BATCH                                 elements, for the calibrators alone; SET.METHOD the range that each finds
CASEs are min-max, percentile, entropy, and reduced (min-max with 7 bits). Calibrators are shown one batch of 8 images after the other, as ours are.
"""

import os
import sys
import tempfile
from collections import OrderedDict

import numpy as np
import onnx
import onnxruntime as ort
from onnx import numpy_helper
from onnxruntime.quantization import CalibrationDataReader, CalibrationMethod, QuantFormat, QuantType, quantize_static
from onnxruntime.quantization import calibrate
from safetensors.numpy import load_file, save_file

here = os.path.dirname(os.path.abspath(__file__))
folder = sys.argv[1]
images = load_file(os.path.join(folder, "images.safetensors"))["images"]
made = {"images": images}

OPERATORS = [
    "Conv", "Gemm", "MatMul", "Add", "Concat", "GlobalAveragePool", "Reshape", "Transpose", "MaxPool", "AveragePool", "Relu", "Clip",
]  # fmt: skip
METHODS = {
    "min-max": CalibrationMethod.MinMax,
    "percentile": CalibrationMethod.Percentile,
    "entropy": CalibrationMethod.Entropy,
    "reduced": CalibrationMethod.MinMax,
}
PERCENTILE = 99.99
BINS = 2048


class Reader(CalibrationDataReader):
    """Batches of 8, one for each time that the calibrator collects."""

    def __init__(self):
        self.batches = [images[start : start + 8] for start in range(0, len(images), 8)]
        self.set_range(0, 0)

    def __len__(self):
        return len(self.batches)

    def set_range(self, start_index, end_index):
        self.left = list(self.batches[start_index:end_index])

    def get_next(self):
        return {"pixel_values": self.left.pop(0)} if self.left else None


# Its default of 128 bins leaves one range to choose from, and `quantize_static` passes no other number on.
plain = calibrate.EntropyCalibrater.__init__
calibrate.EntropyCalibrater.__init__ = lambda self, *args, **more: plain(self, *args, **{**more, "num_bins": BINS})

for name in ("resnet8", "inverted"):
    source = os.path.join(folder, f"{name}.onnx")
    for key, value in load_file(os.path.join(folder, f"{name}.safetensors")).items():
        made[f"{name}.weights.{key}"] = value
    for case, method in METHODS.items():
        target = os.path.join(tempfile.mkdtemp(), "quantised.onnx")
        quantize_static(
            source,
            target,
            Reader(),
            quant_format=QuantFormat.QDQ,
            op_types_to_quantize=OPERATORS,
            per_channel=True,
            reduce_range=case == "reduced",
            activation_type=QuantType.QUInt8,
            weight_type=QuantType.QInt8,
            calibrate_method=method,
            extra_options={
                "CalibStridedMinMax": 1,
                "CalibPercentile": PERCENTILE,
                "OpTypesToExcludeOutputQuantization": ["Gemm", "MatMul"],
            },
        )
        graph = onnx.load(target).graph
        values = {each.name: numpy_helper.to_array(each) for each in graph.initializer}
        produced = {output for node in graph.node for output in node.output} | {"pixel_values"}
        for key, value in values.items():
            if key.endswith("_scale") and key.removesuffix("_scale") in produced:
                of = key.removesuffix("_scale")
                made[f"{name}.{case}.scale.{of}"] = np.atleast_1d(value)
                made[f"{name}.{case}.zero.{of}"] = np.atleast_1d(values[f"{of}_zero_point"])
            if key.endswith("_quantized"):
                made[f"{name}.{case}.weights.{key.removesuffix('_quantized')}"] = value
        (logits,) = ort.InferenceSession(target, providers=["CPUExecutionProvider"]).run(None, {"pixel_values": images})
        made[f"{name}.{case}.logits"] = logits

random = np.random.default_rng(3)
normal = lambda scale, size=900: (random.standard_normal(size) * scale).astype(np.float32)
sets = {
    "normal": [normal(1), normal(1), normal(1)],
    "growing": [normal(1), normal(1.3), normal(1.6)],
    "positive": [np.maximum(normal(1), 0), np.maximum(normal(2), 0), np.maximum(normal(1), 0)],
    "tails": [normal(1) ** 5, normal(1) ** 5, normal(1) ** 5],
    "away": [normal(0.1) + np.float32(3), normal(0.1) + np.float32(5), normal(0.1) + np.float32(2)],
    "zeros first": [np.zeros(300, np.float32), normal(1), normal(1.5)],
}
for name, batches in sets.items():
    for i, batch in enumerate(batches):
        made[f"{name}.{i}"] = batch
    for method in ("percentile", "entropy"):
        collector = calibrate.HistogramCollector(method, method == "percentile", BINS, 128, PERCENTILE, "same")
        for batch in batches:
            collector.collect(OrderedDict({name: batch}))
        low, high = collector.compute_collection_result()[name][:2]
        made[f"{name}.{method}"] = np.array([low, high], np.float32)

save_file(
    {key: np.ascontiguousarray(value) for key, value in made.items()},
    os.path.join(here, "int8.safetensors"),
    metadata={"onnxruntime": ort.__version__, "numpy": np.__version__},
)
