"""CSV files: any delimiter, any encoding, true line numbers, and no row lost to a stray quote."""

from __future__ import annotations

from contextlib import suppress
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from app.documents.csv_table import MAX_LINE_BYTES
from app.documents.table_file import open_table
from app.documents.tables import Flaw, Row
from app.domain.errors import ImportErrors


def written(folder: Path, content: bytes | str, encoding: str = "utf-8") -> Path:
    path = folder / "orders.csv"
    path.write_bytes(content if isinstance(content, bytes) else content.encode(encoding))
    return path


def read(path: Path) -> tuple[tuple[str, ...], list[Row]]:
    with open_table(path) as table:
        return table.headers, list(table.rows())


@pytest.mark.parametrize("delimiter", [",", ";", "\t", "|", "^", "~"])
def test_the_delimiter_is_found(tmp_path: Path, delimiter: str) -> None:
    lines = [["reference", "recipient", "notes"], ["A", "Bea", "x, y; z"], ["B", "Cem", "-"]]
    text = "\n".join(
        delimiter.join(f'"{cell}"' if delimiter in cell else cell for cell in line)
        for line in lines
    )
    headers, rows = read(written(tmp_path, text))
    assert headers == ("reference", "recipient", "notes")
    assert [row.cells for row in rows] == [("A", "Bea", "x, y; z"), ("B", "Cem", "-")]


@pytest.mark.parametrize("encoding", ["cp1252", "cp850"])
def test_a_last_line_without_an_end_tells_the_encoding_too(tmp_path: Path, encoding: str) -> None:
    with open_table(written(tmp_path, "reference,recipient\nA,Zoë Lüders", encoding)) as table:
        assert [row.cells for row in table.rows()] == [("A", "Zoë Lüders")]
        assert table.notices


def test_a_line_that_names_the_delimiter_is_obeyed(tmp_path: Path) -> None:
    headers, rows = read(written(tmp_path, "sep=|\r\na,b|c\r\n1,2|3\r\n"))
    assert headers == ("a,b", "c")
    assert rows[0].cells == ("1,2", "3")
    assert rows[0].line == 3


@pytest.mark.parametrize(
    "encoding",
    ["utf-8", "utf-8-sig", "utf-16", "utf-16-le", "utf-16-be", "utf-32", "cp1252", "mac_roman"],
)
def test_western_text_comes_through_in_each_encoding(tmp_path: Path, encoding: str) -> None:
    text = "reference;recipient\nA;Jörg Müßig\nB;Käthe Groß\nC;Zoë Müller\n"
    headers, rows = read(written(tmp_path, text, encoding))
    assert headers == ("reference", "recipient")
    assert [row.cells[1] for row in rows] == ["Jörg Müßig", "Käthe Groß", "Zoë Müller"]


@pytest.mark.parametrize(
    ("encoding", "names"),
    [
        ("cp1251", ["Иван Петров", "Мария Кузнецова", "улица Ленина", "Большая Садовая"]),
        ("cp1253", ["Γιώργος Παπαδόπουλος", "Ελένη Αντωνίου", "οδός Ερμού", "Θεσσαλονίκη"]),
        ("shift_jis", ["山田太郎", "東京都新宿区", "配達の際は電話してください", "鈴木一郎"]),
        ("cp1250", ["Łukasz Wiśniewski", "Zażółć gęślą jaźń", "Kraków Śródmieście"]),
        ("cp1250", ["Łukasz Żółć", "Zadzwonić wcześniej", "Turmstraße"]),
    ],
)
def test_other_scripts_are_recognised_and_told(
    tmp_path: Path, encoding: str, names: list[str]
) -> None:
    text = "reference;recipient\n" + "".join(f"{i};{name}\n" for i, name in enumerate(names))
    with open_table(written(tmp_path, text, encoding)) as table:
        assert [row.cells[1] for row in table.rows()] == names
        assert "not UTF-8" in table.notices[0]


def test_single_lines_of_another_encoding_are_read_and_marked(tmp_path: Path) -> None:
    lines = ["reference,recipient", "1,Jörg", "2,Käthe"]
    content = "\n".join(lines).encode() + b"\n" + "3,Müßig\n".encode("cp1252") + "4,Zoë\n".encode()
    _, rows = read(written(tmp_path, content))
    assert [row.cells[1] for row in rows] == ["Jörg", "Käthe", "Müßig", "Zoë"]
    assert [row.line for row in rows if row.is_recoded] == [4]


def test_a_chosen_encoding_is_used_and_a_made_up_one_refused(tmp_path: Path) -> None:
    path = written(tmp_path, "reference;recipient\nA;Łódź\n", "cp1250")
    with open_table(path, encoding="cp1250") as table:
        assert next(table.rows()).cells[1] == "Łódź"
    with pytest.raises(ImportErrors, match="no encoding called klingon"):
        open_table(path, encoding="klingon")


def test_rows_keep_their_line_numbers_over_breaks_and_blank_lines(tmp_path: Path) -> None:
    text = '\nreference,notes\nA,"first\nsecond"\n\n,,\nB,plain\n'
    _, rows = read(written(tmp_path, text))
    assert [(row.line, row.last_line, row.cells) for row in rows] == [
        (3, 4, ("A", "first\nsecond")),
        (7, 7, ("B", "plain")),
    ]


