"""The text encoder: embeddings have length one, do not depend on the company, and know what is alike."""

import numpy as np
import pytest

from shared.encoders.text import text_encoder


@pytest.fixture(scope="module")
def encode():
    return text_encoder().encode


def test_embeddings_have_length_one(encode):
    rows = encode(["speech", "a dog barking in the street", "ß", ""])
    assert rows.shape == (4, 384) and rows.dtype == np.float32
    np.testing.assert_allclose(np.linalg.norm(rows, axis=1), 1, atol=1e-5)


def test_company_does_not_matter(encode):
    together = encode(["drums", "a man talking", "bass drum", "siren"])
    alone = np.concatenate([encode([t]) for t in ("drums", "a man talking", "bass drum", "siren")])
    np.testing.assert_allclose(together, alone, atol=2e-5)


@pytest.mark.parametrize(
    ("word", "like", "unlike"),
    [
        ("puppy", "dog", "airplane"),
        ("motorbike", "engine", "flute"),
        ("someone talking", "speech", "rain"),
        ("drum set", "drums", "violin"),
        ("singer", "singing", "car"),
    ],
)
def test_what_means_the_same_is_near(encode, word: str, like: str, unlike: str):
    a, b, c = encode([word, like, unlike])
    assert a @ b > 0.5
    assert a @ b > a @ c + 0.2


def test_case_and_spaces_do_not_matter(encode):
    a, b = encode(["Female  Voice", "female voice"])
    assert a @ b == pytest.approx(1, abs=1e-5)


def test_long_texts_are_cut_and_nothing_is_nothing(encode):
    assert encode(["word " * 500]).shape == (1, 384)
    assert encode([]).shape == (0, 384)


def test_cosines_are_those_of_the_original_model(encode):
    """Measured on the original float32 weights with transformers' BertModel (tools/convert_minilm.py)."""
    rows = encode(["speech", "someone talking", "drums", "a dog barking in the street", "puppy", "singer"])
    wanted = [0.5473, 0.1425, 0.2054, 0.3666, 0.3229]
    np.testing.assert_allclose(rows[1:] @ rows[0], wanted, atol=0.012)
