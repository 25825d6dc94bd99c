"""A language model of 6 MB with random weights, made in a moment, that ONNX Runtime GenAI runs like any other.

One attention layer over bytes and Japanese characters. What it says means nothing: the machinery around it is tested.
"""

from __future__ import annotations

import json
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import onnx
from onnx import NodeProto, TensorProto, ValueInfoProto, helper, numpy_helper
from tests.engines.tokens import CHAT_TEMPLATE, START, Alphabet


@dataclass(frozen=True)
class Shape:
    """The sizes of a model. `hidden / heads` must be a multiple of 16: the attention kernel asks for it."""

    hidden: int = 64
    layers: int = 1
    heads: int = 4
    kv_heads: int = 2
    context: int = 32768

    @property
    def head(self) -> int:
        return self.hidden // self.heads


def write_onnx_model(folder: Path, shape: Shape | None = None, seed: int = 0) -> Path:
    """Write the model's folder: graph, tokenizer, and the configuration that GenAI reads. Gives the folder."""
    shape = shape or Shape()
    folder.mkdir(parents=True, exist_ok=True)
    alphabet = Alphabet(japanese=True)
    _write_tokenizer(folder, alphabet, shape.context)
    onnx.save(_Graph(shape, len(alphabet), seed).model(), str(folder / "model.onnx"))
    _write_json(folder / "genai_config.json", _genai_config(shape, alphabet))
    return folder


class _Graph:
    """Collects the nodes, weights, inputs and outputs of the graph."""

    def __init__(self, shape: Shape, vocabulary: int, seed: int) -> None:
        self._shape, self._vocabulary = shape, vocabulary
        self._random = np.random.default_rng(seed)
        self._nodes: list[NodeProto] = []
        self._weights: list[TensorProto] = []
        self._inputs: list[ValueInfoProto] = []
        self._outputs: list[ValueInfoProto] = []

    def model(self) -> onnx.ModelProto:
        shape = self._shape
        ids = ["batch", "sequence"]
        self._input("input_ids", TensorProto.INT64, ids)
        self._input("attention_mask", TensorProto.INT64, ["batch", "total"])
        self._output("logits", [*ids, self._vocabulary])
        self._lengths()
        self._rotary()
        self._random_weight("embedding", self._vocabulary, shape.hidden, scale=1.0)
        self._node("Gather", ["embedding", "input_ids"], "x0")
        for layer in range(shape.layers):
            self._layer(layer)
        self._norm(f"x{shape.layers}", "final")
        self._random_weight("head", shape.hidden, self._vocabulary)
        self._node("MatMul", ["final", "head"], "logits")
        graph = helper.make_graph(self._nodes, "tiny", self._inputs, self._outputs, self._weights)
        sets = [helper.make_opsetid("", 18), helper.make_opsetid("com.microsoft", 1)]
        return helper.make_model(graph, opset_imports=sets, ir_version=9)

    def _lengths(self) -> None:
        """The two counts that the attention kernel wants: past tokens of each row, and the total."""
        self._constant("one", np.array([1], np.int64))
        self._constant("second", np.array(1, np.int64))
        self._node("ReduceSum", ["attention_mask", "one"], "tokens", keepdims=0)
        self._node("Sub", ["tokens", "one"], "last")
        self._node("Cast", ["last"], "past_length", to=TensorProto.INT32)
        self._node("Shape", ["attention_mask"], "mask_shape")
        self._node("Gather", ["mask_shape", "second"], "width", axis=0)
        self._node("Cast", ["width"], "total_length", to=TensorProto.INT32)

    def _rotary(self) -> None:
        half = self._shape.head // 2
        angles = np.arange(self._shape.context)[:, None] * (1 / 10000 ** (np.arange(half) / half))[None]
        self._constant("cosines", np.cos(angles).astype(np.float32))
        self._constant("sines", np.sin(angles).astype(np.float32))

    def _layer(self, layer: int) -> None:
        shape = self._shape
        keys = shape.kv_heads * shape.head
        self._norm(f"x{layer}", f"n{layer}")
        for name, width in (("q", shape.hidden), ("k", keys), ("v", keys)):
            self._random_weight(f"w{name}{layer}", shape.hidden, width)
            self._node("MatMul", [f"n{layer}", f"w{name}{layer}"], f"{name}{layer}")
        past, present = [], []
        for what in ("key", "value"):
            past.append(f"past_key_values.{layer}.{what}")
            present.append(f"present.{layer}.{what}")
            self._input(past[-1], TensorProto.FLOAT, ["batch", shape.kv_heads, "past", shape.head])
            self._output(present[-1], ["batch", shape.kv_heads, "total", shape.head])
        projected = [f"{name}{layer}" for name in "qkv"]
        self._nodes.append(
            helper.make_node(
                "GroupQueryAttention",
                [*projected, *past, "past_length", "total_length", "cosines", "sines"],
                [f"a{layer}", *present],
                domain="com.microsoft",
                num_heads=shape.heads,
                kv_num_heads=shape.kv_heads,
                do_rotary=1,
                scale=float(1 / np.sqrt(shape.head)),
            )
        )
        self._random_weight(f"wo{layer}", shape.hidden, shape.hidden)
        self._node("MatMul", [f"a{layer}", f"wo{layer}"], f"o{layer}")
        self._node("Add", [f"x{layer}", f"o{layer}"], f"x{layer + 1}")

    def _norm(self, source: str, target: str) -> None:
        self._constant(f"{target}_scale", np.ones(self._shape.hidden, np.float32))
        operator = "SimplifiedLayerNormalization"
        self._node(operator, [source, f"{target}_scale"], target, axis=-1, epsilon=1e-5, stash_type=1)

    def _random_weight(self, name: str, rows: int, columns: int, scale: float | None = None) -> None:
        spread = scale or 1 / np.sqrt(rows)
        self._constant(name, (self._random.standard_normal((rows, columns)) * spread).astype(np.float32))

    def _constant(self, name: str, values: np.ndarray[Any, Any]) -> None:
        self._weights.append(numpy_helper.from_array(values, name))

    def _node(self, operator: str, sources: list[str], target: str, **attributes: Any) -> None:
        self._nodes.append(helper.make_node(operator, sources, [target], **attributes))

    def _input(self, name: str, kind: int, dimensions: list[str | int]) -> None:
        self._inputs.append(helper.make_tensor_value_info(name, kind, dimensions))

    def _output(self, name: str, dimensions: list[str | int]) -> None:
        self._outputs.append(helper.make_tensor_value_info(name, TensorProto.FLOAT, dimensions))