@pytest.mark.parametrize("ending", ["\n", "\r\n", "\r"])
def test_every_line_ending_is_one(tmp_path: Path, ending: str) -> None:
    _, rows = read(written(tmp_path, ending.join(["a,b", "1,2", "3,4"])))
    assert [(row.line, row.cells) for row in rows] == [(2, ("1", "2")), (3, ("3", "4"))]


def test_an_unclosed_quote_costs_its_own_row_only(tmp_path: Path) -> None:
    text = 'a,b,c\n1,"open,3\n4,5,6\n7,"8",9\n10,11,12\n'
    _, rows = read(written(tmp_path, text))
    assert [(row.line, row.flaw) for row in rows] == [
        (2, Flaw.QUOTE_UNCLOSED),
        (3, None),
        (4, None),
        (5, None),
    ]
    assert rows[2].cells == ("7", "8", "9")


def test_a_quote_that_closes_rows_later_gives_them_all_back(tmp_path: Path) -> None:
    row = "1,2,3,4,5,6,7"
    text = f'a,b,c,d,e,f,g\n1,2,3,4,5,6,"x\n{row}\n{row}\n1,2,3,4,5,6,"\n{row}\n'
    _, rows = read(written(tmp_path, text))
    assert [(row.line, row.flaw) for row in rows if row.flaw] == [
        (2, Flaw.QUOTE_UNCLOSED),
        (5, Flaw.QUOTE_UNCLOSED),
    ]
    assert [row.line for row in rows] == [2, 3, 4, 5, 6]


def test_rows_that_two_stray_quotes_run_together_are_refused(tmp_path: Path) -> None:
    _, rows = read(written(tmp_path, 'a,b,c,d\n1,2,"x,3\n1,2,"x,3\n4,5,6,7\n'))
    assert [(row.line, row.flaw) for row in rows] == [
        (2, Flaw.QUOTE_UNCLOSED),
        (3, Flaw.QUOTE_UNCLOSED),
        (4, None),
    ]


def test_a_quote_open_at_the_end_of_the_file_is_told(tmp_path: Path) -> None:
    _, rows = read(written(tmp_path, 'a,b\n1,2\n3,"four\n'))
    assert [row.flaw for row in rows] == [None, Flaw.QUOTE_UNCLOSED]


def test_a_stray_quote_inside_a_cell_is_text(tmp_path: Path) -> None:
    _, rows = read(written(tmp_path, 'a,b\n1,5" pipe\n2,x\n'))
    assert [row.cells for row in rows] == [("1", '5" pipe'), ("2", "x")]


def test_a_line_without_end_is_flawed_and_the_next_is_read(tmp_path: Path) -> None:
    text = "a,b\n1," + "x" * (MAX_LINE_BYTES + 10) + "\n2,y\n"
    _, rows = read(written(tmp_path, text))
    assert [(row.line, row.flaw) for row in rows] == [(2, Flaw.TOO_LONG), (3, None)]


@pytest.mark.parametrize("content", [b"", b"\n\n  \n", b"\xef\xbb\xbf"])
def test_an_empty_file_is_refused(tmp_path: Path, content: bytes) -> None:
    with pytest.raises(ImportErrors, match=r"orders.csv is empty"):
        open_table(written(tmp_path, content))


def test_a_zero_byte_in_a_text_does_not_make_it_binary(tmp_path: Path) -> None:
    _, rows = read(written(tmp_path, b"a,b\n" + b"1,2\n" * 50 + b"x\0,y\n"))
    assert rows[-1].cells == ("x\0", "y")


def test_binary_data_is_refused(tmp_path: Path) -> None:
    with pytest.raises(ImportErrors, match="binary data"):
        open_table(written(tmp_path, bytes(range(256)) * 20))


def test_the_fraction_grows_to_one(tmp_path: Path) -> None:
    path = written(tmp_path, "a,b\n" + "1,2\n" * 5_000)
    with open_table(path) as table:
        seen = [table.fraction for _ in table.rows()]
    assert seen == sorted(seen)
    assert seen[-1] == 1.0


@settings(max_examples=200, deadline=None)
@given(content=st.binary(max_size=400))
def test_no_bytes_break_the_reader(
    tmp_path_factory: pytest.TempPathFactory, content: bytes
) -> None:
    path = written(tmp_path_factory.mktemp("bytes"), content)
    rows: list[Row] = []
    with suppress(ImportErrors):
        _, rows = read(path)
    lines = [row.line for row in rows]
    assert lines == sorted(set(lines))
    assert all(row.line <= row.last_line for row in rows)


CELLS = st.text(alphabet=st.sampled_from("ab ,;\"\n'äß=0"), max_size=8)


@settings(max_examples=150, deadline=None)
@given(rows=st.lists(st.tuples(CELLS, CELLS, CELLS), max_size=12))
def test_what_was_written_as_csv_is_read_back(
    tmp_path_factory: pytest.TempPathFactory, rows: list[tuple[str, str, str]]
) -> None:
    quoted = [",".join('"' + cell.replace('"', '""') + '"' for cell in row) for row in rows]
    path = written(tmp_path_factory.mktemp("csv"), "\n".join(["a,b,c", *quoted]) + "\n")
    _, found = read(path)
    full = [row for row in rows if any(cell.strip() for cell in row)]
    assert [row.cells for row in found] == full


def test_a_line_of_too_many_columns_says_how_many_can_be_read(tmp_path: Path) -> None:
    names = ",".join(f"column {number}" for number in range(10_000))
    with pytest.raises(ImportErrors, match="has 10,000 columns; up to 1,000 can be read"):
        read(written(tmp_path, f"{names}\n1,2\n"))
