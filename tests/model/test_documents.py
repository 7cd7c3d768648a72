"""The one YAML loader, its faults, and writing without leaving halves."""

import errno
import json
import os
import pickle
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from model import document_parser
from model.documents import (
    BadInput,
    Document,
    Fault,
    field_name,
    read_text,
    read_yaml,
    shown,
    suggestion,
    unknown_name,
    write_atomically,
)


def read(folder: Path, content: str | bytes, **how: bool) -> Document:
    path = folder / "given.yaml"
    path.write_bytes(content if isinstance(content, bytes) else content.encode("utf-8"))
    return read_yaml(path, **how)


def faults(folder: Path, content: str | bytes) -> list[Fault]:
    with pytest.raises(BadInput) as bad:
        read(folder, content)
    assert bad.value.faults
    return bad.value.faults


# --- what a file means -----------------------------------------------------------------------------------------------


def test_scalars_follow_yaml_1_2(tmp_path: Path) -> None:
    text = """
    no: n
    ratio: 6:30:64
    month: 2021-07
    day: 2021-07-01
    answer: yes
    switch: on
    true_value: true
    empty:
    tilde: ~
    integer: 12
    hex: 0x1F
    octal: 0o17
    old_octal: 017
    float: 1.5e3
    point: .5
    grouped: 1_000
    quoted: '12'
    """
    assert read(tmp_path, text).data == {
        "no": "n",
        "ratio": "6:30:64",
        "month": "2021-07",
        "day": "2021-07-01",
        "answer": "yes",
        "switch": "on",
        "true_value": True,
        "empty": None,
        "tilde": None,
        "integer": 12,
        "hex": 31,
        "octal": 15,
        "old_octal": 17,
        "float": 1500.0,
        "point": 0.5,
        "grouped": "1_000",
        "quoted": "12",
    }


def test_integer_keys_become_the_text_that_stands_there(tmp_path: Path) -> None:
    assert read(tmp_path, "2021: 1\n320321: 2\n'2022': 3\n007: 4").data == {"2021": 1, "320321": 2, "2022": 3, "007": 4}


def test_lines_of_fields(tmp_path: Path) -> None:
    document = read(tmp_path, "# head\na: 1\nrows:\n  - x: 1\n    y/z: 2\n  - {x: 3,\n     w: 4}\n")
    assert document.line(("a",)) == 2
    assert document.line(("rows", 0, "y/z")) == 5
    assert document.line(("rows", 1, "w")) == 7
    assert document.line(("rows", 1, "missing")) == 6, "a missing field is reported where its mapping stands"
    assert document.line(("nothing", 4)) == 2
    assert document.fault(("rows", 0, "x"), 1, "2", "3") == Fault(str(document.path), 4, "rows[0].x", "1", "2", "3")


def test_byte_order_mark_and_windows_lines(tmp_path: Path) -> None:
    document = read(tmp_path, b"\xef\xbb\xbfa: 1\r\nb: \xe5\xbe\x90\xe5\xb7\x9e\r\n")
    assert document.data == {"a": 1, "b": "徐州"}
    assert document.line(("b",)) == 2


def test_top_level_list(tmp_path: Path) -> None:
    assert read(tmp_path, "- 1\n- a: 2").data == [1, {"a": 2}]


def test_not_finite_on_request_only(tmp_path: Path) -> None:
    assert read(tmp_path, "a: .inf\nb: -.inf", not_finite=True).data == {"a": float("inf"), "b": float("-inf")}
    assert {fault.field for fault in faults(tmp_path, "a: .inf\nb: .NaN\nc: 1e999")} == {"a", "b", "c"}


# --- what is refused, and how ----------------------------------------------------------------------------------------

