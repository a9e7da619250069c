"""Holds ONNX files against onnx's checker and its strict shape inference, for `check-exports.ts`.

    python python.py FOLDER

prints a line for each file that is wrong, and how many there are. Exits with 1 where one is.
"""

import pathlib
import sys

import onnx

files = sorted(pathlib.Path(sys.argv[1]).glob("*.onnx"))
wrong = 0
texts = ("input_ids", "attention_mask", "token_type_ids")
for file in files:
    try:
        model = onnx.load(file)
        onnx.checker.check_model(model, full_check=True)
        inferred = onnx.shape_inference.infer_shapes(model, check_type=True, strict_mode=True, data_prop=True)
        assert model.ir_version == 8, f"IR version {model.ir_version}"
        assert [(each.domain, each.version) for each in model.opset_import] == [("", 17)], model.opset_import
        for value in (*inferred.graph.input, *inferred.graph.output):
            is_texts = value.name in texts
            wanted = onnx.TensorProto.INT64 if is_texts else onnx.TensorProto.FLOAT
            assert value.type.tensor_type.elem_type == wanted, f"{value.name} is of the wrong type"
            first, *others = value.type.tensor_type.shape.dim
            assert first.dim_param == "batch", f"the first dimension of {value.name} is {first}"
            if is_texts:
                assert [each.dim_param for each in others] == ["sequence"], f"{value.name} is of no length"
            else:
                assert all(each.dim_value > 0 for each in others), f"{value.name} has dimensions without a size"
    except Exception as error:
        wrong += 1
        print(f"{file.name}: {str(error).strip().splitlines()[0]}")
print(f"onnx {onnx.__version__}: {len(files) - wrong} of {len(files)} files are as they should be")
sys.exit(1 if wrong or not files else 0)
