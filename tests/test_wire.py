"""What travels between the grader and a student's process, and what is refused."""

from __future__ import annotations

import contextlib
import io
import json
import struct
import sys
import zipfile
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra import numpy as hnp

from autograder.seam import wire
from autograder.seam.wire import Loader, Message, Opaque, Tensor, WireError, pack, unpack

DTYPES = st.sampled_from(
    ["?", "i1", "u1", "<i8", ">i4", "f2", "<f4", ">f8", "c8", "<U3", "S4", "<U1"]
).map(np.dtype)
ARRAYS = DTYPES.flatmap(
    lambda dtype: hnp.arrays(
        dtype,
        hnp.array_shapes(min_dims=0, max_dims=3, min_side=0, max_side=4),
        elements=hnp.from_dtype(dtype, allow_nan=False),
    )
)
SCALARS = (
    st.none()
    | st.booleans()
    | st.integers(-(2**80), 2**80)
    | st.floats(allow_nan=False)
    | st.text(st.characters(exclude_categories=["Cs"]), max_size=20)
)


def is_key(value: Any) -> bool:
    """Larger numbers share their hashes with smaller ones, and are refused as keys."""
    return not isinstance(value, int) or abs(value) < 2**61 - 1


TREES = st.recursive(
    SCALARS | ARRAYS,
    lambda inner: (
        st.lists(inner, max_size=4)
        | st.lists(inner, max_size=4).map(tuple)
        | st.dictionaries(SCALARS.filter(is_key), inner, max_size=4)
    ),
    max_leaves=8,
)


def same(left: Any, right: Any) -> bool:
    """Compare two trees by type, shape, dtype and value."""
    if type(left) is not type(right):
        return False
    if isinstance(left, np.ndarray):
        alike = left.dtype == right.dtype and left.shape == right.shape
        return bool(alike and np.array_equal(left, right))
    if isinstance(left, (list, tuple)):
        return len(left) == len(right) and all(map(same, left, right))
    if isinstance(left, dict):
        return len(left) == len(right) and all(
            same(*keys) and same(left[keys[0]], right[keys[1]])
            for keys in zip(left, right, strict=True)
        )
    return bool(left == right)


def message(tree: Any, archive: bytes | None = None) -> Message:
    """Write a message by hand, as a hostile process would."""
    return Message(json.dumps(tree), _zip({}) if archive is None else archive)


def _npy(array: np.ndarray, *, pickled: bool = False) -> bytes:
    buffer = io.BytesIO()
    np.lib.format.write_array(buffer, array, allow_pickle=pickled)
    return buffer.getvalue()


def _header(shape: str, dtype: str = "'<f8'") -> bytes:
    text = f"{{'descr': {dtype}, 'fortran_order': False, 'shape': {shape}, }}".encode() + b"\n"
    return b"\x93NUMPY\x01\x00" + struct.pack("<H", len(text)) + text


def _zip(members: dict[str, bytes], compression: int = zipfile.ZIP_STORED) -> bytes:
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", compression) as directory:
        for name, content in members.items():
            directory.writestr(name, content)
    return buffer.getvalue()


NDARRAY = {"$": "ndarray", "key": "a0"}


@settings(max_examples=80, deadline=None)
@given(TREES)
def test_plain_data_comes_back_as_it_was(tree):
    assert same(unpack(pack(tree)), tree)


@pytest.mark.parametrize("value", [float("inf"), float("-inf"), 1e-320, -0.0])
def test_unusual_floats_come_back(value):
    assert unpack(pack(value)) == value


def test_nan_comes_back():
    assert np.isnan(unpack(pack(float("nan"))))


def test_a_single_number_stays_without_dimension():
    assert unpack(pack(np.array(7.5, np.float32))).shape == ()


def test_an_array_that_is_not_contiguous_keeps_its_values():
    array = np.arange(12).reshape(3, 4).T[::2]
    assert same(unpack(pack(array)), array)


def test_a_named_tuple_is_sent_as_a_tuple():
    assert unpack(pack(sys.version_info)) == tuple(sys.version_info)


def test_tensor_and_opaque_come_back_with_what_is_said_of_them():
    archive = _zip({"a0.npy": _npy(np.ones(2, np.float32))})
    about = {"dtype": "bfloat16", "device": "cuda:0", "requires_grad": True}
    tensor = unpack(message({"$": "tensor", "key": "a0", **about}, archive))
    assert isinstance(tensor, Tensor)
    assert (tensor.dtype, tensor.device, tensor.requires_grad) == ("bfloat16", "cuda:0", True)
    assert tensor.array.tolist() == [1, 1]
    assert unpack(message({"$": "opaque", "type": "Wall"})) == Opaque("Wall")


