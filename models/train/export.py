"""Writes a trained Detector as ONNX: raw rgb8 bytes in, heat (0..1) and boxes out; batch norms folded into the convolutions."""

import numpy as np
import onnx
import torch
from onnx import TensorProto, helper, numpy_helper

from network import ConvUnit, Detector


class Graph:
    """Collects nodes and weights; each method returns the name of the value it adds."""

    def __init__(self):
        self.nodes, self.weights = [], []

    def add(self, op: str, *inputs: str, name: str | None = None, **attributes) -> str:
        out = name or f"{op.lower()}{len(self.nodes)}"
        self.nodes.append(helper.make_node(op, list(inputs), [out], **attributes))
        return out

    def constant(self, value: np.ndarray) -> str:
        name = f"w{len(self.weights)}"
        self.weights.append(numpy_helper.from_array(value, name))
        return name

    def half(self, value: np.ndarray) -> str:
        """A constant stored in 16 bits, which halves the file; the runtime widens it once, when it loads."""
        return self.add("Cast", self.constant(value.astype(np.float16)), to=TensorProto.FLOAT)

    def conv(self, x: str, weight: torch.Tensor, bias: torch.Tensor, stride: int) -> str:
        kernel = weight.shape[-1]
        return self.add(
            "Conv",
            x,
            self.half(weight.detach().numpy()),
            self.constant(bias.detach().numpy()),
            kernel_shape=[kernel, kernel],
            strides=[stride, stride],
            pads=[kernel // 2] * 4,
        )

    def unit(self, x: str, unit: ConvUnit) -> str:
        norm = unit.norm
        gain = norm.weight / torch.sqrt(norm.running_var + norm.eps)
        bias = norm.bias - norm.running_mean * gain
        out = self.conv(x, unit.conv.weight * gain[:, None, None, None], bias, unit.conv.stride[0])
        return self.add("Relu", out)


def export(net: Detector, width: int, height: int, path: str) -> None:
    """Input `image`: uint8 [1, height, width, 3]. Outputs `heat`: float [1, 1, h, w] and `boxes`: float [1, 4, h, w] (offset x, offset y in cells; width, height as fractions of the image)."""
    graph = Graph()
    x = graph.add("Cast", "image", to=TensorProto.FLOAT)
    x = graph.add("Transpose", x, perm=[0, 3, 1, 2])
    x = graph.add("Mul", x, graph.constant(np.array(1 / 255, np.float32)))
    x = graph.add("Sub", x, graph.constant(np.array(0.5, np.float32)))
    x = graph.unit(graph.unit(x, net.stem), net.down)
    for unit in net.fine:
        x = graph.unit(x, unit)
    y = graph.unit(x, net.deeper)
    for unit in net.coarse:
        y = graph.add("Add", y, graph.unit(y, unit))
    y = graph.conv(y, net.lateral.weight, net.lateral.bias, 1)
    scales = graph.constant(np.array([1, 1, 2, 2], np.float32))
    up = graph.add("Resize", y, "", scales, mode="nearest", coordinate_transformation_mode="asymmetric", nearest_mode="floor")
    x = graph.unit(graph.add("Add", x, up), net.merge)
    head, bias = net.head.weight, net.head.bias
    graph.add("Sigmoid", graph.conv(x, head[0:1], bias[0:1], 1), name="heat")
    offset = graph.conv(x, head[1:3], bias[1:3], 1)
    size = graph.add("Exp", graph.conv(x, head[3:5], bias[3:5], 1))
    graph.add("Concat", offset, size, name="boxes", axis=1)
    rows, cols = height // 4, width // 4
    model = helper.make_model(
        helper.make_graph(
            graph.nodes,
            "trimtab-detector",
            [helper.make_tensor_value_info("image", TensorProto.UINT8, [1, height, width, 3])],
            [
                helper.make_tensor_value_info("heat", TensorProto.FLOAT, [1, 1, rows, cols]),
                helper.make_tensor_value_info("boxes", TensorProto.FLOAT, [1, 4, rows, cols]),
            ],
            graph.weights,
        ),
        opset_imports=[helper.make_opsetid("", 17)],
        ir_version=8,
        producer_name="trimtab models/train",
    )
    onnx.checker.check_model(model, full_check=True)
    onnx.save(model, path)
