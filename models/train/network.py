"""The detectors' shape: a small fully convolutional centre-heatmap network (after CenterNet, arXiv 1904.07850).

Two strided layers bring the image to a quarter of its size, a deeper level at an eighth gives context, and both are
added up again. Three maps come out per cell of the quarter-size grid: the logit of "an object's centre is here", the
centre's offset inside the cell, and the logarithm of the box's width and height as fractions of the image.
"""

import torch
from torch import nn

STRIDE = 4


class ConvUnit(nn.Module):
    """3x3 convolution, batch norm, ReLU."""

    def __init__(self, channels_in: int, channels_out: int, stride: int = 1):
        super().__init__()
        self.conv = nn.Conv2d(channels_in, channels_out, 3, stride, 1, bias=False)
        self.norm = nn.BatchNorm2d(channels_out)

    def forward(self, x: torch.Tensor) -> torch.Tensor:
        return torch.relu(self.norm(self.conv(x)))


class Detector(nn.Module):
    """Takes N x 3 x H x W in [-0.5, 0.5]; returns logits (N,1,h,w), offsets (N,2,h,w), log sizes (N,2,h,w)."""

    def __init__(self, widths: tuple[int, int, int], depth: int):
        super().__init__()
        stem, fine, coarse = widths
        self.stem = ConvUnit(3, stem, 2)
        self.down = ConvUnit(stem, fine, 2)
        self.fine = nn.ModuleList(ConvUnit(fine, fine) for _ in range(depth))
        self.deeper = ConvUnit(fine, coarse, 2)
        self.coarse = nn.ModuleList(ConvUnit(coarse, coarse) for _ in range(depth))
        self.lateral = nn.Conv2d(coarse, fine, 1)
        self.merge = ConvUnit(fine, fine)
        self.head = nn.Conv2d(fine, 5, 1)
        with torch.no_grad():
            self.head.bias.copy_(torch.tensor([-4.0, 0.0, 0.0, -2.5, -1.2]))

    def forward(self, x: torch.Tensor) -> tuple[torch.Tensor, torch.Tensor, torch.Tensor]:
        x = self.down(self.stem(x))
        for unit in self.fine:
            x = unit(x)
        y = self.deeper(x)
        for unit in self.coarse:
            y = y + unit(y)
        up = nn.functional.interpolate(self.lateral(y), scale_factor=2, mode="nearest")
        out = self.head(self.merge(x + up))
        return out[:, 0:1], out[:, 1:3], out[:, 3:5]
