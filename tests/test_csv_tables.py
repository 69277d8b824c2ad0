"""Tables as CSV: what was written comes back, and no spreadsheet takes a word for a formula."""

from __future__ import annotations

import pandas as pd
import pytest
from hostile import WORDS
from hypothesis import given
from hypothesis import strategies as st
from pandas.testing import assert_frame_equal

from communitylab.csv_tables import read_table, write_table
from communitylab.errors import CallError

_TEXTS = st.text(st.characters(codec="utf-8", exclude_characters="\0"))
_INTS = st.integers(-(2**63), 2**63 - 1)
_TYPES = {
    "str": _TEXTS | st.none(),
    "Int64": _INTS | st.none(),
    "int64": _INTS,
    "float64": st.floats(),
    "bool": st.booleans(),
}


@st.composite
def _tables(draw: st.DrawFn) -> pd.DataFrame:
    n = draw(st.integers(1, 5))
    names = draw(st.lists(_TEXTS, min_size=1, max_size=5, unique=True))
    columns = []
    for _name in names:
        kind = draw(st.sampled_from(sorted(_TYPES)))
        column = pd.Series(draw(st.lists(_TYPES[kind], min_size=n, max_size=n)), dtype=kind)
        if column.isna().all():
            column = pd.Series([None] * n, dtype=object)
        elif kind == "Int64" and not column.isna().any():
            column = column.astype("int64")
        columns.append(column)
    return pd.concat(columns, axis="columns").set_axis(names, axis="columns")


@given(_tables())
def test_table_comes_back_as_it_was(tmp_path_factory, table):
    path = tmp_path_factory.mktemp("tables") / "table.csv"
    write_table(table, path)
    assert_frame_equal(read_table(path), table, check_column_type=False)


def test_file_is_what_spreadsheets_and_programs_expect(tmp_path):
    table = pd.DataFrame(
        {
            "id": ["001", "8000000000000000511"],
            "n": [1, 2],
            "share": [0.25, float("nan")],
            "is_host": [True, False],
            "said": ['a "b", c', None],
            "=n": ["", "-1"],
        }
    )
    write_table(table, tmp_path / "new" / "table.csv")
    assert (tmp_path / "new" / "table.csv").read_bytes().decode("utf-8") == (
        '\ufeffid,n,share,is_host,said,"\'=n"\n'
        '"001",1,0.25,True,"a ""b"", c",""\n'
        '"8000000000000000511",2,,False,,"\'-1"\n'
    )
    assert list(pd.read_csv(tmp_path / "new" / "table.csv")["n"]) == [1, 2]
    assert [path.name for path in (tmp_path / "new").iterdir()] == ["table.csv"]


@pytest.mark.parametrize("word", WORDS)
def test_hostile_words_stay_texts(word, tmp_path):
    path = tmp_path / "table.csv"
    write_table(pd.DataFrame({"n": [1], "word": pd.Series([word], dtype=object), "last": ["x"]}), path)
    # What no file of text can hold is shown as such; all else is as it was.
    expected = "".join("�" if sign == "\0" or "\ud800" <= sign <= "\udfff" else sign for sign in word)
    assert read_table(path).to_dict("records") == [{"n": 1, "word": expected, "last": "x"}]
    (cell,) = pd.read_csv(path, keep_default_na=False)["word"]
    assert not cell.startswith(("=", "+", "-", "@", "\t", "\r", "\n"))
    assert cell.removeprefix("'") in (expected, expected.removeprefix("'"))


def test_table_that_a_spreadsheet_saved_is_read(tmp_path):
    path = tmp_path / "table.csv"
    path.write_bytes(b"name;n;said;share\r\nana;1;\"a; b\";0.5\r\nbo;2;'=1+1;\r\n3;;'word;1\r\n\r\n")
    expected = pd.DataFrame(
        {
            "name": ["ana", "bo", "3"],
            "n": pd.array([1, 2, None], dtype="Int64"),
            "said": ["a; b", "=1+1", "'word"],
            "share": [0.5, None, 1.0],
        }
    )
    assert_frame_equal(read_table(path), expected)


@pytest.mark.parametrize("columns", [[], ["a"], ["a", "b"]])
def test_empty_table_keeps_its_columns(columns, tmp_path):
    write_table(pd.DataFrame({name: [] for name in columns}), tmp_path / "table.csv")
    found = read_table(tmp_path / "table.csv")
    assert (list(found), len(found)) == (columns, 0)


@pytest.mark.parametrize(
    ("content", "message"),
    [
        (None, "table.csv: not there. Make the report anew"),
        (b'a,b\n"x,1\n', "table.csv, line 2: is no line of such a table"),
        (b"a,b\nx,1\nx\n", "table.csv, row 3: holds 1 values, and its first 2"),
        (b"a\n\xff\n", "table.csv: no table that can be read"),
    ],
)
def test_file_that_is_no_such_table_is_named(content, message, tmp_path):
    if content is not None:
        (tmp_path / "table.csv").write_bytes(content)
    with pytest.raises(CallError, match=message):
        read_table(tmp_path / "table.csv")