def _write_tokenizer(folder: Path, alphabet: Alphabet, context: int) -> None:
    flags = {"single_word": False, "lstrip": False, "rstrip": False, "normalized": False, "special": True}
    added = [{"id": alphabet.start + i, "content": text, **flags} for i, text in enumerate(alphabet.special)]
    byte_level = {"type": "ByteLevel", "trim_offsets": True, "use_regex": True}
    merging = {
        "type": "BPE",
        **dict.fromkeys(("dropout", "unk_token", "continuing_subword_prefix", "end_of_word_suffix")),
        "fuse_unk": False,
        "byte_fallback": False,
        "vocab": {text: i for i, text in enumerate(alphabet.plain)},
        "merges": [" ".join(pair) for pair in alphabet.merges],
    }
    whole = {
        "version": "1.0",
        **dict.fromkeys(("truncation", "padding", "normalizer", "post_processor")),
        "added_tokens": added,
        "pre_tokenizer": {**byte_level, "add_prefix_space": False},
        "decoder": {**byte_level, "add_prefix_space": True},
        "model": merging,
    }
    ends = {"bos_token": START, "eos_token": START, "unk_token": START}
    _write_json(folder / "tokenizer.json", whole)
    _write_json(folder / "special_tokens_map.json", ends)
    _write_json(
        folder / "tokenizer_config.json",
        {
            **ends,
            "pad_token": START,
            "tokenizer_class": "GPT2Tokenizer",
            "add_bos_token": False,
            "add_prefix_space": False,
            "chat_template": CHAT_TEMPLATE,
            "model_max_length": context,
            "added_tokens_decoder": {str(a["id"]): {k: v for k, v in a.items() if k != "id"} for a in added},
        },
    )


def _genai_config(shape: Shape, alphabet: Alphabet) -> dict[str, Any]:
    cache = {f"{side}_{what}_names": f"{name}.%d.{what}" for side, name in _SIDES for what in ("key", "value")}
    past = {name: value for name, value in cache.items() if name.startswith("past")}
    present = {name: value for name, value in cache.items() if name.startswith("present")}
    return {
        "model": {
            "type": "phi3",
            "bos_token_id": alphabet.start,
            "eos_token_id": [alphabet.start, alphabet.end],
            "pad_token_id": alphabet.start,
            "context_length": shape.context,
            "vocab_size": len(alphabet),
            "decoder": {
                "session_options": {"log_id": "onnxruntime-genai", "provider_options": [], "intra_op_num_threads": 1},
                "filename": "model.onnx",
                "head_size": shape.head,
                "hidden_size": shape.hidden,
                "num_attention_heads": shape.heads,
                "num_hidden_layers": shape.layers,
                "num_key_value_heads": shape.kv_heads,
                "inputs": {"input_ids": "input_ids", "attention_mask": "attention_mask", **past},
                "outputs": {"logits": "logits", **present},
            },
        },
        "search": {"do_sample": False, "max_length": shape.context, "top_k": 1, "past_present_share_buffer": True},
    }


_SIDES = (("past", "past_key_values"), ("present", "present"))


def _write_json(path: Path, value: object) -> None:
    path.write_text(json.dumps(value, ensure_ascii=False), encoding="utf-8")
