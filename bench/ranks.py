"""PyTorch's side of `ranks.ts`, a process that torchrun starts: DistributedDataParallel over Gloo, told what to do through a socket."""

import json
import os
import socket
import time

import torch
import torch.distributed as dist
import torch.nn.functional as F
from peer import MODELS, optimizer_of
from torch import nn
from torch.nn.parallel import DistributedDataParallel

torch.set_num_threads(1)
dist.init_process_group("gloo")


def wide():
    """25.2 million parameters in squares."""
    layers = []
    for _ in range(6):
        layers += [nn.Linear(2048, 2048), nn.ReLU()]
    return nn.Sequential(*layers)


def step_of(name, batch, as_view):
    torch.manual_seed(dist.get_rank())
    if name == "wide":
        model, x = wide(), torch.randn(batch, 2048)
    else:
        model = MODELS[name]().to(memory_format=torch.channels_last)
        x = torch.randn(batch, 3, 32, 32).to(memory_format=torch.channels_last)
    y = torch.arange(batch) % 100
    optimizer = optimizer_of(name, model.parameters(), "fused")
    # Buffers stay each rank's own, as ours do.
    parallel = DistributedDataParallel(model, gradient_as_bucket_view=as_view, broadcast_buffers=False)

    def step():
        optimizer.zero_grad(set_to_none=True)
        loss = F.cross_entropy(parallel(x), y)
        loss.backward()
        optimizer.step()
        return loss.item()

    return step


def seconds(step, count):
    dist.barrier()
    start = time.perf_counter()
    for _ in range(count):
        step()
    return time.perf_counter() - start


def fastest(name, batch):
    """The faster way of DDP's to hold gradients; both ranks choose the same."""
    took = []
    for as_view in (False, True):
        step = step_of(name, batch, as_view)
        seconds(step, 2)
        mine = torch.tensor([min(seconds(step, 2) for _ in range(2))])
        dist.all_reduce(mine)
        took.append((mine.item(), as_view, step))
    return min(took, key=lambda each: each[0])


steps = {}
with socket.socket(socket.AF_UNIX) as channel:
    channel.connect(os.environ["RETORT_BENCH_SOCKET"])
    stream = channel.makefile("rw")
    stream.write(json.dumps({"rank": dist.get_rank()}) + "\n")
    stream.flush()
    for line in stream:
        command = json.loads(line)
        if command["do"] == "prepare":
            _, as_view, steps["step"] = fastest(command["model"], command["batch"])
            answer = {"variant": "gradients as bucket views" if as_view else "DDP's defaults"}
        else:
            answer = {"seconds": seconds(steps[command["what"]], command["count"])}
        stream.write(json.dumps(answer) + "\n")
        stream.flush()
dist.destroy_process_group()