def test_what_is_no_plain_data_cannot_be_sent():
    with pytest.raises(TypeError, match="object cannot be sent"):
        pack([object()])


def test_a_loader_travels_one_way_only():
    loader = Loader(np.zeros((1, 3, 2, 2), np.float32), np.zeros(1, np.int64), 1)
    with pytest.raises(WireError, match="unknown mark 'loader'"):
        unpack(pack(loader))


@pytest.mark.parametrize(
    "tree",
    [
        [1, 2],
        {},
        {"$": None},
        {"$": "ndarray"},
        {"$": "pickle", "key": "a0"},
        {"$": ["list"], "items": []},
        {"$": {"$": "list"}},
        {"$": True},
        {"$": "ndarray", "key": "a0"},
        {"$": "ndarray", "key": ["a0"]},
        {"$": "ndarray", "key": {"a": 1}},
        {"$": "list"},
        {"$": "list", "items": 3},
        {"$": "list", "items": None},
        {"$": "list", "items": [[1]]},
        {"$": "dict", "items": [1]},
        {"$": "dict", "items": [[1, 2, 3]]},
        {"$": "dict", "items": True},
        {"$": "dict", "items": [[{"$": "list", "items": []}, 1]]},
        {"$": "dict", "items": [[{"$": "dict", "items": []}, 1]]},
        {"$": "opaque"},
        {"$": "opaque", "type": True},
        {"$": "opaque", "type": {"a": []}},
    ],
)
def test_a_tree_of_another_form_is_refused(tree):
    with pytest.raises(WireError):
        unpack(message(tree))


@pytest.mark.parametrize(
    "change",
    [
        {"dtype": True},
        {"dtype": None},
        {"device": 0},
        {"requires_grad": "no"},
        {"requires_grad": 1},
        {"key": "a1"},
    ],
)
def test_a_tensor_with_wrong_words_is_refused(change):
    archive = _zip({"a0.npy": _npy(np.ones(2))})
    right = {"$": "tensor", "key": "a0", "dtype": "x", "device": "cpu", "requires_grad": False}
    unpack(message(right, archive))
    with pytest.raises(WireError):
        unpack(message({**right, **change}, archive))


def test_an_array_as_a_dictionary_key_is_refused():
    archive = _zip({"a0.npy": _npy(np.ones(2))})
    with pytest.raises(WireError):
        unpack(message({"$": "dict", "items": [[NDARRAY, 1]]}, archive))


@pytest.mark.parametrize(
    "text", ["", "{", "[" * 200_000, '{"$":' * 50_000, "nul", "9" * 5000, '"\\u12"', "\0"]
)
def test_a_text_that_is_no_json_is_refused(text):
    with pytest.raises(WireError):
        unpack(Message(text, _zip({})))


def test_deep_nesting_is_refused():
    depth = 100_000
    text = '{"$":"list","items":[' * depth + "]}" * depth
    with pytest.raises(WireError):
        unpack(Message(text, _zip({})))


def test_a_text_beyond_the_limit_is_refused_unread():
    with pytest.raises(WireError, match="longer than"):
        unpack(Message("[" * (wire.MAX_JSON_CHARACTERS + 1), _zip({})))


def test_half_a_surrogate_pair_becomes_a_question_mark():
    text = unpack(Message('"a\\ud800b"', _zip({})))
    assert text == "a?b"


