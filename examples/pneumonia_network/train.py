#!/usr/bin/env python3
"""Trains the network of this folder: three small CNNs of 76,000 parameters each in one ONNX file, with its self-test.

    train.py IMAGES network.onnx            trains on IMAGES/train, fixes the threshold on IMAGES/val
    train.py IMAGES network.onnx --test     after that, once: what the file gives on IMAGES/test

IMAGES holds a folder per split, and in each a folder per class (normal, pneumonia) of PNG files of 28 x 28 pixels. Needs
Debian's python3-torch and python3-pil; radflow, its build and its tests need neither. Ten minutes on one core.
"""
import argparse
import pathlib

import numpy
import torch
import torch.nn.functional as F
from PIL import Image
from torch import nn

CLASSES = ["normal", "pneumonia"]
SEEDS = [1, 2, 3]
EPOCHS, BATCH, RATE = 26, 128, 4e-3


def split(folder):
    files = [(file, label) for label, name in enumerate(CLASSES) for file in sorted((folder / name).glob("*.png"))]
    images = numpy.stack([numpy.asarray(Image.open(file).convert("L"), numpy.float32) for file, _ in files])
    return torch.from_numpy(images)[:, None], torch.tensor([float(label) for _, label in files])


def standardize(x):
    """The image's own z-score; noise of flat images is not blown up."""
    centred = x - x.mean((2, 3), keepdim=True)
    return centred / ((centred * centred).mean((2, 3), keepdim=True).sqrt() + 4)


def convolution(channels, filters):
    return nn.Sequential(nn.Conv2d(channels, filters, 3, padding=1, bias=False), nn.BatchNorm2d(filters))


class Residual(nn.Module):
    def __init__(self, channels, filters):
        super().__init__()
        self.first, self.second = convolution(channels, filters), convolution(filters, filters)
        self.short = nn.Conv2d(channels, filters, 1, bias=False)

    def forward(self, x):
        return F.relu(self.short(x) + self.second(F.relu(self.first(x))))


class Small(nn.Module):
    """One logit of a standardized image."""

    def __init__(self):
        super().__init__()
        self.layers = nn.Sequential(
            convolution(1, 12), nn.ReLU(), convolution(12, 20), nn.ReLU(), nn.MaxPool2d(2), Residual(20, 36),
            nn.MaxPool2d(2), Residual(36, 60), nn.AdaptiveAvgPool2d(1), nn.Flatten(), nn.Dropout(0.2), nn.Linear(60, 1))

    def forward(self, x):
        return self.layers(x)


class Together(nn.Module):
    """What is exported: 8-bit values in, the mean logit of the networks over the image and its mirror image out."""

    def __init__(self, networks):
        super().__init__()
        self.networks = nn.ModuleList(networks)

    def forward(self, image):
        x = standardize(image)
        mirrored = torch.flip(x, [3])
        logits = [network(one) for network in self.networks for one in (x, mirrored)]
        return torch.stack(logits).mean(0)


def augment(x, strong):
    """8-bit values in and out. Framing varies most: what differs between hospitals is how much of the chest is seen."""
    n = len(x)

    def between(low, high, *shape):
        return low + (high - low) * torch.rand(n, *(shape or (1, 1, 1)))

    flip = torch.where(torch.rand(n) < 0.5, -1.0, 1.0)
    if strong:
        angle, shear = (between(-7, 7) * torch.pi / 180).flatten(), between(-0.05, 0.05).flatten()
        scale, shift = between(0.75, 1.25).flatten(), between(-0.2, 0.2, 2)  # in halves of the image's width
    else:
        angle = shear = torch.zeros(n)
        scale, shift = torch.ones(n), between(-2 / 28, 2 / 28, 2)
    rows = torch.stack([
        torch.stack([flip * torch.cos(angle) / scale, (shear - torch.sin(angle)) / scale, shift[:, 0]], 1),
        torch.stack([flip * torch.sin(angle) / scale, torch.cos(angle) / scale, shift[:, 1]], 1)], 1)
    x = F.grid_sample(x, F.affine_grid(rows, x.shape, align_corners=False), padding_mode="border", align_corners=False)
    if not strong:
        return x
    mean = x.mean((2, 3), keepdim=True)
    x = ((x - mean) * between(0.85, 1.15) + mean) / 255 + between(-0.08, 0.08)
    x = x.clamp(0, 1) ** between(0.85, 1.15)
    blurred = F.avg_pool2d(F.pad(x, [1] * 4, mode="replicate"), 3, 1)
    x = torch.where(torch.rand(n, 1, 1, 1) < 0.2, blurred, x)
    return (x + 0.015 * torch.randn(x.shape)).clamp(0, 1) * 255


