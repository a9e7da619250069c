"""A rank of PyTorch's in one Gloo group with one of ours: does what `check-ranks.ts` does, and prints what came of it, one JSON line each."""

import hashlib
import json
import struct
import sys
from datetime import timedelta

import torch
import torch.distributed as dist

NUMBERS, RECORD = 16, 384
port, rank, size = int(sys.argv[1]), int(sys.argv[2]), int(sys.argv[3])
torch.set_num_threads(1)

tcp = dist.TCPStore("127.0.0.1", port, None, rank == 0, timedelta(seconds=60), wait_for_workers=False)
store = dist.PrefixStore("retort/0", tcp)
store.add(f"count/{rank}", 1)
store.set(f"came/{rank}", json.dumps({"protocol": 1, "worldSize": size}))
store.wait([f"came/{other}" for other in range(size)])
group = dist.ProcessGroupGloo(store, rank, size, timedelta(seconds=60))


def gather(tensor):
    outputs = [torch.empty_like(tensor) for _ in range(size)]
    group.allgather([outputs], [tensor]).wait()
    return outputs


def compare(description, numbers=()):
    """All ranks' numbers, once they say that they do the same."""
    text = description.encode()
    record = hashlib.sha256(text).digest()[:8]
    record += struct.pack("<16d", *numbers, *[0] * (NUMBERS - len(numbers))) + text
    record = record[:RECORD].ljust(RECORD, b"\0")
    records = [bytes(other.tolist()) for other in gather(torch.frombuffer(bytearray(record), dtype=torch.uint8))]
    for other in records:
        if other[:8] != record[:8]:
            raise SystemExit(f"the ranks are at different operations: {records}")
    return [struct.unpack("<16d", other[8:136])[: len(numbers)] for other in records]


def kind(tensor, shape=None):
    name = str(tensor.dtype).removeprefix("torch.")
    return f"{name}[{', '.join(map(str, tensor.shape if shape is None else shape))}]"


def all_reduce(tensor, op):
    compare(f"allReduce({op}) of {kind(tensor)}")
    options = dist.AllreduceOptions()
    options.reduceOp = {"min": dist.ReduceOp.MIN, "max": dist.ReduceOp.MAX, "product": dist.ReduceOp.PRODUCT}.get(op, dist.ReduceOp.SUM)
    if op == "avg" and tensor.dtype == torch.float16:
        tensor.div_(size)
    values = torch.view_as_real(tensor) if tensor.is_complex() else tensor
    group.allreduce([values.view(torch.uint8) if values.dtype == torch.bool else values], options).wait()
    if op == "avg" and tensor.dtype != torch.float16:
        tensor.div_(size)
    return tensor


def broadcast(tensor, source):
    compare(f"broadcast(src {source}) of {kind(tensor)}")
    options = dist.BroadcastOptions()
    options.rootRank = source
    group.broadcast([tensor.reshape(-1).view(torch.uint8)], options).wait()
    return tensor


