"""Trains one detector on rendered scenes and writes models/<name>.onnx and its manifest models/<name>.json.

    python models/train/train.py vest --renderer dist/sim/world/render-dataset.js

See models/README.md. Training, validation (choice of the score threshold) and held-out scenes have disjoint seeds.
"""

import argparse
import hashlib
import json
import pathlib
import time

import numpy as np
import onnxruntime
import torch

from export import export
from network import STRIDE, Detector
from scenes import HEIGHT, WIDTH, Scenes, Window, load, targets
from score import decode, tally

# `shrink`: input size compared with the rendered 320 x 240. `window`: the part of a picture used per training step; the
# networks are fully convolutional, so a part is as good as the whole, and cheaper.
NETWORKS = {
    "vest": dict(shrink=2, widths=(20, 40, 80), depth=4, labels={"hazard_vest"}, label="hazard_vest", epochs=4, window=(160, 120)),
    "people": dict(shrink=1, widths=(16, 36, 64), depth=4, labels={"hazard_vest", "person"}, label="person", epochs=3, window=(192, 160)),
}
TRAIN_SEED, VALIDATION_SEED, HELD_OUT_SEED = 1001, 2002, 3003
TRAIN_COUNT, CHECK_COUNT = 5000, 600
BATCH = 16
PEAK_RATE = 4e-3


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("name", choices=NETWORKS)
    parser.add_argument("--renderer", type=pathlib.Path, required=True, help="the compiled sim/world/render-dataset.js")
    parser.add_argument("--cache", type=pathlib.Path, default=pathlib.Path(".trimtab/training"))
    parser.add_argument("--out", type=pathlib.Path, default=pathlib.Path("models"))
    parser.add_argument("--threads", type=int, default=1)
    args = parser.parse_args()
    torch.manual_seed(7)
    torch.set_num_threads(args.threads)
    plan = NETWORKS[args.name]
    train, validation, held_out = (
        load(args.renderer, args.cache, seed, count, plan["shrink"], plan["labels"])
        for seed, count in ((TRAIN_SEED, TRAIN_COUNT), (VALIDATION_SEED, CHECK_COUNT), (HELD_OUT_SEED, CHECK_COUNT))
    )
    started = time.monotonic()
    net = Detector(plan["widths"], plan["depth"])
    fit(net, train, plan["epochs"], plan["window"])
    minutes = (time.monotonic() - started) / 60

    width, height = WIDTH // plan["shrink"], HEIGHT // plan["shrink"]
    path = args.out / f"{args.name}.onnx"
    net.eval()
    export(net, width, height, str(path))
    difference = largest_difference(net, path, validation.images[:8])
    assert difference < 2e-2, f"the exported network differs from the trained one by {difference}"
    maps = run(path, validation)
    threshold = max(np.arange(0.2, 0.7, 0.05), key=lambda t: f_score(*measure(maps, validation, t)))
    precision, recall = measure(run(path, held_out), held_out, threshold)
    manifest = {
        "id": args.name,
        "version": 1,
        "file": path.name,
        "sha256": hashlib.sha256(path.read_bytes()).hexdigest(),
        "input": {"name": "image", "width": width, "height": height, "type": "uint8 NHWC rgb"},
        "stride": STRIDE,
        "labels": [plan["label"]],
        "scoreThreshold": round(float(threshold), 2),
        "training": {
            "parameters": sum(p.numel() for p in net.parameters()),
            "scenes": {"train": TRAIN_COUNT, "validation": CHECK_COUNT, "heldOut": CHECK_COUNT},
            "seeds": {"train": TRAIN_SEED, "validation": VALIDATION_SEED, "heldOut": HELD_OUT_SEED},
            "epochs": plan["epochs"],
            "minutes": round(minutes, 1),
            "largestExportDifference": float(f"{difference:.1e}"),
            "heldOut": {"precision": round(precision, 4), "recall": round(recall, 4), "distanceM": [2, 8]},
        },
    }
    (args.out / f"{args.name}.json").write_text(json.dumps(manifest, indent=2) + "\n")
    print(json.dumps(manifest, indent=2))


