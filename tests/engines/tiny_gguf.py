"""The same idea as a GGUF file for a llama.cpp server: random weights, a token a byte, 300 kB."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import Any

import gguf
import numpy as np
from tests.engines.tokens import CHAT_TEMPLATE, Alphabet


@dataclass(frozen=True)
class Shape:
    """The sizes of a model."""

    hidden: int = 64
    layers: int = 1
    heads: int = 4
    kv_heads: int = 2
    context: int = 32768


def write_gguf_model(path: Path, shape: Shape | None = None, seed: int = 0) -> Path:
    """Write the model's file. Gives its path."""
    shape = shape or Shape()
    random = np.random.default_rng(seed)
    head, wide = shape.hidden // shape.heads, shape.hidden * 2
    keys = shape.kv_heads * head
    writer = gguf.GGUFWriter(path, "llama")
    vocabulary = _describe(writer, shape, head, wide)

    def add(name: str, rows: int, columns: int, scale: float | None = None) -> None:
        spread = scale or 1 / np.sqrt(columns)
        writer.add_tensor(name, _floats(random.standard_normal((rows, columns)) * spread))

    def norm(name: str) -> None:
        writer.add_tensor(name, np.ones(shape.hidden, np.float32))

    add("token_embd.weight", vocabulary, shape.hidden, scale=1.0)
    norm("output_norm.weight")
    add("output.weight", vocabulary, shape.hidden)
    for layer in range(shape.layers):
        block = f"blk.{layer}."
        norm(f"{block}attn_norm.weight")
        norm(f"{block}ffn_norm.weight")
        for name, rows in (("q", shape.hidden), ("k", keys), ("v", keys), ("output", shape.hidden)):
            add(f"{block}attn_{name}.weight", rows, shape.hidden)
        add(f"{block}ffn_gate.weight", wide, shape.hidden)
        add(f"{block}ffn_up.weight", wide, shape.hidden)
        add(f"{block}ffn_down.weight", shape.hidden, wide)
    writer.write_header_to_file()
    writer.write_kv_data_to_file()
    writer.write_tensors_to_file()
    writer.close()
    return path


def _describe(writer: gguf.GGUFWriter, shape: Shape, head: int, wide: int) -> int:
    """The model's sizes and its tokens; gives how many tokens there are."""
    alphabet = Alphabet(japanese=False)
    tokens = [*alphabet.plain, *alphabet.special]
    kinds = [gguf.TokenType.NORMAL] * len(alphabet.plain) + [gguf.TokenType.CONTROL] * len(alphabet.special)
    writer.add_name("tiny-random")
    writer.add_context_length(shape.context)
    writer.add_embedding_length(shape.hidden)
    writer.add_block_count(shape.layers)
    writer.add_feed_forward_length(wide)
    writer.add_head_count(shape.heads)
    writer.add_head_count_kv(shape.kv_heads)
    writer.add_layer_norm_rms_eps(1e-5)
    writer.add_rope_dimension_count(head)
    writer.add_vocab_size(len(tokens))
    writer.add_file_type(gguf.LlamaFileType.ALL_F32)
    writer.add_tokenizer_model("gpt2")
    writer.add_tokenizer_pre("gpt-2")
    writer.add_token_list(tokens)
    writer.add_token_types(kinds)
    writer.add_token_merges([" ".join(pair) for pair in alphabet.merges])
    writer.add_bos_token_id(alphabet.start)
    writer.add_pad_token_id(alphabet.start)
    writer.add_eos_token_id(alphabet.end)
    writer.add_eot_token_id(alphabet.end)
    writer.add_add_bos_token(False)
    writer.add_chat_template(CHAT_TEMPLATE)
    return len(alphabet)


def _floats(values: np.ndarray[Any, Any]) -> np.ndarray[Any, Any]:
    return values.astype(np.float32)
