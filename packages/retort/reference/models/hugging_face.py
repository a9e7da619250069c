"""Writes model folders as transformers writes them, and what it says of their networks, for the tests of packages/retort.

    python packages/retort/reference/models/hugging_face.py      (torch 2.15.0, transformers 5.23.0, safetensors, Pillow 13.0.0)

writes hugging-face/NAME beside this file: config.json, preprocessor_config.json and model.safetensors by `save_pretrained`, and
expected.safetensors with `pixel_values` [2, 3, H, W], `logits` of them in evaluation, `hidden.N` (the hidden states that transformers answers),
and the gradients of the cross entropy with the labels 0 and 1: `grad.pixel_values`, and `grad.KEY` by the keys of model.safetensors.
Keys are those of transformers 4, which 5 writes too unless it is told otherwise; NAME-v5 has the same weights by the names of 5.
"""

import os
import shutil

import torch
import transformers
from safetensors.torch import load_file, save_file
from transformers import (
    BeitConfig,
    BeitForImageClassification,
    BeitImageProcessor,
    ConvNextConfig,
    ConvNextForImageClassification,
    ConvNextImageProcessor,
    DeiTConfig,
    DeiTForImageClassification,
    DeiTForImageClassificationWithTeacher,
    DeiTImageProcessor,
    MobileNetV2Config,
    MobileNetV2ForImageClassification,
    MobileNetV2ImageProcessor,
    ResNetConfig,
    ResNetForImageClassification,
    SwinConfig,
    SwinForImageClassification,
    ViTConfig,
    ViTForImageClassification,
    ViTImageProcessor,
)

here = os.path.join(os.path.dirname(os.path.abspath(__file__)), "hugging-face")
labels = {i: name for i, name in enumerate(["left", "right", "above"])}
classes = {"id2label": labels, "label2id": {name: i for i, name in labels.items()}}
encoder = {
    "hidden_size": 16,
    "num_hidden_layers": 2,
    "num_attention_heads": 2,
    "intermediate_size": 40,
    "image_size": 8,
    "patch_size": 4,
}
vit_input = ViTImageProcessor(size={"height": 8, "width": 8}, resample=3)
deit_input = DeiTImageProcessor(
    size={"height": 10, "width": 10}, crop_size={"height": 8, "width": 8}, image_mean=[0.485, 0.456, 0.406], image_std=[0.229, 0.224, 0.225]
)
resnet_input = ConvNextImageProcessor(size={"shortest_edge": 32}, crop_pct=0.875)
mobilenet_input = MobileNetV2ImageProcessor(size={"shortest_edge": 36}, crop_size={"height": 32, "width": 32})