def fit(net: Detector, scenes: Scenes, epochs: int, window: tuple[int, int]) -> None:
    optimizer = torch.optim.AdamW(net.parameters(), weight_decay=1e-3)
    count = len(scenes.boxes)
    steps = epochs * (count // BATCH)
    schedule = torch.optim.lr_scheduler.OneCycleLR(optimizer, PEAK_RATE, total_steps=steps, pct_start=0.15)
    chance = np.random.default_rng(7)
    step, losses = 0, []
    for _ in range(epochs):
        order = chance.permutation(count)
        for at in range(0, count - BATCH + 1, BATCH):
            batch = [augmented(scenes, i, chance, window) for i in order[at : at + BATCH]]
            images, heat, shape, weight = (torch.from_numpy(np.stack(part)) for part in zip(*batch))
            images = images.permute(0, 3, 1, 2).contiguous()
            loss = loss_of(net(images), heat, shape, weight)
            optimizer.zero_grad()
            loss.backward()
            optimizer.step()
            schedule.step()
            step += 1
            losses.append(loss.item())
            if step % 50 == 0:
                print(f"step {step}/{steps}  loss {np.mean(losses[-50:]):.3f}", flush=True)


def augmented(scenes: Scenes, index: int, chance: np.random.Generator, size: tuple[int, int]):
    """A window of one picture in [-0.5, 0.5], perhaps mirrored and with another light, and its targets."""
    frame = scenes.boxes[index]
    image = scenes.images[index]
    if chance.random() < 0.5:
        image = image[:, ::-1]
        frame = [{**box, "centerX": 1 - box["centerX"]} for box in frame]
    height, width = image.shape[:2]
    left, top = chance.integers(width - size[0] + 1), chance.integers(height - size[1] + 1)
    part = image[top : top + size[1], left : left + size[0]].astype(np.float32)
    gain = (chance.uniform(0.85, 1.15) * chance.uniform(0.96, 1.04, 3) / 255).astype(np.float32)
    return np.clip(part * gain, 0, 1) - np.float32(0.5), *targets(frame, (width, height), Window(left, top, *size))


def loss_of(out, heat: torch.Tensor, shape: torch.Tensor, weight: torch.Tensor) -> torch.Tensor:
    """CenterNet's penalty-reduced focal loss on the heatmap, L1 on offsets and log sizes at the centres."""
    logits, offset, size = out
    score = torch.sigmoid(logits[:, 0]).clamp(1e-4, 1 - 1e-4)
    center = (heat == 1).float() * weight
    hit = center * (1 - score) ** 2 * torch.log(score)
    miss = (1 - center) * weight * (1 - heat) ** 4 * score**2 * torch.log(1 - score)
    people = center.sum().clamp(min=1)
    regression = (torch.cat([offset, size * 2], 1) - torch.cat([shape[:, :2], shape[:, 2:] * 2], 1)).abs()
    return -(hit + miss).sum() / people + 0.5 * (regression * center[:, None]).sum() / people


def largest_difference(net: Detector, path: pathlib.Path, images: np.ndarray) -> float:
    """Largest difference between the trained and the exported network's outputs."""
    session = onnxruntime.InferenceSession(str(path), providers=["CPUExecutionProvider"])
    worst = 0.0
    for image in images:
        heat, boxes = session.run(None, {"image": image[None]})
        with torch.no_grad():
            logits, offset, size = net(torch.from_numpy(image[None].astype(np.float32) / 255 - 0.5).permute(0, 3, 1, 2))
        expected = torch.cat([torch.sigmoid(logits), offset, torch.exp(size)], 1).numpy()
        worst = max(worst, float(np.abs(np.concatenate([heat, boxes], 1) - expected).max()))
    return worst


def run(path: pathlib.Path, scenes: Scenes) -> list[tuple[np.ndarray, np.ndarray]]:
    """The exported network's heat and boxes for every picture."""
    session = onnxruntime.InferenceSession(str(path), providers=["CPUExecutionProvider"])
    return [tuple(session.run(None, {"image": image[None]})) for image in scenes.images]


def measure(maps, scenes: Scenes, threshold: float) -> tuple[float, float]:
    """Precision and recall at a score threshold."""
    tallies = [
        tally(decode(heat[0, 0], boxes[0], threshold), frame) for (heat, boxes), frame in zip(maps, scenes.boxes)
    ]
    hits, alarms, misses = (sum(part) for part in zip(*tallies))
    return hits / max(1, hits + alarms), hits / max(1, hits + misses)


def f_score(precision: float, recall: float) -> float:
    return 2 * precision * recall / max(1e-9, precision + recall)


if __name__ == "__main__":
    main()