def fit(images, labels, seed):
    torch.manual_seed(seed)
    network = Small()
    average = {name: value.clone() for name, value in network.state_dict().items()}
    optimizer = torch.optim.AdamW(network.parameters(), lr=RATE, weight_decay=0.02)
    steps = EPOCHS * (len(images) // BATCH)
    schedule = torch.optim.lr_scheduler.OneCycleLR(optimizer, RATE, total_steps=steps, pct_start=0.15)
    share = labels.mean()
    for epoch in range(EPOCHS):
        order = torch.randperm(len(images))
        for step in range(len(images) // BATCH):
            chosen = order[step * BATCH:(step + 1) * BATCH]
            x = standardize(augment(images[chosen], strong=epoch < 0.85 * EPOCHS))
            y = labels[chosen]
            weight = torch.where(y > 0.5, 0.5 / share, 0.5 / (1 - share))
            loss = F.binary_cross_entropy_with_logits(network(x)[:, 0], 0.025 + 0.95 * y, weight)
            optimizer.zero_grad()
            loss.backward()
            optimizer.step()
            schedule.step()
            for name, value in network.state_dict().items():
                average[name] = 0.99 * average[name] + 0.01 * value if value.is_floating_point() else value.clone()
        print(f"seed {seed}, epoch {epoch + 1}: loss {loss.item():.4f}", flush=True)
    network.load_state_dict(average)
    # Batch-norm's statistics are those of clean images, as the network will see them.
    norms = [layer for layer in network.modules() if isinstance(layer, nn.BatchNorm2d)]
    for norm in norms:
        norm.reset_running_stats()
        norm.momentum = None
    with torch.no_grad():
        for batch in torch.randperm(len(images)).split(512):
            network(standardize(images[batch]))
    return network.eval()


def measures(labels, scores, threshold):
    found = scores >= threshold
    return ((found == (labels > 0.5)).float().mean().item(), found[labels > 0.5].float().mean().item(),
            (~found[labels < 0.5]).float().mean().item())


def auc(labels, scores):
    ill, well = scores[labels > 0.5][:, None], scores[labels < 0.5][None]
    return ((ill > well).float() + 0.5 * (ill == well).float()).mean().item()


def thresholds(labels, scores):
    """The best specificity at a sensitivity of 95 % or more, and Youden's; each in the middle of a gap between scores."""
    values = torch.unique(scores)
    cuts = ((values[1:] + values[:-1]) / 2).tolist()
    rated = [(cut, *measures(labels, scores, cut)) for cut in cuts]
    return {"sensitivity 95 %": max(one[0] for one in rated if one[2] >= 0.95),
            "Youden": max(rated, key=lambda one: one[2] + one[3])[0], "even odds": 0.5}


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("images", type=pathlib.Path)
    parser.add_argument("onnx", type=pathlib.Path)
    parser.add_argument("--test", action="store_true")
    arguments = parser.parse_args()
    torch.set_num_threads(1)
    torch.use_deterministic_algorithms(True)
    weights = arguments.onnx.with_suffix(".pt")
    if not arguments.test:
        networks = [fit(*split(arguments.images / "train"), seed) for seed in SEEDS]
        torch.save([network.state_dict() for network in networks], weights)
    together = Together([Small() for _ in SEEDS]).eval()
    for network, state in zip(together.networks, torch.load(weights)):
        network.load_state_dict(state)
    with torch.no_grad():
        images, labels = split(arguments.images / "val")
        scores = torch.sigmoid(together(images)[:, 0]).double()
        chosen = thresholds(labels, scores)
        reports = [("val", labels, scores)]
        if arguments.test:
            images, labels = split(arguments.images / "test")
            reports.append(("test", labels, torch.sigmoid(together(images)[:, 0]).double()))
        for name, labels, scores in reports:
            print(f"{name}: AUC {auc(labels, scores):.4f}")
            for rule, cut in chosen.items():
                print("  {}, {:.4f}: accuracy {:.4f}, sensitivity {:.4f}, specificity {:.4f}".format(
                    rule, cut, *measures(labels, scores, cut)))
        if arguments.test:
            return
        # The self-test: images of noise, because no patient's belong beside the network.
        given = torch.rand(4, 1, 28, 28, generator=torch.Generator().manual_seed(7)).mul(255).round()
        torch.onnx.export(together, (given,), str(arguments.onnx), opset_version=17, input_names=["image"],
                          output_names=["logit"], dynamic_axes={"image": {0: "n"}, "logit": {0: "n"}})
        numpy.save(arguments.onnx.with_suffix(".input.npy"), given.numpy())
        numpy.save(arguments.onnx.with_suffix(".output.npy"), together(given).numpy())


if __name__ == "__main__":
    main()
