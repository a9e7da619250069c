"""What TensorBoard itself makes of our events.

    pip install --target DIR tensorboard
    PYTHONPATH=DIR python3 packages/retort/reference/tensorboard_events.py write   > packages/retort/reference/tensorboard-events.json
    PYTHONPATH=DIR python3 packages/retort/reference/tensorboard_events.py read FOLDER

`write` serialises a few events with TensorBoard's own protocol buffers and record writer (2.21.0), for the test; `read` prints the
scalars and texts that its reader finds in a run folder, as JSON.
"""

import base64
import io
import json
import sys

from tensorboard.backend.event_processing.event_accumulator import EventAccumulator
from tensorboard.compat.proto.event_pb2 import Event, SessionLog
from tensorboard.compat.proto.summary_pb2 import Summary, SummaryMetadata
from tensorboard.compat.proto.tensor_pb2 import TensorProto
from tensorboard.compat.proto.tensor_shape_pb2 import TensorShapeProto
from tensorboard.summary.writer.record_writer import RecordWriter


def events():
    yield Event(wall_time=1700000000.25, step=0, file_version="brain.Event:2")
    yield Event(wall_time=1700000001.5, step=7, session_log=SessionLog(status=SessionLog.START))
    values = {"train/loss": 2.5, "lr": 0.05, "test/top1": 0.6493}
    scalars = Summary(value=[Summary.Value(tag=tag, simple_value=value) for tag, value in values.items()])
    yield Event(wall_time=1700000002.0, step=300, summary=scalars)
    shape = TensorShapeProto(dim=[TensorShapeProto.Dim(size=1)])
    text = TensorProto(dtype=7, tensor_shape=shape, string_val=["    seed: 0\n    name: größer".encode()])
    metadata = SummaryMetadata(plugin_data=SummaryMetadata.PluginData(plugin_name="text"))
    yield Event(
        wall_time=1700000003.0,
        step=0,
        summary=Summary(value=[Summary.Value(tag="recipe", tensor=text, metadata=metadata)]),
    )


if sys.argv[1] == "write":
    written = []
    for event in events():
        file = io.BytesIO()
        RecordWriter(file).write(event.SerializeToString())
        written.append(base64.b64encode(file.getvalue()).decode())
    print(json.dumps(written, indent=2))
else:
    found = EventAccumulator(sys.argv[2], size_guidance={"scalars": 0, "tensors": 0}).Reload()
    scalars = {tag: [[e.step, e.value] for e in found.Scalars(tag)] for tag in found.Tags()["scalars"]}
    texts = {tag: [e.tensor_proto.string_val[0].decode() for e in found.Tensors(tag)] for tag in found.Tags()["tensors"]}
    print(json.dumps({"scalars": scalars, "texts": texts}, indent=2))
