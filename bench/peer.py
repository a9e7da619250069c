"""The other side of the bench: PyTorch from Python, eager, in whichever layout and optimizer is fastest on this machine.

Reads one JSON command a line and answers one JSON line. `prepare` builds a benchmark and picks its fastest variant, `run` times
steps of it, `compile` replaces it by its torch.compile form.
"""

import json
import sys
import time

import torch
import torch.nn.functional as F
from torch import nn


class Block(nn.Module):
    def __init__(self, inside, outside, stride):
        super().__init__()
        shortcut = stride != 1 or inside != outside
        downsample = (
            nn.Sequential(nn.Conv2d(inside, outside, 1, stride, bias=False), nn.BatchNorm2d(outside)) if shortcut else None
        )
        self.conv1 = nn.Conv2d(inside, outside, 3, stride, 1, bias=False)
        self.bn1 = nn.BatchNorm2d(outside)
        self.conv2 = nn.Conv2d(outside, outside, 3, 1, 1, bias=False)
        self.bn2 = nn.BatchNorm2d(outside)
        self.downsample = downsample

    def forward(self, x):
        y = self.bn2(self.conv2(F.relu(self.bn1(self.conv1(x)), inplace=True)))
        y += self.downsample(x) if self.downsample else x
        return F.relu(y, inplace=True)


class ResNet(nn.Module):
    def __init__(self, depth, widths, classes):
        super().__init__()
        n = (depth - 2) // 6
        self.conv1 = nn.Conv2d(3, widths[0], 3, 1, 1, bias=False)
        self.bn1 = nn.BatchNorm2d(widths[0])
        stages = []
        for i in range(3):
            blocks = [Block(widths[i], widths[i + 1], 1 if i == 0 else 2)]
            blocks += [Block(widths[i + 1], widths[i + 1], 1) for _ in range(n - 1)]
            stages.append(nn.Sequential(*blocks))
        self.layer1, self.layer2, self.layer3 = stages
        self.fc = nn.Linear(widths[3], classes)
        for module in self.modules():
            if isinstance(module, nn.Conv2d):
                nn.init.kaiming_normal_(module.weight, mode="fan_out", nonlinearity="relu")

    def forward(self, x):
        x = F.relu(self.bn1(self.conv1(x)), inplace=True)
        x = self.layer3(self.layer2(self.layer1(x)))
        return self.fc(F.adaptive_avg_pool2d(x, 1).flatten(1))


