"""What torchvision's and detectron2's Faster R-CNN compute, and mdistiller's students of detectron2's, for the tests of ours.

    python packages/retort/reference/models/detectors.py DETECTRON2 MDISTILLER   (torch 2.15.0, torchvision 0.29.2, fvcore, omegaconf, safetensors)

writes detectors.safetensors beside this file; the arguments are checkouts of facebookresearch/detectron2 (02b5c4e) and megvii-research/mdistiller
(a08d46f), of which Python alone is run: their RoIAlign and NMS are torchvision's. The metadata has `models`, by name: the number of parameters for
80 classes and the SHA-256 of the keys; `cases`, a list; `versions`. A case has the name of our model, its number of classes and dtype, with what ours is made
(`options`), the sizes of its images, and of the parameters that are trained the names (`trained`). Its tensors are CASE.NAME: `initial`, the
sum of each tensor of the state dict as it is made after manual_seed(1). Then the state dict is filled from manual_seed(2) (cases.py), of which
the last layers keep a tenth; the images are drawn. From manual_seed(3) on the network learns: `levels`, the pyramid's maps, averaged over
images and channels, end to end; `proposals.I` of image I, and of these and its boxes those drawn (`drawn.I`, in order of the network's, with `labels.I`, background last); `losses`:
objectness, rpnBoxes, classes, boxes; `gradients`, of the trained parameters' gradients the sums and lengths. `detections.I`, in evaluation: x1, y1, x2, y2, score, class.
"""

import json
import os
import sys
import types

import torch
import torchvision
from cases import fill, keys_of, parameters_of
from safetensors.torch import save_file
from torch import nn
from torchvision.models import mobilenet_v2, resnet
from torchvision.models.detection import FasterRCNN
from torchvision.models.detection.backbone_utils import BackboneWithFPN, _resnet_fpn_extractor
from torchvision.models.detection.image_list import ImageList as TorchvisionImages
from torchvision.ops import FrozenBatchNorm2d

here = os.path.dirname(os.path.abspath(__file__))
detectron2_checkout, mdistiller_checkout = sys.argv[1:]
sys.path[:0] = [detectron2_checkout, mdistiller_checkout, os.path.join(mdistiller_checkout, "detection")]
# What is compiled of it is not called.
sys.modules["detectron2._C"] = types.ModuleType("detectron2._C")

from detectron2.config import get_cfg  # noqa: E402
from detectron2.modeling import build_model  # noqa: E402
from detectron2.structures import Boxes, ImageList, Instances  # noqa: E402
from detectron2.utils.events import EventStorage  # noqa: E402

torch.set_num_threads(1)

sizes = [(97, 130), (64, 80), (60, 90)]
boxes = [[[4.0, 6.0, 60.0, 70.0], [50.5, 20.0, 128.0, 95.0], [10.0, 50.0, 30.0, 66.0]], [[8.0, 8.0, 70.0, 60.0]], []]
labels = [[0, 2, 1], [2], []]
classes = 3
# Scores of large logits are 1, and boxes that are moved far lie outside.
last = tuple(f"{name}.weight" for name in ("cls_logits", "objectness_logits", "anchor_deltas", "cls_score", "bbox_pred"))
few = {"samples": 32, "before": 60, "after": 40, "heads": 16}


def images_of(dtype):
    """[3, 3, 128, 160], each image at the upper left of zeros."""
    images = torch.zeros(len(sizes), 3, 128, 160, dtype=dtype)
    for image, (height, width) in zip(images, sizes):
        image[:, :height, :width] = torch.randn(3, height, width)
    return images


class Torchvision:
    """`backbone` is a name of torchvision's; MobileNetV2's maps are mdistiller's."""

    def __init__(self, backbone, norm, count, trainable=5):
        self.backbone, self.norm, self.count, self.trainable = backbone, norm, count, trainable

    def make(self, **settings):
        norm = {"frozen": FrozenBatchNorm2d, "trained": nn.BatchNorm2d}[self.norm]
        if self.backbone == "mobilenet_v2":
            features = mobilenet_v2(norm_layer=norm).features
            taps = {"3": "0", "6": "1", "13": "2", "17": "3"}
            body = BackboneWithFPN(features, taps, [24, 32, 96, 320], 256)
        else:
            body = _resnet_fpn_extractor(resnet.__dict__[self.backbone](norm_layer=norm), self.trainable)
        return FasterRCNN(body, self.count + 1, **settings)

    def small(self):
        return self.make(
            rpn_batch_size_per_image=few["samples"],
            rpn_pre_nms_top_n_train=few["before"],
            rpn_pre_nms_top_n_test=few["before"],
            rpn_post_nms_top_n_train=few["after"],
            rpn_post_nms_top_n_test=few["after"],
            box_batch_size_per_image=few["heads"],
        )

    def learn(self, model, images):
        dtype = images.dtype
        targets = [
            {"boxes": torch.tensor(own, dtype=dtype).reshape(-1, 4), "labels": torch.tensor(of, dtype=torch.int64) + 1}
            for own, of in zip(boxes, labels)
        ]
        seen = {}
        select = model.roi_heads.select_training_samples

        def selected(proposals, given):
            seen["proposals"] = [own.clone() for own in proposals]
            result = select(proposals, given)
            seen["drawn"], seen["labels"] = result[0], [(own - 1) % (classes + 1) for own in result[2]]
            return result

        assign = model.rpn.assign_targets_to_anchors

        def assigned(*given):
            """In float32 whatever the logits are, which makes the loss one of float32."""
            of, matched = assign(*given)
            return [own.to(dtype) for own in of], [own.to(dtype) for own in matched]

        model.roi_heads.select_training_samples = selected
        model.rpn.assign_targets_to_anchors = assigned
        pyramid = model.backbone(images)
        shown = TorchvisionImages(images, sizes)
        proposals, first = model.rpn(shown, pyramid, targets)
        _, second = model.roi_heads(pyramid, proposals, sizes, targets)
        losses = [first["loss_objectness"], first["loss_rpn_box_reg"], second["loss_classifier"], second["loss_box_reg"]]
        return list(pyramid.values()), seen, losses

    def detect(self, model, images):
        pyramid = model.backbone(images)
        proposals, _ = model.rpn(TorchvisionImages(images, sizes), pyramid)
        found, _ = model.roi_heads(pyramid, proposals, sizes)
        return [torch.cat([of["boxes"], of["scores"][:, None], of["labels"][:, None] - 1.0], 1) for of in found]


