"""Loads exported folders of texts as people do who have Python's transformers and no Retort, for `npm run check -- folders`.

    python packages/retort/reference/exported_texts.py FOLDER...      (torch 2.15.0, transformers 5.23.0)

Beside each FOLDER lies expected.json: `texts`, `pairs` (their second ones, or null), `tokens` of each, `logits` and `probabilities`, as Retort has them. Prints a
line of JSON for each: how far `logits` (as a share of the largest) and the pipeline's probabilities are off, how many texts have other tokens, and keys that
are missing or unexpected; or, for one that transformers does not load, its error.
"""

import json
import os
import sys

import torch
from transformers import AutoModelForSequenceClassification, AutoTokenizer, pipeline

torch.set_num_threads(1)


def said(folder):
    beside = os.path.dirname(os.path.abspath(folder))
    with open(os.path.join(beside, "expected.json"), encoding="utf-8") as file:
        expected = json.load(file)
    try:
        model, info = AutoModelForSequenceClassification.from_pretrained(folder, output_loading_info=True, local_files_only=True)
    except OSError as error:
        return {"error": str(error)}
    tokenizer = AutoTokenizer.from_pretrained(folder, local_files_only=True)
    texts, pairs = expected["texts"], expected["pairs"]
    tokens = tokenizer(texts, pairs, truncation=True)["input_ids"]
    with torch.no_grad():
        logits = model.eval()(**tokenizer(texts, pairs, truncation=True, padding=True, return_tensors="pt")).logits
    wanted = torch.tensor(expected["logits"])
    classify = pipeline("text-classification", model=folder, tokenizer=folder)
    given = texts if pairs is None else [{"text": text, "text_pair": pair} for text, pair in zip(texts, pairs)]
    answers = [classify(each, top_k=None, truncation=True) for each in given]
    # One that is given as a dictionary is answered in a list of its own.
    answers = [answer[0] if isinstance(answer[0], list) else answer for answer in answers]
    off = 0.0
    for answer, row in zip(answers, expected["probabilities"]):
        for each in answer:
            off = max(off, abs(each["score"] - row[model.config.label2id[each["label"]]]))
    return {
        "logits": ((logits - wanted).abs().max() / wanted.abs().max().clamp(min=1)).item(),
        "probabilities": off,
        "otherTokens": sum(one != other for one, other in zip(tokens, expected["tokens"])),
        "missing": sorted(info["missing_keys"]),
        "unexpected": sorted(info["unexpected_keys"]),
    }


for folder in sys.argv[1:]:
    print(json.dumps({"folder": folder, **said(folder)}))
