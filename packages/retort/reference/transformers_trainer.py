"""What transformers' Trainer makes of a small BERT in 20 steps: AdamW with weight decay, the rate down to 0 along a line, gradients clipped.

    python packages/retort/reference/transformers_trainer.py      (torch 2.15.0, transformers 5.23.0, accelerate 1.15.0, safetensors)

writes transformers_trainer.safetensors beside this file. It begins with models/hugging-face/bert, in float64 and without dropout, and shows its 38
texts twice, in their order, by 4 (the last batch has 2), each padded to the longest of its batch: `tokens`, `types` and `mask` [38, 11], `labels` [38].
After the last step `weight.KEY`; of each step `loss`, `norm` (of the gradients, before they are clipped) and `lr` [20].
"""

import os
import tempfile

import torch
from safetensors.torch import save_file
from torch.utils.data import SequentialSampler
from transformers import BertForSequenceClassification, Trainer, TrainerCallback, TrainingArguments

here = os.path.dirname(os.path.abspath(__file__))
SIZE, LENGTH, EPOCHS = 38, 11, 2
LENGTHS = [2 + (7 * i) % (LENGTH - 1) for i in range(SIZE)]

torch.set_num_threads(1)
generator = torch.Generator().manual_seed(0)
tokens = torch.randint(3, 97, (SIZE, LENGTH), generator=generator)
mask = torch.arange(LENGTH) < torch.tensor(LENGTHS)[:, None]
types = (torch.arange(LENGTH) >= torch.tensor(LENGTHS)[:, None] // 2) & mask
tokens, types = tokens * mask, types.long()
labels = torch.randint(0, 3, (SIZE,), generator=generator)


def features(i):
    length = LENGTHS[i]
    return {"input_ids": tokens[i, :length], "token_type_ids": types[i, :length], "labels": labels[i]}


def padded(samples):
    def together(key):
        return torch.nn.utils.rnn.pad_sequence([sample[key] for sample in samples], batch_first=True)

    lengths = torch.tensor([len(sample["input_ids"]) for sample in samples])
    return {
        "input_ids": together("input_ids"),
        "token_type_ids": together("token_type_ids"),
        "attention_mask": (torch.arange(int(lengths.max())) < lengths[:, None]).long(),
        "labels": torch.stack([sample["labels"] for sample in samples]),
    }


class InOrder(Trainer):
    def _get_train_sampler(self, train_dataset=None):
        return SequentialSampler(self.train_dataset)


class Logged(TrainerCallback):
    def __init__(self):
        self.steps = []

    def on_log(self, args, state, control, logs=None, **kwargs):
        if "grad_norm" in logs:
            self.steps.append(logs)


model = BertForSequenceClassification.from_pretrained(
    os.path.join(here, "models", "hugging-face", "bert"),
    hidden_dropout_prob=0.0,
    attention_probs_dropout_prob=0.0,
    classifier_dropout=0.0,
).double()
logged = Logged()
with tempfile.TemporaryDirectory() as folder:
    arguments = TrainingArguments(
        output_dir=folder,
        num_train_epochs=EPOCHS,
        per_device_train_batch_size=4,
        learning_rate=1e-2,
        weight_decay=0.1,
        max_grad_norm=1.0,
        lr_scheduler_type="linear",
        logging_steps=1,
        save_strategy="no",
        report_to="none",
        use_cpu=True,
        disable_tqdm=True,
    )
    InOrder(
        model=model,
        args=arguments,
        train_dataset=[features(i) for i in range(SIZE)],
        data_collator=padded,
        callbacks=[logged],
    ).train()

of = lambda key: torch.tensor([step[key] for step in logged.steps], dtype=torch.float64)  # noqa: E731
numbers = {f"weight.{key}": value for key, value in model.state_dict().items()}
numbers |= {"tokens": tokens, "types": types, "mask": mask, "labels": labels}
numbers |= {"loss": of("loss"), "norm": of("grad_norm"), "lr": of("learning_rate")}
assert len(numbers["loss"]) == 20 and all(value.dtype == torch.float64 for value in model.parameters())
save_file(numbers, os.path.join(here, "transformers_trainer.safetensors"))