class Detectron2:
    """`settings` are those of the configuration."""

    def __init__(self, count, settings):
        self.count, self.settings = count, settings

    def make(self, **settings):
        config = get_cfg()
        config.merge_from_file(os.path.join(detectron2_checkout, "configs/COCO-Detection/faster_rcnn_R_50_FPN_3x.yaml"))
        config.MODEL.DEVICE = "cpu"
        config.MODEL.MOBILENETV2 = type(config)({"OUT_FEATURES": ["m2", "m3", "m4", "m5"], "NORM": "FrozenBN"})
        given = {"MODEL.ROI_HEADS.NUM_CLASSES": self.count, **self.settings, **settings}
        config.merge_from_list([part for item in given.items() for part in item])
        return build_model(config)

    def small(self):
        return self.make(
            **{
                "MODEL.RPN.BATCH_SIZE_PER_IMAGE": few["samples"],
                "MODEL.RPN.PRE_NMS_TOPK_TRAIN": few["before"],
                "MODEL.RPN.PRE_NMS_TOPK_TEST": few["before"],
                "MODEL.RPN.POST_NMS_TOPK_TRAIN": few["after"],
                "MODEL.RPN.POST_NMS_TOPK_TEST": few["after"],
                "MODEL.ROI_HEADS.BATCH_SIZE_PER_IMAGE": few["heads"],
            }
        )

    def learn(self, model, images):
        targets = []
        for own, of, size in zip(boxes, labels, sizes):
            target = Instances(size)
            target.gt_boxes = Boxes(torch.tensor(own).reshape(-1, 4))
            target.gt_classes = torch.tensor(of, dtype=torch.int64)
            targets.append(target)
        seen = {}
        select = model.roi_heads.label_and_sample_proposals

        def selected(proposals, given):
            seen["proposals"] = [of.proposal_boxes.tensor.clone() for of in proposals]
            result = select(proposals, given)
            seen["drawn"] = [of.proposal_boxes.tensor for of in result]
            seen["labels"] = [of.gt_classes for of in result]
            return result

        sample = model.roi_heads._sample_proposals

        def in_order(*given):
            places, of = sample(*given)
            order = places.argsort()
            return places[order], of[order]

        model.roi_heads.label_and_sample_proposals = selected
        model.roi_heads._sample_proposals = in_order
        with EventStorage():
            pyramid = model.backbone(images)
            shown = ImageList(images, sizes)
            proposals, first = model.proposal_generator(shown, pyramid, targets)
            _, second = model.roi_heads(shown, pyramid, proposals, targets)
        losses = [first["loss_rpn_cls"], first["loss_rpn_loc"], second["loss_cls"], second["loss_box_reg"]]
        return list(pyramid.values()), seen, losses

    def detect(self, model, images):
        pyramid = model.backbone(images)
        shown = ImageList(images, sizes)
        proposals, _ = model.proposal_generator(shown, pyramid)
        found, _ = model.roi_heads(shown, pyramid, proposals)
        return [torch.cat([of.pred_boxes.tensor, of.scores[:, None], of.pred_classes[:, None].float()], 1) for of in found]


# mdistiller's, by its configurations of DKD.
basic = {"MODEL.RESNETS.RES2_OUT_CHANNELS": 64}
students = {
    "faster_rcnn_R_18_FPN": {"MODEL.RESNETS.DEPTH": 18, **basic},
    "faster_rcnn_R_34_FPN": {"MODEL.RESNETS.DEPTH": 34, **basic},
    "faster_rcnn_R_50_FPN": {},
    "faster_rcnn_R_101_FPN": {"MODEL.RESNETS.DEPTH": 101},
    "faster_rcnn_MV2_FPN": {
        "MODEL.BACKBONE.NAME": "build_mobilenetv2_fpn_backbone",
        "MODEL.BACKBONE.FREEZE_AT": 0,
        "MODEL.FPN.IN_FEATURES": ["m2", "m3", "m4", "m5"],
    },
}