class Attention(nn.Module):
    def __init__(self, width, heads):
        super().__init__()
        self.heads = heads
        self.qkv = nn.Linear(width, 3 * width)
        self.proj = nn.Linear(width, width)

    def forward(self, x):
        batch, tokens, width = x.shape
        q, k, v = self.qkv(x).reshape(batch, tokens, 3, self.heads, width // self.heads).permute(2, 0, 3, 1, 4).unbind(0)
        return self.proj(F.scaled_dot_product_attention(q, k, v).transpose(1, 2).reshape(batch, tokens, width))


class Mlp(nn.Module):
    def __init__(self, width, hidden):
        super().__init__()
        self.fc1 = nn.Linear(width, hidden)
        self.fc2 = nn.Linear(hidden, width)

    def forward(self, x):
        return self.fc2(F.gelu(self.fc1(x)))


class TransformerBlock(nn.Module):
    def __init__(self, width, heads):
        super().__init__()
        self.norm1 = nn.LayerNorm(width, eps=1e-6)
        self.attn = Attention(width, heads)
        self.norm2 = nn.LayerNorm(width, eps=1e-6)
        self.mlp = Mlp(width, 4 * width)

    def forward(self, x):
        x = x + self.attn(self.norm1(x))
        return x + self.mlp(self.norm2(x))


class PatchEmbed(nn.Module):
    def __init__(self, patch, width):
        super().__init__()
        self.proj = nn.Conv2d(3, width, patch, patch)

    def forward(self, x):
        return self.proj(x).flatten(2).transpose(1, 2)


class VisionTransformer(nn.Module):
    def __init__(self, size, patch, width, depth, heads, classes):
        super().__init__()
        self.patch_embed = PatchEmbed(patch, width)
        self.cls_token = nn.Parameter(torch.zeros(1, 1, width))
        self.pos_embed = nn.Parameter(torch.randn(1, (size // patch) ** 2 + 1, width) * 0.02)
        self.blocks = nn.Sequential(*[TransformerBlock(width, heads) for _ in range(depth)])
        self.norm = nn.LayerNorm(width, eps=1e-6)
        self.head = nn.Linear(width, classes)
        nn.init.trunc_normal_(self.pos_embed, std=0.02)
        nn.init.normal_(self.cls_token, std=1e-6)
        for module in self.modules():
            if isinstance(module, nn.Linear):
                nn.init.trunc_normal_(module.weight, std=0.02)
                nn.init.zeros_(module.bias)

    def forward(self, x):
        x = self.patch_embed(x)
        x = torch.cat([self.cls_token.expand(x.shape[0], -1, -1), x], 1) + self.pos_embed
        return self.head(self.norm(self.blocks(x))[:, 0])


class Transformer(nn.Module):
    """Pre-norm, on tokens that are embedded already."""

    def __init__(self, width, depth, heads, classes):
        super().__init__()
        self.blocks = nn.Sequential(*[TransformerBlock(width, heads) for _ in range(depth)])
        self.norm = nn.LayerNorm(width, eps=1e-6)
        self.head = nn.Linear(width, classes)

    def forward(self, x):
        return self.head(self.norm(self.blocks(x)).mean(1))


MODELS = {
    "transformer_384": lambda: Transformer(384, 4, 6, 100),
    "resnet20": lambda: ResNet(20, [16, 16, 32, 64], 100),
    "resnet8x4": lambda: ResNet(8, [32, 64, 128, 256], 100),
    "vit_tiny_patch8_64": lambda: VisionTransformer(64, 8, 192, 12, 3, 100),
}


def create(model_name):
    """One of those above, or timm's, in which nothing is dropped."""
    if model_name in MODELS:
        return MODELS[model_name]()
    import timm

    return timm.create_model(model_name, num_classes=100, drop_rate=0, drop_path_rate=0)


def pixels_of(model_name):
    if model_name not in MODELS:
        return 224
    return 64 if model_name.endswith("_64") else 32


def optimizer_of(model_name, parameters, kind):
    """What each family is trained with; kind is PyTorch's way of doing it."""
    how = {kind: True} if kind else {}
    if model_name.startswith(("vit", "transformer", "deit", "swin", "convnext")):
        return torch.optim.AdamW(parameters, lr=1e-3, weight_decay=0.05, **how)
    return torch.optim.SGD(parameters, lr=0.05, momentum=0.9, weight_decay=5e-4, **how)


def training_step(model_name, batch, bf16, layout, optimizer_kind):
    torch.manual_seed(0)
    model = create(model_name).to(memory_format=layout)
    if model_name == "transformer_384":
        x = torch.randn(batch, 64, 384)
    else:
        size = pixels_of(model_name)
        x = torch.randn(batch, 3, size, size).to(memory_format=layout)
    y = torch.arange(batch) % 100
    optimizer = optimizer_of(model_name, model.parameters(), optimizer_kind)

    def forward(inputs):
        if not bf16:
            return F.cross_entropy(model(inputs), y)
        with torch.autocast("cpu", torch.bfloat16):
            logits = model(inputs)
        return F.cross_entropy(logits.float(), y)

    def step(forward=forward):
        optimizer.zero_grad(set_to_none=True)
        loss = forward(x)
        loss.backward()
        optimizer.step()
        return loss.item()

    return step, forward


def distillation_step(batch, layout, optimizer_kind):
    """KD from resnet32x4 to resnet8x4 on one batch that is there already."""
    torch.manual_seed(0)
    wide = [32, 64, 128, 256]
    student = ResNet(8, wide, 100).to(memory_format=layout)
    teacher = ResNet(32, wide, 100).to(memory_format=layout).eval()
    x = torch.randn(batch, 3, 32, 32).to(memory_format=layout)
    y = torch.arange(batch) % 100
    optimizer = optimizer_of("resnet8x4", student.parameters(), optimizer_kind)

    def step():
        optimizer.zero_grad(set_to_none=True)
        with torch.no_grad():
            target = F.log_softmax(teacher(x) / 4, 1)
        logits = student(x)
        divergence = F.kl_div(F.log_softmax(logits / 4, 1), target, reduction="batchmean", log_target=True)
        loss = 0.1 * F.cross_entropy(logits, y) + 0.9 * 16 * divergence
        loss.backward()
        optimizer.step()
        return loss.item()

    return step


def onnx_answer(model_name, batch, threads, file):
    """onnxruntime's answers to one batch. The file is written here."""
    import onnxruntime

    torch.manual_seed(0)
    size = pixels_of(model_name)
    x = torch.randn(batch, 3, size, size)
    torch.onnx.export(
        MODELS[model_name]().eval(),
        (x,),
        file,
        input_names=["images"],
        output_names=["logits"],
        dynamic_axes={"images": {0: "batch"}, "logits": {0: "batch"}},
        opset_version=17,
        dynamo=False,
    )
    options = onnxruntime.SessionOptions()
    options.intra_op_num_threads = threads
    session = onnxruntime.InferenceSession(file, options, ["CPUExecutionProvider"])
    images = x.numpy()
    return lambda: session.run(["logits"], {"images": images}), f"onnxruntime {onnxruntime.__version__} from Python"


def small_operator():
    a = torch.ones(2, 2)

    def step():
        for _ in range(10000):
            a + a

    return step


def slicing():
    a = torch.ones(2, 2)

    def step():
        for _ in range(10000):
            a[:, 0:1]

    return step


def resident(field):
    """Bytes of this process: VmRSS is now, VmHWM the most since the peak was reset."""
    with open("/proc/self/status") as status:
        return next(int(line.split()[1]) * 1024 for line in status if line.startswith(field))


def seconds(step, count):
    start = time.perf_counter()
    for _ in range(count):
        step()
    return time.perf_counter() - start


class Peer:
    def prepare(self, kind, threads, model=None, batch=64, bf16=False, **more):
        torch.set_num_threads(threads)
        self.forward = None
        if kind == "mdistiller":
            from mdistiller_loop import loop

            self.step = loop(more["folder"], more["pixels"], batch, more.get("loader", True))
            seconds(self.step, 1)
            return {"variant": "as it is"}
        if kind == "photographs":
            from photographs import passes

            self.step = passes(more["folder"], more["transform"], batch, more["workers"], more.get("trains", False))
            seconds(self.step, 1)
            return {"variant": "as it is"}
        if kind == "box-operators":
            from box_operators import fastest

            self.step, variant = fastest(**more)
            seconds(self.step, 1)
            return {"variant": variant}
        if kind == "detector":
            from detectors import fastest

            self.step, variant = fastest(batch, **more)
            seconds(self.step, 1)
            return {"variant": variant}
        if kind == "box-images":
            from box_images import passes

            self.step = passes(more["folder"], batch, more["workers"], more["shortest"], more["longest"])
            seconds(self.step, 1)
            return {"variant": "as it is"}
        if kind == "texts":
            from texts import steps

            self.step, variant = steps(batch=batch, threads=threads, **more)
            seconds(self.step, 1)
            return {"variant": variant}
        if kind == "onnx":
            self.step, variant = onnx_answer(model, batch, threads, more["file"])
            seconds(self.step, 2)
            return {"variant": variant}
        small = {"operator": small_operator, "slicing": slicing}
        if kind in small:
            self.step = small[kind]()
            seconds(self.step, 2)
            return {"variant": "as it is"}
        best = None
        for layout_name in ("channels_last", "contiguous_format"):
            for optimizer in ("fused", "foreach", None):
                layout = getattr(torch, layout_name)
                if kind == "distillation":
                    step, forward = distillation_step(batch, layout, optimizer), None
                else:
                    step, forward = training_step(model, batch, bf16, layout, optimizer)
                seconds(step, 2)
                took = min(seconds(step, 2) for _ in range(2))
                if best is None or took < best[0]:
                    best = (took, step, forward, f"{layout_name}, {optimizer or 'for-loop'} optimizer")
        _, self.step, self.forward, variant = best
        return {"variant": variant}

    def compile(self):
        eager, compiled = self.step, torch.compile(self.forward)
        self.step = lambda: eager(compiled)
        seconds(self.step, 3)
        return {}

    def run(self, count):
        return {"seconds": seconds(self.step, count)}

    def profile(self, count):
        """Milliseconds of each operator in a step, without those that it calls."""
        with torch.profiler.profile(activities=[torch.profiler.ProfilerActivity.CPU]) as profiled:
            seconds(self.step, count)
        rows = [row for row in profiled.key_averages() if "::" in row.key and not row.key.startswith("autograd::")]
        return {"operators": [[row.key, row.count / count, row.self_cpu_time_total / 1000 / count] for row in rows]}

    def memory(self, model, batch, bf16, threads, steps):
        """Peak resident bytes of the steps, above what the process took before the model."""
        torch.set_num_threads(threads)
        before = resident("VmRSS")
        step, _ = training_step(model, batch, bf16, torch.channels_last, "fused")
        with open("/proc/self/clear_refs", "w") as file:
            file.write("5")
        seconds(step, steps)
        return {"bytes": resident("VmHWM") - before}

    def version(self):
        return {"version": torch.__version__, "threads": torch.get_num_threads()}


if __name__ == "__main__":
    peer = Peer()
    for line in sys.stdin:
        command = json.loads(line)
        answer = getattr(peer, command.pop("do"))(**command)
        print(json.dumps(answer), flush=True)
