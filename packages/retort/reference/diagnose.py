"""Numbers for the tests of diagnoses, from PyTorch and from the formulas written out.

    python packages/retort/reference/diagnose.py      (torch 2.15.0, safetensors, numpy)

writes diagnose.safetensors beside this file: bins of a reliability diagram by loops over samples (Guo et al. 2017, equations 1 to 3), each sample's
divergence by F.kl_div and its temperature by CSWT's formula (Ham et al. 2023), singular values by torch.linalg.svdvals, and gradients of the
terms of a loss by autograd, each term by a backward of its own.
"""

import os

import numpy as np
import torch
import torch.nn.functional as F
from safetensors.torch import save_file

torch.manual_seed(0)
samples, classes, bins = 41, 5, 15
student = 2 * torch.randn(samples, classes)
teacher = student + torch.randn(samples, classes)
labels = torch.randint(0, classes, (samples,))
out = {"student": student, "teacher": teacher, "labels": labels}
f64 = lambda value: torch.tensor(value, dtype=torch.float64)

p = student.double().softmax(1).numpy()
diagram = np.zeros((bins, 3))
for row, label in zip(p, labels.numpy()):
    confidence = row.max()
    place = min(int(confidence * bins), bins - 1)
    diagram[place] += [1, confidence, row.argmax() == label]
out["bins"] = f64(diagram)
out["error"] = f64([sum(n / samples * abs(right / n - sure / n) for n, sure, right in diagram if n > 0)])

out["divergences"] = F.kl_div(student.double().log_softmax(1), teacher.double().softmax(1), reduction="none").sum(1)

cos = lambda a, b: abs(np.dot(a, b)) / (np.linalg.norm(a) * np.linalg.norm(b) + 1e-8)
q = teacher.double().softmax(1).numpy()
agreement = np.array([cos(a, b) for a, b in zip(p, q)])
out["temperatures"] = f64(2 + 4 * (agreement.max() - agreement) / (agreement.max() - agreement.min()))

for name, shape in {"linear": (7, 5), "point": (3, 8, 1, 1)}.items():
    weight = torch.randn(shape)
    out[f"{name}.weight"] = weight
    out[f"{name}.values"] = torch.linalg.svdvals(weight.double().flatten(1))

# A student of two layers, two batches: CE of the labels and KL from the teacher, at a temperature of 4 as kd has it.
x = torch.randn(samples, 6)
first, second = torch.randn(8, 6), torch.randn(classes, 8)
out.update({"x": x, "first": first, "second": second})


def terms(rows):
    hidden = (x[rows].double() @ w1.T).relu()
    z = hidden @ w2.T
    kd = F.kl_div((z / 4).log_softmax(1), (teacher[rows].double() / 4).softmax(1), reduction="batchmean")
    return {"ce": 0.1 * F.cross_entropy(z, labels[rows]), "kd": 0.9 * 16 * kd}


gradients = {"ce": 0, "kd": 0, "total": 0}
for rows in (slice(0, 20), slice(20, 40)):
    for name in gradients:
        w1, w2 = (w.double().requires_grad_() for w in (first, second))
        found = terms(rows)
        (sum(found.values()) if name == "total" else found[name]).backward()
        gradients[name] = gradients[name] + torch.cat([w1.grad.flatten(), w2.grad.flatten()]) / 2
out["norms"] = f64([gradients[name].norm().item() for name in ("ce", "kd", "total")])
out["cosine"] = f64([F.cosine_similarity(gradients["ce"], gradients["kd"], dim=0).item()])

save_file({name: value.contiguous() for name, value in out.items()}, os.path.join(os.path.dirname(__file__), "diagnose.safetensors"))
print({name: value.tolist() for name, value in out.items() if value.numel() < 10})