networks = {
    "vit": (ViTForImageClassification, ViTConfig(**encoder, **classes), vit_input, 8),
    "vit-without-bias": (ViTForImageClassification, ViTConfig(**encoder, qkv_bias=False, layer_norm_eps=1e-2), None, 8),
    "deit": (DeiTForImageClassification, DeiTConfig(**encoder, **classes), deit_input, 8),
    "deit-distilled": (DeiTForImageClassificationWithTeacher, DeiTConfig(**encoder, **classes), deit_input, 8),
}
beit = {**encoder, **classes, "use_relative_position_bias": True, "layer_norm_eps": 1e-6, "drop_path_rate": 0.2}
beit_input = BeitImageProcessor(size={"height": 8, "width": 8}, crop_size={"height": 8, "width": 8})
networks |= {
    "beit": (BeitForImageClassification, BeitConfig(**beit), beit_input, 8),
    "beit-token": (
        BeitForImageClassification,
        BeitConfig(
            **(beit | {"use_relative_position_bias": False, "use_shared_relative_position_bias": True}),
            use_absolute_position_embeddings=True,
            use_mask_token=True,
            use_mean_pooling=False,
            layer_scale_init_value=0.0,
        ),
        None,
        8,
    ),
}
resnet = {"embedding_size": 4, "hidden_sizes": [4, 8, 8, 12], "depths": [1, 2, 1, 1], **classes}
mobilenet = {"depth_multiplier": 0.05, "depth_divisible_by": 2, "min_depth": 2, "finegrained_output": False, **classes}
networks |= {
    "resnet-basic": (ResNetForImageClassification, ResNetConfig(**resnet, layer_type="basic"), resnet_input, 32),
    "resnet-bottleneck": (ResNetForImageClassification, ResNetConfig(**resnet), resnet_input, 32),
    "resnet-downsampling": (
        ResNetForImageClassification,
        ResNetConfig(**resnet, downsample_in_first_stage=True, downsample_in_bottleneck=True),
        resnet_input,
        32,
    ),
    "mobilenet-v2": (MobileNetV2ForImageClassification, MobileNetV2Config(**mobilenet), mobilenet_input, 32),
    "mobilenet-v2-torch": (
        MobileNetV2ForImageClassification,
        MobileNetV2Config(**mobilenet, tf_padding=False, layer_norm_eps=1e-5),
        mobilenet_input,
        32,
    ),
}
# Of 32 pixels the first stage has 8x8 tokens, whose windows move; the second has one window.
swin = {"image_size": 32, "embed_dim": 8, "depths": [2, 2], "num_heads": [2, 4], "window_size": 4, **classes}
swin_input = ViTImageProcessor(size={"height": 32, "width": 32}, resample=3)
convnext = {"num_stages": 3, "hidden_sizes": [4, 8, 12], "depths": [1, 2, 1], **classes}
networks |= {
    "swin": (SwinForImageClassification, SwinConfig(**swin), swin_input, 32),
    "swin-without-bias": (
        SwinForImageClassification,
        SwinConfig(**swin, qkv_bias=False, mlp_ratio=2.5, layer_norm_eps=1e-2, drop_path_rate=0),
        swin_input,
        32,
    ),
    "convnext": (ConvNextForImageClassification, ConvNextConfig(**convnext), resnet_input, 32),
    "convnext-patches": (
        ConvNextForImageClassification,
        ConvNextConfig(**convnext, patch_size=2, layer_norm_eps=1e-2, drop_path_rate=0.2),
        resnet_input,
        32,
    ),
}


def draw(model, generator):
    """Weights of all keys: about as large as trained ones, so that every layer counts."""
    with torch.no_grad():
        for key, tensor in model.state_dict().items():
            if not tensor.is_floating_point():
                continue
            drawn = torch.randn(tensor.shape, generator=generator)
            if key.endswith(".weight") and tensor.dim() > 1:
                drawn *= (tensor.numel() / tensor.shape[0]) ** -0.5
            elif key.endswith("running_var"):
                drawn = 0.5 + drawn.abs()
            else:
                drawn *= 0.1
                if tensor.dim() == 1 and key.endswith((".weight", "layer_scale_parameter")):
                    drawn += 1
            tensor.copy_(drawn)


for name, (make, config, processor, size) in networks.items():
    folder = os.path.join(here, name)
    shutil.rmtree(folder, ignore_errors=True)
    generator = torch.Generator().manual_seed(0)
    model = make(config).eval()
    draw(model, generator)
    model.save_pretrained(folder)
    if processor:
        processor.save_pretrained(folder)
    if name.startswith(("vit", "deit", "beit", "swin")):
        model.save_pretrained(f"{folder}-v5", save_original_format=False)
    images = torch.randn(2, 3, size, size, generator=generator, requires_grad=True)
    answer = model(images, output_hidden_states=True)
    torch.nn.functional.cross_entropy(answer.logits, torch.tensor([0, 1])).backward()
    hidden = {f"hidden.{i}": state for i, state in enumerate(answer.hidden_states)}
    # What is written may have other names than the modules have here: gradients are found by saving them as weights.
    gradients = make(config)
    with torch.no_grad():
        for (_, own), (_, of) in zip(gradients.named_parameters(), model.named_parameters(), strict=True):
            own.copy_(torch.zeros_like(own) if of.grad is None else of.grad)
    gradients.save_pretrained(f"{folder}-gradients")
    written = load_file(f"{folder}-gradients/model.safetensors")
    shutil.rmtree(f"{folder}-gradients")
    parameters = {f"grad.{key}": value for key, value in written.items() if "running_" not in key and "num_batches" not in key}
    expected = {"pixel_values": images, "logits": answer.logits, **hidden, "grad.pixel_values": images.grad, **parameters}
    save_file(
        {key: value.detach().contiguous() for key, value in expected.items()},
        os.path.join(folder, "expected.safetensors"),
        {"transformers": transformers.__version__},
    )
    print(name, sum(parameter.numel() for parameter in model.parameters()), list(answer.logits[0]))
