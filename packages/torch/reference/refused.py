"""Reproduces in PyTorch what `src/dispatch/refused.ts` refuses: each call runs in a process of its own and crashes or hangs.

    python packages/torch/reference/refused.py      (torch 2.15.0, numpy)
"""

import subprocess
import sys

calls = {
    "linalg_eigvals of a matrix that is not finite": "torch.linalg.eigvals(torch.tensor([[-1, 1.5, 0], [1, float('nan'), 1], [1, -float('inf'), 1]], dtype=torch.float64))",
    "pdist without rows, backward": "torch.pdist(torch.empty(0, 3, requires_grad=True), 0.5).sum().backward()",
    "matrix_power of -2^63": "torch.linalg.matrix_power(torch.ones(1, 1), -2**63)",
    "random_ from 2^63-1": "torch.empty(2, 3, dtype=torch.float64).random_(2**63 - 1, None)",
    "arange of whole numbers in halves (before torch 2.13)": "torch.arange(0, 1, 0.5, dtype=torch.int64)",
    "binomial of nan": "torch.binomial(torch.full((9,), float('nan')), torch.full((9,), 0.5))",
    "combinations of 2^53": "torch.combinations(torch.ones(3), 2**53)",
    "2^31 sections of nothing": "torch.hsplit(torch.empty(0), 2**31)",
    "2^31 rows of nothing, unbound": "torch.empty(2**31, 0).unbind()",
    "2^31 rows of nothing, split": "torch.empty(2**31, 0).split(1)",
}

for name, code in calls.items():
    try:
        done = subprocess.run([sys.executable, "-c", f"import torch; {code}"], capture_output=True, timeout=25)
        how = f"crashed (signal {-done.returncode})" if done.returncode < 0 else f"answered: {done.stderr.decode().strip()[-150:]}"
    except subprocess.TimeoutExpired:
        how = "hung for 60 seconds"
    print(f"{name}: {how}\n    {code}", flush=True)
