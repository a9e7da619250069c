"""Writes model folders of texts as transformers writes them, and what it says of their networks, for the tests of packages/retort.

    python packages/retort/reference/models/hugging_face_texts.py      (torch 2.15.0, transformers 5.23.0, safetensors)

writes hugging-face/NAME beside this file: config.json and model.safetensors by `save_pretrained`, and expected.safetensors, in float64, with
`tokens`, `mask` and `types` [4, 11] of a ragged batch, and `logits` of it in evaluation by eager attention, `logits.sdpa` by the fused one,
`hidden.N` (the hidden states that transformers answers), `vector` (what the classifier is called with), `logits.training` after
`manual_seed(3)` by eager attention with all dropouts, and `grad.KEY`, the gradients in evaluation of the cross entropy with the labels 0, 1, 2, 0,
or of the mean squared error with these. Those of a network without a classifier have `hidden.N` alone. texts-initial.safetensors has of networks 48
wide, by `NAME.KEY`, mean, mean magnitude and deviation of every tensor of transformers' own fresh weights [3].
"""

import os
import shutil

import torch
import transformers
from safetensors.torch import load_file, save_file
from transformers import (
    BertConfig,
    BertForMaskedLM,
    BertForSequenceClassification,
    BertModel,
    DistilBertConfig,
    DistilBertForSequenceClassification,
    DistilBertModel,
    RobertaConfig,
    RobertaForSequenceClassification,
    RobertaModel,
)

here = os.path.join(os.path.dirname(os.path.abspath(__file__)), "hugging-face")
names = ["contradiction", "entailment", "neutral"]
classes = {"id2label": dict(enumerate(names)), "label2id": {name: i for i, name in enumerate(names)}}
encoder = {
    "vocab_size": 97,
    "hidden_size": 24,
    "num_hidden_layers": 3,
    "num_attention_heads": 3,
    "intermediate_size": 40,
    "max_position_embeddings": 17,
}
small = {**encoder, "vocab_size": 31, "hidden_size": 10, "num_hidden_layers": 1, "num_attention_heads": 2, "intermediate_size": 14}
distilled = {"vocab_size": 97, "dim": 24, "n_layers": 3, "n_heads": 3, "hidden_dim": 40, "max_position_embeddings": 17}
lengths = [11, 5, 1, 8]

networks = {
    "bert": (BertForSequenceClassification, BertConfig(**encoder, **classes)),
    "bert-regression": (
        BertForSequenceClassification,
        BertConfig(
            **small,
            hidden_act="gelu_new",
            layer_norm_eps=1e-3,
            hidden_dropout_prob=0.3,
            attention_probs_dropout_prob=0,
            classifier_dropout=0.2,
            type_vocab_size=3,
            pad_token_id=None,
            num_labels=1,
            problem_type="regression",
        ),
    ),
    "bert-base": (BertModel, BertConfig(**small, hidden_act="relu")),
    "bert-masked": (BertForMaskedLM, BertConfig(**small)),
    "roberta": (RobertaForSequenceClassification, RobertaConfig(**encoder, **classes, type_vocab_size=1, layer_norm_eps=1e-5)),
    "roberta-base": (RobertaModel, RobertaConfig(**small)),
    "distilbert": (DistilBertForSequenceClassification, DistilBertConfig(**distilled, **classes)),
    "distilbert-base": (DistilBertModel, DistilBertConfig(**{**distilled, "n_layers": 1, "dim": 12})),
}


def draw(model, generator):
    """Weights of all keys, rows for padding too: about as large as trained ones, so that every layer counts."""
    with torch.no_grad():
        for key, tensor in model.state_dict().items():
            drawn = torch.randn(tensor.shape, generator=generator)
            if tensor.dim() > 1:
                drawn *= 1 if "embeddings" in key else tensor.shape[1] ** -0.5
            else:
                drawn *= 0.1
                if key.endswith("orm.weight"):
                    drawn += 1
            tensor.copy_(drawn)


def batch(config, generator):
    """Texts and pairs; the second of a pair has types."""
    size = (len(lengths), max(lengths))
    padding = config.pad_token_id or 0
    tokens = torch.randint(padding + 1, config.vocab_size, size, generator=generator)
    mask = torch.arange(size[1]) < torch.tensor(lengths)[:, None]
    types = getattr(config, "type_vocab_size", 1)
    second = torch.arange(size[1]) >= torch.tensor([6, 99, 99, 3])[:, None]
    return tokens.where(mask, padding), mask, (second & mask).long() * min(types - 1, 1)


def save(tensors, file):
    save_file({key: value.detach().contiguous() for key, value in tensors.items()}, file, {"transformers": transformers.__version__})


for name, (make, config) in networks.items():
    folder = os.path.join(here, name)
    shutil.rmtree(folder, ignore_errors=True)
    generator = torch.Generator().manual_seed(0)
    # Fused attention, unless it is asked for otherwise.
    model = make(config).eval()
    draw(model, generator)
    model.save_pretrained(folder)
    tokens, mask, types = batch(config, generator)
    inputs = {"input_ids": tokens, "attention_mask": mask.long()}
    if "type_vocab_size" in config.to_dict():
        inputs["token_type_ids"] = types
    model = model.double()
    expected = {"tokens": tokens, "mask": mask, "types": types}
    fused = model(**inputs)
    model.set_attn_implementation("eager")
    seen = []
    for at in ("classifier.out_proj", "classifier"):
        if hasattr(fused, "logits") and at in dict(model.named_modules()):
            dict(model.named_modules())[at].register_forward_pre_hook(lambda _, given: seen.append(given[0]))
            break
    answer = model(**inputs, output_hidden_states=True)
    expected |= {f"hidden.{i}": state for i, state in enumerate(answer.hidden_states)}
    if make.__name__.endswith("SequenceClassification"):
        expected |= {"logits": answer.logits, "logits.sdpa": fused.logits, "vector": seen[0]}
        labels = torch.tensor([0, 1, 2, 0])
        regression = config.problem_type == "regression"
        loss = ((answer.logits[:, 0] - labels) ** 2).mean() if regression else torch.nn.functional.cross_entropy(answer.logits, labels)
        loss.backward()
        written = set(load_file(os.path.join(folder, "model.safetensors")))
        gradients = {key: torch.zeros_like(value) if value.grad is None else value.grad for key, value in model.named_parameters()}
        assert set(gradients) == written, set(gradients) ^ written
        expected |= {f"grad.{key}": value for key, value in gradients.items()}
        torch.manual_seed(3)
        expected["logits.training"] = model.train()(**inputs).logits
    save(expected, os.path.join(folder, "expected.safetensors"))
    print(name, sum(parameter.numel() for parameter in model.parameters()), float(answer.hidden_states[-1].detach().abs().max()))

initial = {}
for name, make, config in (
    ("bert", BertForSequenceClassification, BertConfig(**{**encoder, "hidden_size": 48, "initializer_range": 0.05})),
    ("roberta", RobertaForSequenceClassification, RobertaConfig(**{**encoder, "hidden_size": 48})),
    ("distilbert", DistilBertForSequenceClassification, DistilBertConfig(**{**distilled, "dim": 48})),
):
    torch.manual_seed(0)
    for key, value in make(config).state_dict().items():
        initial[f"{name}.{key}"] = torch.stack([value.mean(), value.abs().mean(), value.std(correction=0)])
save(initial, os.path.join(here, "texts-initial.safetensors"))
