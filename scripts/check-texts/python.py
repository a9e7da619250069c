"""What transformers and onnxruntime say of the pair that minilm.ts fetches.

    python scripts/check-texts/python.py FILE states L6 L3      tokens of sentences by the tokenizer, states of them by each, means by onnxruntime
    python scripts/check-texts/python.py FILE logits FOLDER STATES      logits of these tokens by a classifier that was written
"""

import glob
import os
import sys

import onnxruntime
import torch
import transformers
from safetensors.torch import load_file, save_file

torch.set_num_threads(1)
transformers.logging.set_verbosity_error()
transformers.logging.disable_progress_bar()
file, what, *places = sys.argv[1:]
sentences = [
    "The cat sat on the mat.",
    "A man is playing a guitar in the park, and two children are listening to him with their mouths open.",
    "Yes",
    "Distillation makes small networks of large ones: they are nearly as good, and a good deal faster!",
]
pairs = [None, "Somebody makes music.", "No, thanks", None]


def states():
    tokenizer = transformers.AutoTokenizer.from_pretrained(places[0])
    encoded = [tokenizer(one, other) if other else tokenizer(one) for one, other in zip(sentences, pairs)]
    batch = tokenizer.pad(encoded, return_tensors="pt")
    mask = batch["attention_mask"]
    said = {"tokens": batch["input_ids"], "mask": mask.bool(), "types": batch["token_type_ids"]}
    for name, folder in zip(("l6", "l3"), places):
        model = transformers.AutoModel.from_pretrained(folder, add_pooling_layer=name == "l6").eval()
        with torch.no_grad():
            said[f"{name}.states"] = model(**batch).last_hidden_state
    (exported,) = glob.glob(os.path.join(places[1], "*.onnx"))
    session = onnxruntime.InferenceSession(exported, providers=["CPUExecutionProvider"])
    # Of its four outputs the first two are what it was called with, and the last is the mean over tokens.
    *_, pooled = session.run(None, {"input_ids": batch["input_ids"].numpy(), "attention_mask": mask.numpy()})
    return said | {"l3.pooled": torch.from_numpy(pooled)}


def logits():
    given = load_file(places[1])
    model = transformers.AutoModelForSequenceClassification.from_pretrained(places[0]).eval()
    with torch.no_grad():
        answer = model(input_ids=given["tokens"], attention_mask=given["mask"].long(), token_type_ids=given["types"])
    return {"logits": answer.logits}


save_file({key: value.contiguous() for key, value in {"states": states, "logits": logits}[what]().items()}, file)