BAD = {
    "empty file": ("", 1, "空"),
    "comment only": ("# nothing\n", 1, "空"),
    "a lone number": ("3", 1, "映射"),
    "a lone word": ("word", 1, "映射"),
    "null document": ("---\n...\n", 1, "映射"),
    "two documents": ("a: 1\n---\nb: 2\n", 2, "拆"),
    "duplicate key": ("a: 1\nb: 2\na: 3\n", 3, "重复"),
    "duplicate year": ("2021: 1\n'2021': 2\n", 2, "重复"),
    "boolean key": ("true: 1\n", 1, "引号"),
    "null key": ("~: 1\n", 1, "引号"),
    "float key": ("1.5: 1\n", 1, "引号"),
    "infinite key": (".inf: 1\n", 1, "引号"),
    "list as key": ("[1, 2]: 1\n", 1, "简单"),
    "mapping as key": ("{a: 1}: 1\n", 1, "简单"),
    "tag that runs code": ("a: !!python/object/apply:os.system [touch pwned]\n", 1, "标签"),
    "unknown tag": ("a: 1\nb: !money 3\n", 2, "标签"),
    "anchor": ("a: &x 1\n", 1, "别名"),
    "alias": ("a: &x [1]\nb: *x\n", 1, "别名"),
    "not a number": ("a: .nan\n", 1, "有限"),
    "infinity": ("a:\n  - 1\n  - -.inf\n", 3, "有限"),
    "overflow": ("a: 1e400\n", 1, "有限"),
    "endless integer": ("a: " + "9" * 5000 + "\n", 1, "位数"),
    "tab for indentation": ("a:\n\tb: 1\n", 2, "缩进"),
    "unclosed list": ("a: [1, 2\nb: 3\n", 2, "缩进"),
    "unclosed quote": ("a: 'x\n", None, "缩进"),
    "reserved character": ("a: 1\nb: @x\n", 2, "缩进"),
    "bad indentation": ("a: 1\n  b: 2\n", 2, "缩进"),
    "control character": ("a: \x01\n", None, "缩进"),
    "nesting without end": ("[" * 5000, 1, "嵌套"),
}


@pytest.mark.parametrize("name", BAD)
def test_bad_file(tmp_path: Path, name: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    content, line, word = BAD[name]
    found = faults(tmp_path, content)
    text = "\n".join(map(str, found))
    assert word in text, text
    assert all(" / " in fault.fix for fault in found), "both languages"
    assert all(fault.file.endswith("given.yaml") for fault in found)
    if line is not None:
        assert found[0].line == line
    assert not (tmp_path / "pwned").exists()


@pytest.mark.parametrize(("content", "line"), [("a: 1\nb: 徐州\n".encode("gbk"), 2), ("a: 1".encode("utf-16"), 1)])
def test_other_encodings(tmp_path: Path, content: bytes, line: int) -> None:
    (fault,) = faults(tmp_path, content)
    assert (fault.field, fault.allowed, fault.line) == ("encoding", "UTF-8", line)


def test_places_that_are_no_files(tmp_path: Path) -> None:
    places = [tmp_path, tmp_path / "missing.yaml", tmp_path / "given.yaml" / "below", Path("\0")]
    (tmp_path / "given.yaml").write_text("a: 1", encoding="utf-8")
    for place in places:
        with pytest.raises(BadInput) as bad:
            read_yaml(place)
        (fault,) = bad.value.faults
        assert fault.file == str(place) and fault.fix


def test_all_faults_at_once(tmp_path: Path) -> None:
    found = faults(tmp_path, "a: 1\na: 2\nno: {1.5: 1}\nb: !x 1\nc: .nan\n")
    assert [(fault.line, fault.field) for fault in found] == [(2, "a"), (3, "no.1.5"), (4, "b"), (5, "c")]


@given(st.text(alphabet=st.sampled_from("ab1.-:{}[],&*!|>'\"#%@?~ \n\t\\é徐\0\u2028"), max_size=40))
def test_any_text_is_read_or_refused(text: str) -> None:
    try:
        data, lines = document_parser.parse(text, "given")
    except BadInput as bad:
        assert bad.faults
        return
    assert isinstance(data, dict | list) and lines
    json.dumps(data, allow_nan=False)


@given(
    st.recursive(
        st.none() | st.booleans() | st.integers(-(2**62), 2**62) | st.floats(allow_nan=False, allow_infinity=False),
        lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text("abc 徐/~", min_size=1), inner, max_size=4),
        max_leaves=20,
    )
)
def test_json_is_read_as_it_is(data: object) -> None:
    """JSON is YAML: whatever JSON writes comes back, every field on a line."""
    built, lines = document_parser.parse(json.dumps({"top": data}, indent=1), "given")
    assert built == {"top": data}
    assert lines["/top"] == 2


# --- remembering -----------------------------------------------------------------------------------------------------


