"""Fine-tuning of a network of texts on the Python side: transformers' Trainer as its users run it, and a plain loop of the same model."""

import json
import os
import tempfile
import threading
import time

os.environ["HF_HUB_OFFLINE"] = "1"

import torch
import transformers
from torch.utils.data import SequentialSampler
from transformers import (
    AutoModelForSequenceClassification,
    AutoTokenizer,
    DataCollatorWithPadding,
    Trainer,
    TrainerCallback,
    TrainingArguments,
)

transformers.logging.set_verbosity_error()
transformers.logging.disable_progress_bar()
LR = 2e-5


def network(folder, attention):
    torch.manual_seed(0)
    return AutoModelForSequenceClassification.from_pretrained(folder, num_labels=2, attn_implementation=attention)


def collator(folder, max_length):
    """To `max_length`, or where there is none to the longest of a batch."""
    padding = {"padding": "max_length", "max_length": max_length} if max_length else {"padding": "longest"}
    return DataCollatorWithPadding(AutoTokenizer.from_pretrained(folder), **padding)


def plain(folder, features, batch, max_length, attention):
    """A step on batches that are there already."""
    model = network(folder, attention).train()
    together = collator(folder, max_length)
    batches = [together(features[at : at + batch]) for at in range(0, len(features), batch)]
    optimizer = torch.optim.AdamW(model.parameters(), lr=LR, weight_decay=0.0, fused=True)
    schedule = torch.optim.lr_scheduler.LambdaLR(optimizer, lambda step: 1 - step / 1e6)
    at = 0

    def step():
        nonlocal at
        optimizer.zero_grad(set_to_none=True)
        loss = model(**batches[at % len(batches)]).loss
        loss.backward()
        torch.nn.utils.clip_grad_norm_(model.parameters(), 1.0)
        optimizer.step()
        schedule.step()
        at += 1
        return loss.item()

    return step


class InOrder(Trainer):
    def _get_train_sampler(self, train_dataset=None):
        return SequentialSampler(self.train_dataset)


class Asked(TrainerCallback):
    """Holds training before each step until it is asked for."""

    def __init__(self):
        self.may, self.ready = threading.Semaphore(0), threading.Semaphore(0)

    def on_step_begin(self, *_, **__):
        self.ready.release()
        self.may.acquire()

    def step(self):
        """From one step's beginning to the next one's, so that reading a batch counts."""
        self.may.release()
        self.ready.acquire()


def trainer(folder, features, batch, max_length, attention, threads, shuffled):
    asked = Asked()
    arguments = TrainingArguments(
        output_dir=tempfile.mkdtemp(),
        num_train_epochs=1_000_000,
        per_device_train_batch_size=batch,
        learning_rate=LR,
        lr_scheduler_type="linear",
        max_grad_norm=1.0,
        save_strategy="no",
        logging_strategy="no",
        report_to="none",
        use_cpu=True,
        disable_tqdm=True,
    )

    def train():
        torch.set_num_threads(threads)
        kind = Trainer if shuffled else InOrder
        kind(
            model=network(folder, attention),
            args=arguments,
            train_dataset=features,
            data_collator=collator(folder, max_length),
            callbacks=[asked],
        ).train()

    threading.Thread(target=train, daemon=True).start()
    asked.ready.acquire()
    return asked.step


def fastest(make):
    """A step, by the attention that is faster here."""
    took = {}
    for attention in ("sdpa", "eager"):
        step = make(attention)
        step()
        start = time.perf_counter()
        for _ in range(4):
            step()
        took[attention] = (time.perf_counter() - start, step)
    attention = min(took, key=lambda name: took[name][0])
    return took[attention][1], attention


def steps(file, loop, batch, threads, max_length=None, attention=None, shuffled=False):
    """What does one step of fine-tuning, and how attention is computed in it. `file` has the model folder, and tokens, types and labels of samples."""
    with open(file) as opened:
        given = json.load(opened)
    features = [
        {"input_ids": tokens, "token_type_ids": types, "attention_mask": [1] * len(tokens), "labels": label}
        for tokens, types, label in zip(given["tokens"], given["types"], given["labels"])
    ]
    folder = given["folder"]
    if loop == "plain":
        return fastest(lambda attention: plain(folder, features, batch, max_length, attention))
    return trainer(folder, features, batch, max_length, attention, threads, shuffled), attention
