"""Makes the networks of the tests, a few KB each, with the self-tests that they carry. Run by name, where a network is to
change: the files are in the repository. What is expected of them is ONNX Runtime's word, not OpenVINO's.

    python3 -m venv /tmp/onnx && /tmp/onnx/bin/pip install numpy==2.4.6 onnx==1.23.2 onnxruntime==1.32.0
    /tmp/onnx/bin/python tests/nodes/infer/models/make.py
"""
import pathlib

import numpy
import onnx
import onnxruntime
from onnx import TensorProto, helper, numpy_helper

FOLDER = pathlib.Path(__file__).parent
RANDOM = numpy.random.default_rng(7)


def weights(name, *shape):
    scale = numpy.sqrt(numpy.prod(shape[1:]) or 1)
    return numpy_helper.from_array((RANDOM.normal(size=shape) / scale).astype(numpy.float32), name)


def convolution(given, name, out, channels, filters, relu=True):
    """Nodes and weights of a convolution of 3 x 3 that keeps the size."""
    nodes = [helper.make_node("Conv", [given, f"{name}.w", f"{name}.b"], [f"{name}.sum" if relu else out], pads=[1] * 4)]
    if relu:
        nodes.append(helper.make_node("Relu", [f"{name}.sum"], [out]))
    return nodes, [weights(f"{name}.w", filters, channels, 3, 3), weights(f"{name}.b", filters)]


def save(name, nodes, initializers, given, outputs, element=TensorProto.FLOAT):
    graph = helper.make_graph(
        nodes,
        name,
        [helper.make_tensor_value_info("image", element, given)],
        [helper.make_tensor_value_info(output, TensorProto.FLOAT, shape) for output, shape in outputs],
        initializers,
    )
    model = helper.make_model(graph, opset_imports=[helper.make_opsetid("", 17)], ir_version=8)
    onnx.checker.check_model(model)
    onnx.save(model, FOLDER / f"{name}.onnx")
    return model


def self_test(name, shape, outputs=None):
    """Writes the self-test, and gives the session."""
    session = onnxruntime.InferenceSession(FOLDER / f"{name}.onnx")
    image = RANDOM.uniform(size=shape).astype(numpy.float32)
    numpy.save(FOLDER / f"{name}.input.npy", image)
    for output, given in zip(session.get_outputs(), session.run(None, {"image": image})):
        numpy.save(FOLDER / (f"{name}.{output.name}.output.npy" if outputs else f"{name}.output.npy"), given)
    return session


def classifier():
    """Three classes of a grey image of 8 x 8: two convolutions, and two layers for which kernels for one image and for
    sixteen are not the same."""
    first = convolution("image", "a", "a.out", 1, 4)
    second = convolution("a.out", "b", "b.out", 4, 6)
    rest = [
        helper.make_node("MaxPool", ["b.out"], ["pooled"], kernel_shape=[2, 2], strides=[2, 2]),
        helper.make_node("Flatten", ["pooled"], ["flat"]),
        helper.make_node("Gemm", ["flat", "c.w", "c.b"], ["c.sum"], transB=1),
        helper.make_node("Relu", ["c.sum"], ["c.out"]),
        helper.make_node("Gemm", ["c.out", "d.w", "d.b"], ["logits"], transB=1),
    ]
    layers = [weights("c.w", 16, 96), weights("c.b", 16), weights("d.w", 3, 16), weights("d.b", 3)]
    save("classes", first[0] + second[0] + rest, first[1] + second[1] + layers, ["n", 1, 8, 8], [("logits", ["n", 3])])
    session = self_test("classes", (2, 1, 8, 8))
    # What infer_test.cpp expects: images whose pixel at row r and column c of image i is (37 i + 11 r + 5 c) % 256 / 255.
    images = numpy.stack([images_of(i, 8, 8)[None] for i in range(16)]).astype(numpy.float32)
    print("logits of the test's images", session.run(None, {"image": images})[0].tolist())


def images_of(i, rows, columns):
    r, c = numpy.mgrid[:rows, :columns]
    return (37 * i + 11 * r + 5 * c) % 256 / 255


def any_size():
    """One logit of a colour image of any size, channels last: the mean of a convolution; and the six means before it."""
    nodes, layers = convolution("planes", "a", "a.out", 3, 6)
    nodes.insert(0, helper.make_node("Transpose", ["image"], ["planes"], perm=[0, 3, 1, 2]))
    nodes += [
        helper.make_node("GlobalAveragePool", ["a.out"], ["means"]),
        helper.make_node("Flatten", ["means"], ["embedding"]),
        helper.make_node("Gemm", ["embedding", "b.w", "b.b"], ["logit"], transB=1),
    ]
    layers += [weights("b.w", 1, 6), weights("b.b", 1)]
    given = [("logit", ["n", 1]), ("embedding", ["n", 6])]
    save("any_size", nodes, layers, ["n", "height", "width", 3], given)
    self_test("any_size", (1, 5, 7, 3), outputs=True)


def segmenter():
    """Three channels of logits on the grid of a grey image of any size."""
    first = convolution("image", "a", "a.out", 1, 4)
    second = convolution("a.out", "b", "logits", 4, 3, relu=False)
    save("regions", first[0] + second[0], first[1] + second[1], ["n", 1, "height", "width"],
         [("logits", ["n", 3, "height", "width"])])
    self_test("regions", (1, 1, 6, 5))


def refused():
    """What infer refuses."""
    flat = [helper.make_node("Gemm", ["image", "w", "b"], ["y"], transB=1)]
    save("flat", flat, [weights("w", 2, 10), weights("b", 2)], ["n", 10], [("y", ["n", 2])])
    cast = [
        helper.make_node("Cast", ["image"], ["real"], to=TensorProto.FLOAT),
        helper.make_node("ReduceMean", ["real"], ["y"], axes=[2, 3], keepdims=0),
    ]
    save("bytes", cast, [], ["n", 2, 4, 4], [("y", ["n", 2])], element=TensorProto.UINT8)
    nodes, layers = convolution("image", "a", "a.out", 1, 2)
    nodes.append(helper.make_node("ReduceMean", ["a.out"], ["y"], axes=[2, 3], keepdims=0))
    save("four", nodes, layers, [4, 1, 8, 8], [("y", [4, 2])])
    model = save("external", nodes, layers, ["n", 1, 8, 8], [("y", ["n", 2])])
    onnx.save(model, FOLDER / "external.onnx", save_as_external_data=True, location="external.bin", size_threshold=0)
    (FOLDER / "external.bin").unlink()
    # Static: each image has a call of its own.
    save("single", nodes, layers, [1, 1, 8, 8], [("y", [1, 2])])
    self_test("single", (1, 1, 8, 8))


classifier()
any_size()
segmenter()
refused()