def test_long_documents_are_remembered_and_stay_the_same(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("RENSHE_HOME", str(tmp_path / "home of its own"))
    text = "".join(f"- {{no: {i}, value: {i}.5, name: 徐州}}\n" for i in range(500))
    first = read(tmp_path, text)
    monkeypatch.setattr(document_parser, "Builder", None)  # a second parse would fail
    second = read(tmp_path, text)
    assert second.data == first.data and second.lines == first.lines
    with pytest.raises(TypeError):
        read(tmp_path, text + "- 1\n")


def test_a_spoilt_memory_is_ignored(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("RENSHE_HOME", str(tmp_path))
    text = "\n".join(f"key{i}: {i}" for i in range(1000))
    read(tmp_path, text)
    (memory,) = (tmp_path / "cache" / "documents").iterdir()
    memory.write_text("[1", encoding="utf-8")
    assert read(tmp_path, text).data["key7"] == 7


def test_faulty_documents_are_not_remembered(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("RENSHE_HOME", str(tmp_path))
    text = "\n".join(f"key{i}: .nan" for i in range(1000))
    assert len(faults(tmp_path, text)) == 1000
    assert len(faults(tmp_path, text)) == 1000
    assert not (tmp_path / "cache" / "documents").exists()


# --- words -----------------------------------------------------------------------------------------------------------


def test_suggestions() -> None:
    known = ["training_places", "startup_loans", "recruitment_fairs"]
    assert suggestion("trainingplaces", known) == "training_places"
    assert suggestion("Startup_Loan", known) == "startup_loans"
    assert suggestion("zzz", known) is None
    assert suggestion("zzz", []) is None
    allowed, fix = unknown_name("startup_loan", known)
    assert "training_places" in allowed and "startup_loans" in fix
    assert unknown_name("x", [f"name{i:02d}" for i in range(40)])[0].endswith("…")


def test_names_and_values_in_messages() -> None:
    assert field_name(("targets", 3, "source", "quote")) == "targets[3].source.quote"
    assert field_name(()) == ""
    assert len(shown("x" * 500)) == 60
    assert shown("a\n b") == "a b"


def test_bad_input_crosses_processes() -> None:
    one = Fault("f", 3, "a.b", "1", "2", "3")
    bad = pickle.loads(pickle.dumps(BadInput(one)))
    assert bad.faults == [one]
    assert str(bad) == "f:3: a.b = 1; 2; 3"
    assert one.as_dict() == {"file": "f", "line": 3, "field": "a.b", "value": "1", "allowed": "2", "fix": "3"}


# --- writing ---------------------------------------------------------------------------------------------------------


def test_write_and_replace(tmp_path: Path) -> None:
    place = tmp_path / "new" / "deep" / "f.txt"
    write_atomically(place, "徐州\n")
    assert place.read_bytes() == "徐州\n".encode()
    write_atomically(place, b"\x00\x01")
    assert place.read_bytes() == b"\x00\x01"
    assert [path.name for path in place.parent.iterdir()] == ["f.txt"]


@pytest.mark.parametrize("code", [errno.ENOSPC, errno.EIO, errno.EROFS])
def test_full_disk_keeps_the_old_file(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, code: int) -> None:
    place = tmp_path / "f.txt"
    write_atomically(place, "old")

    def fail(_: int) -> None:
        raise OSError(code, os.strerror(code))

    monkeypatch.setattr(os, "fsync", fail)
    with pytest.raises(BadInput) as bad:
        write_atomically(place, "new")
    assert os.strerror(code) in str(bad.value)
    if code == errno.ENOSPC:
        assert "磁盘已满" in bad.value.faults[0].fix
    assert place.read_text(encoding="utf-8") == "old"
    assert [path.name for path in tmp_path.iterdir()] == ["f.txt"]


def test_places_that_cannot_be_written(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("", encoding="utf-8")
    (tmp_path / "folder").mkdir()
    for place in (tmp_path / "file" / "below.txt", tmp_path / "folder", tmp_path / ("x" * 300), Path("a\0b")):
        with pytest.raises(BadInput) as bad:
            write_atomically(place, "x")
        assert bad.value.faults[0].file == str(place)
    assert sorted(path.name for path in tmp_path.iterdir()) == ["file", "folder"]


def test_an_interrupted_write_leaves_nothing(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def interrupt(_: int) -> None:
        raise KeyboardInterrupt

    monkeypatch.setattr(os, "fsync", interrupt)
    with pytest.raises(KeyboardInterrupt):
        write_atomically(tmp_path / "f.txt", "x")
    assert list(tmp_path.iterdir()) == []


@pytest.mark.skipif(not Path("/dev/zero").exists(), reason="no endless device here")
def test_endless_device() -> None:
    with pytest.raises(BadInput):
        read_text("/dev/zero")