@pytest.mark.parametrize(
    ("archive", "reason"),
    [
        (b"", "cannot be read"),
        (b"PK\x05\x06", "cannot be read"),
        (_npy(np.ones(3)), "cannot be read"),
        (_zip({"a0.npy": b""}), "cannot be read"),
        (_zip({"a0.npy": b"no array"}), "cannot be read"),
        (_zip({"a0.npy": _npy(np.ones(3))})[:-8], "cannot be read"),
        (_zip({"a0.npy": _npy(np.ones(300))})[:200], "cannot be read"),
        (_zip({"a0.npy": _npy(np.ones(3))[:-1]}), "cannot be read"),
        (_zip({"a0.npy": _npy(np.array([{}]), pickled=True)}), "pickled"),
        (_zip({"a0.npy": _npy(np.ones(999))}, zipfile.ZIP_DEFLATED), "compressed"),
        (_zip({"a0.npy": _header("(1099511627776,)")}), "more data than there is"),
        (_zip({"a0.npy": _header("(1099511627776, 1099511627776)")}), "more data than there is"),
        (_zip({"a0.npy": _header("(-1, -1099511627776)")}), "more data than there is"),
        (_zip({"a0.npy": _header("(1099511627776,)", "'S0'")}), "more data than there is"),
        (_zip({"a0.npy": _header("(1,)", "'|V0'")}), "no plain data"),
        (_zip({"a0.npy": _header("(1,)", "[('a', '<f8')]")}), "no plain data"),
        (_zip({"a0.npy": _header("(1,)", "'<M8[s]'") + bytes(8)}), "no plain data"),
        (_zip({"a0.npy": _header("(" * 5000)}), "cannot be read"),
        (_zip({"a0.npy": _header("'x'")}), "cannot be read"),
        (_zip({"a0.npy": _npy(np.ones(1)), "a0": _npy(np.ones(1))}), "same name"),
    ],
)
def test_a_damaged_or_lying_archive_is_refused(archive, reason):
    with pytest.raises(WireError, match=reason):
        unpack(message(None, archive))


def test_an_array_in_front_of_an_archive_is_not_read_instead():
    archive = _header("(1099511627776,)") + _zip({"a0.npy": _npy(np.ones(2))})
    assert unpack(message(NDARRAY, archive)).tolist() == [1, 1]


@pytest.mark.filterwarnings("ignore:Duplicate name:UserWarning")  # zipfile, while writing
def test_two_members_of_one_name_are_refused():
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w") as directory:
        for value in (1, 2):
            directory.writestr("a0.npy", _npy(np.full(2, value)))
    with pytest.raises(WireError, match="same name"):
        unpack(message(NDARRAY, buffer.getvalue()))


def test_too_many_members_are_refused(monkeypatch):
    monkeypatch.setattr(wire, "MAX_ARRAYS", 3)
    member = _npy(np.ones(1))
    unpack(message(None, _zip({f"a{i}.npy": member for i in range(3)})))
    with pytest.raises(WireError, match="more than 3 arrays"):
        unpack(message(None, _zip({f"a{i}.npy": member for i in range(4)})))


def test_an_archive_beyond_the_limit_is_refused(monkeypatch):
    archive = _zip({"a0.npy": _npy(np.ones(100))})
    monkeypatch.setattr(wire, "MAX_BYTES", len(archive))
    unpack(message(None, archive))
    monkeypatch.setattr(wire, "MAX_BYTES", len(archive) - 1)
    with pytest.raises(WireError, match="more than"):
        unpack(message(None, archive))


def test_members_that_overlap_are_refused():
    content = _npy(np.ones(1000))
    archive = bytearray(_zip({"a0.npy": content, "a1.npy": content}))
    first = archive.index(b"PK\x01\x02")
    second = archive.index(b"PK\x01\x02", first + 1)
    archive[second + 42 : second + 46] = bytes(4)  # the second entry points at the first member
    with pytest.raises(WireError, match="cannot be read"):
        unpack(message(None, bytes(archive)))


@settings(max_examples=150, deadline=None)
@given(st.data())
def test_flipped_bytes_give_data_or_a_wire_error(data):
    sent = pack({"a": np.arange(4.0), "b": [Tensor(np.ones((2, 2), np.float32)), "text"]})
    archive = bytearray(sent.archive)
    for _ in range(data.draw(st.integers(1, 4))):
        place = data.draw(st.integers(0, len(archive) - 1))
        archive[place] = data.draw(st.integers(0, 255))
    with contextlib.suppress(WireError):
        unpack(Message(json.dumps({"$": "list", "items": [NDARRAY]}), bytes(archive)))


@settings(max_examples=150, deadline=None)
@given(
    st.recursive(
        st.none() | st.booleans() | st.integers() | st.text(max_size=5),
        lambda inner: (
            st.lists(inner, max_size=3)
            | st.dictionaries(st.sampled_from(["$", "items", "key", "type"]), inner, max_size=4)
            | st.fixed_dictionaries(
                {
                    "$": st.sampled_from(["list", "tuple", "dict", "ndarray", "tensor", "opaque"]),
                    "items": inner,
                    "key": inner,
                }
            )
        ),
        max_leaves=15,
    )
)
def test_any_json_gives_data_or_a_wire_error(tree):
    with contextlib.suppress(WireError):
        unpack(message(tree))
