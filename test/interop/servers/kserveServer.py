"""A KServe v2 service whose models have the inputs and outputs of NeMo Deploy, on Triton through PyTriton.

    python kserveServer.py HTTP_PORT GRPC_PORT METRICS_PORT

Four models, none of which thinks:

  trtllm     the flavour of TensorRT-LLM; its answer repeats the prompt and tells the parameters and the size of the batch
  framework  the in-framework flavour, the same
  picky      as trtllm, one prompt at a time, and refuses prompts that hold the word "forbidden"
  last       comes up after the others
"""

import sys

import numpy as np
from pytriton.decorators import batch
from pytriton.exceptions import PyTritonInvalidOperationError
from pytriton.model_config import ModelConfig, Tensor
from pytriton.triton import Triton, TritonConfig


def texts(array):
    return [element.decode("utf-8") for element in array[:, 0]]


def told(inputs, row, names):
    """The parameters as they arrived, in a fixed order, e.g. `top_k=1`."""
    parts = []
    for name in names:
        value = inputs.get(name)
        if value is None:
            continue
        words = [one.decode("utf-8") if isinstance(one, bytes) else one.item() for one in value[row]]
        parts.append(f"{name}={'|'.join(str(word) for word in words)}")
    return " ".join(parts)


def answers(inputs, names):
    prompts = texts(inputs["prompts"])
    stops = inputs.get("stop_words_list")
    rows = []
    for row, prompt in enumerate(prompts):
        stop = "" if stops is None else stops[row][0].decode("utf-8")
        rows.append([f"  echo<{prompt}> {told(inputs, row, names)} batch={len(prompts)}{stop}".encode("utf-8")])
    return np.array(rows, dtype=object)


TRTLLM = [
    Tensor(name="prompts", shape=(-1,), dtype=bytes),
    Tensor(name="max_output_len", shape=(-1,), dtype=np.int64, optional=True),
    Tensor(name="top_k", shape=(-1,), dtype=np.int64, optional=True),
    Tensor(name="top_p", shape=(-1,), dtype=np.single, optional=True),
    Tensor(name="temperature", shape=(-1,), dtype=np.single, optional=True),
    Tensor(name="random_seed", shape=(-1,), dtype=np.int64, optional=True),
    Tensor(name="stop_words_list", shape=(-1,), dtype=bytes, optional=True),
]

FRAMEWORK = [
    Tensor(name="prompts", shape=(-1,), dtype=bytes),
    Tensor(name="max_length", shape=(-1,), dtype=np.int64, optional=True),
    Tensor(name="top_k", shape=(-1,), dtype=np.int64, optional=True),
    Tensor(name="top_p", shape=(-1,), dtype=np.single, optional=True),
    Tensor(name="temperature", shape=(-1,), dtype=np.single, optional=True),
    Tensor(name="compute_logprob", shape=(-1,), dtype=np.bool_, optional=True),
    Tensor(name="apply_chat_template", shape=(-1,), dtype=np.bool_, optional=True),
]


@batch
def trtllm(**inputs):
    names = [tensor.name for tensor in TRTLLM[1:]]
    return {"outputs": answers(inputs, names)}


@batch
def framework(**inputs):
    names = [tensor.name for tensor in FRAMEWORK[1:]]
    return {"sentences": answers(inputs, names)}


@batch
def picky(**inputs):
    if any("forbidden" in prompt for prompt in texts(inputs["prompts"])):
        raise PyTritonInvalidOperationError("a prompt holds what this model does not take")
    return {"outputs": answers(inputs, [])}


def main():
    http_port, grpc_port, metrics_port = (int(argument) for argument in sys.argv[1:4])
    config = TritonConfig(
        http_address="127.0.0.1",
        http_port=http_port,
        grpc_address="127.0.0.1",
        grpc_port=grpc_port,
        metrics_port=metrics_port,
        allow_metrics=False,
    )
    output = [Tensor(name="outputs", shape=(-1,), dtype=bytes)]
    sentences = [Tensor(name="sentences", shape=(-1,), dtype=bytes)]
    with Triton(config=config) as triton:
        triton.bind(
            model_name="trtllm", infer_func=trtllm, inputs=TRTLLM, outputs=output, config=ModelConfig(max_batch_size=8)
        )
        triton.bind(
            model_name="framework",
            infer_func=framework,
            inputs=FRAMEWORK,
            outputs=sentences,
            config=ModelConfig(max_batch_size=4),
        )
        triton.bind(
            model_name="picky",
            infer_func=picky,
            inputs=TRTLLM[:2],
            outputs=output,
            config=ModelConfig(max_batch_size=1),
        )
        # Its readiness says that all the others are there, too.
        triton.bind(
            model_name="last", infer_func=picky, inputs=TRTLLM[:1], outputs=output, config=ModelConfig(max_batch_size=1)
        )
        triton.serve()


if __name__ == "__main__":
    main()