def gather_rows(tensors, rows):
    """All tensors of a rank in one piece of memory, each at a multiple of 64 bytes."""
    ends = [0] * size
    places = []
    for r in range(size):
        for i, tensor in enumerate(tensors):
            shape = list(tensor.shape)
            if shape:
                shape[0] = int(rows[r][i])
            count = tensor.element_size() * torch.Size(shape).numel()
            places.append((ends[r], count, shape))
            ends[r] += -(-count // 64) * 64
    mine = torch.zeros(max(64, *ends), dtype=torch.uint8)
    for i, tensor in enumerate(tensors):
        begin, count, _ = places[rank * len(tensors) + i]
        mine[begin : begin + count] = tensor.reshape(-1).view(torch.uint8)
    everything = gather(mine)
    return [
        [
            everything[r][begin : begin + count].view(tensor.dtype).view(shape)
            for tensor, (begin, count, shape) in zip(tensors, places[r * len(tensors) : (r + 1) * len(tensors)])
        ]
        for r in range(size)
    ]


def all_gather(tensor):
    compare(f"allGather of {kind(tensor)}")
    return [of_rank[0] for of_rank in gather_rows([tensor], [[tensor.shape[0]]] * size)]


def all_gather_rows(tensors):
    kinds = ", ".join(kind(tensor, ["rows", *tensor.shape[1:]]) for tensor in tensors)
    rows = compare(f"allGatherRows of {kinds}", [tensor.shape[0] for tensor in tensors])
    return gather_rows(tensors, rows)


def objects(value):
    data = torch.frombuffer(bytearray(json.dumps(value).encode()), dtype=torch.uint8)
    lengths = compare("allGatherObject", [len(data)])
    return [json.loads(bytes(each[0].tolist())) for each in gather_rows([data], lengths)]


def averaged(lines, buckets):
    """Two matrices' gradients of sum((x W1)² W2), as a Reducer has them."""
    first = torch.linspace(-1, 1, 12, dtype=torch.float64).reshape(3, 4).requires_grad_()
    second = torch.linspace(1, 2, 8, dtype=torch.float64).reshape(4, 2).requires_grad_()
    x = torch.linspace(0, 1, 6, dtype=torch.float64).reshape(2, 3) + rank
    ((x @ first) ** 2 @ second).sum().backward()
    layout = hashlib.sha256(json.dumps([lines, buckets], separators=(",", ":")).encode()).hexdigest()[:8]
    compare(f"a backward that averages 2 gradients (Reducer 0, layout {layout})")
    gradients = [first.grad, second.grad]
    for bucket in buckets:
        flat = torch.cat([gradients[i].reshape(-1) / size for i in bucket])
        group.allreduce([flat]).wait()
        for i, part in zip(bucket, flat.split([gradients[i].numel() for i in bucket])):
            gradients[i].copy_(part.view_as(gradients[i]))
    return gradients


def values(dtype):
    dtype = getattr(torch, dtype)
    x = (torch.arange(6, dtype=torch.float32) + 1 + 2 * rank).reshape(2, 3)
    return x.gt(3) if dtype == torch.bool else x.to(dtype)


def shown(value):
    """As bits, whatever the dtype."""
    if isinstance(value, torch.Tensor):
        return [str(value.dtype).removeprefix("torch."), list(value.shape), value.contiguous().reshape(-1).view(torch.uint8).tolist()]
    return [shown(each) for each in value] if isinstance(value, (list, tuple)) else value


def run(do, dtype=None, op=None, source=None, buckets=None):
    if do == "allReduce":
        return all_reduce(values(dtype), op)
    if do == "broadcast":
        return broadcast(values(dtype), source)
    if do == "allGather":
        return all_gather(values(dtype))
    if do == "allGatherRows":
        return all_gather_rows([torch.full((2 + rank, 2), 0.5 + rank), torch.arange(3 * rank), torch.ones(1 + rank, 1, dtype=torch.bool)])
    if do == "allGatherObject":
        return objects({"rank": rank, "text": "é 蒸留 😀", "list": [1.5, None, True]})
    if do == "broadcastObject":
        mine = json.dumps({"from": rank}).encode() if rank == source else b""
        lengths = compare(f"broadcastObject(src {source})", [len(mine)])
        data = torch.zeros(int(lengths[source][0]), dtype=torch.uint8)
        if rank == source:
            data = torch.frombuffer(bytearray(mine), dtype=torch.uint8)
        options = dist.BroadcastOptions()
        options.rootRank = source
        group.broadcast([data], options).wait()
        return json.loads(bytes(data.tolist()))
    if do == "barrier":
        return compare("barrier") and None
    if do == "Reducer":
        lines = [
            "buckets of 1048576 and 26214400 bytes",
            "float64[3,4] strides [4,1]",
            "float64[4,2] strides [2,1]",
        ]
        assert objects(lines) == [lines] * size
        return averaged(lines, buckets)
    raise SystemExit(f"there is no {do}")


print(json.dumps("ready"), flush=True)
for line in sys.stdin:
    print(json.dumps(shown(run(**json.loads(line)))), flush=True)