def mobilenet_of_mdistiller():
    """Registered with detectron2 as its file is run, which is one alone: its package wants what is compiled."""
    import importlib

    for name in ("model", "model.backbone"):
        module = types.ModuleType(name)
        module.__path__ = [os.path.join(mdistiller_checkout, "detection", *name.split("."))]
        sys.modules[name] = module
    importlib.import_module("model.backbone.mobilenetv2")
    from detectron2.modeling.backbone import BACKBONE_REGISTRY, FPN
    from detectron2.modeling.backbone.fpn import LastLevelMaxPool

    @BACKBONE_REGISTRY.register()
    def build_mobilenetv2_fpn_backbone(config, shape):
        bottom = BACKBONE_REGISTRY.get("build_mobilenetv2_backbone")(config, shape)
        return FPN(bottom, config.MODEL.FPN.IN_FEATURES, config.MODEL.FPN.OUT_CHANNELS, top_block=LastLevelMaxPool())


def run(name, original, dtype, options):
    torch.manual_seed(1)
    model = original.small()
    tensors = {"initial": torch.stack([value.double().sum() for value in model.state_dict().values()])}
    torch.manual_seed(2)
    with torch.no_grad():
        fill(model.state_dict())
        for key, value in model.state_dict().items():
            if key.endswith(last):
                value.mul_(0.1)
    images = images_of(dtype)
    model.to(dtype)
    torch.manual_seed(3)
    pyramid, seen, losses = original.learn(model.train(), images)
    sum(losses).backward()
    trained = [(key, value.grad) for key, value in model.named_parameters() if value.requires_grad]
    tensors["levels"] = torch.cat([level.detach().mean((0, 1)).flatten() for level in pyramid])
    for kind in ("proposals", "drawn", "labels"):
        for i, own in enumerate(seen[kind]):
            tensors[f"{kind}.{i}"] = own.detach().contiguous()
    tensors["losses"] = torch.stack([loss.detach() for loss in losses])
    tensors["gradients"] = torch.stack([torch.stack([value.sum(), value.norm()]) for _, value in trained])
    with torch.no_grad():
        for i, own in enumerate(original.detect(model.eval(), images)):
            tensors[f"detections.{i}"] = own.contiguous()
    print(name, dtype, tensors["losses"].tolist(), [len(tensors[f"detections.{i}"]) for i in range(len(sizes))])
    described = {
        "model": name,
        "classes": classes,
        "dtype": str(dtype).removeprefix("torch."),
        "options": options,
        "trained": [key for key, _ in trained],
    }
    return described, tensors


mobilenet_of_mdistiller()
described = {}
for depth in (18, 34, 50, 101):
    made = Torchvision(f"resnet{depth}", "frozen", 80).make()
    described[f"fasterrcnn_resnet{depth}_fpn"] = {"parameters": parameters_of(made), "keys": keys_of(made.state_dict())}
made = Torchvision("mobilenet_v2", "frozen", 80).make()
# Its list of layers goes on to the last one that is looked at, as torchvision cuts it.
described["fasterrcnn_mobilenet_v2_fpn"] = {"parameters": parameters_of(made), "keys": keys_of(made.state_dict())}
for name, settings in students.items():
    made = Detectron2(80, settings).make()
    described[name] = {"parameters": parameters_of(made), "keys": keys_of(made.state_dict())}

frozen = {"pretrained": True}
# What detectron2 computes of boxes is of float32 whatever its weights are.
cases = [
    ("fasterrcnn_resnet50_fpn", Torchvision("resnet50", "frozen", classes, 3), torch.float32, frozen),
    ("fasterrcnn_resnet18_fpn", Torchvision("resnet18", "trained", classes), torch.float64, {}),
    ("fasterrcnn_mobilenet_v2_fpn", Torchvision("mobilenet_v2", "frozen", classes), torch.float64, {**frozen, "trainableLayers": 5}),
    ("faster_rcnn_R_18_FPN", Detectron2(classes, students["faster_rcnn_R_18_FPN"]), torch.float32, frozen),
    ("faster_rcnn_R_50_FPN", Detectron2(classes, students["faster_rcnn_R_50_FPN"]), torch.float32, frozen),
    ("faster_rcnn_MV2_FPN", Detectron2(classes, students["faster_rcnn_MV2_FPN"]), torch.float32, frozen),
]
results = [run(*case) for case in cases]
tensors = {f"{i}.{key}": value for i, (_, own) in enumerate(results) for key, value in own.items()}
metadata = {
    "models": json.dumps(described),
    "cases": json.dumps([of for of, _ in results]),
    "few": json.dumps(few),
    "images": json.dumps([{"size": size, "boxes": own, "labels": of} for size, own, of in zip(sizes, boxes, labels)]),
    "versions": json.dumps({"torch": torch.__version__, "torchvision": torchvision.__version__}),
}
save_file(tensors, os.path.join(here, "detectors.safetensors"), metadata)
