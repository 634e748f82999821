"""Data files as people save them -> checked rows: encodings, delimiters, types, mistakes."""

import json
import os
import signal
import sqlite3
import time
from collections.abc import Callable
from pathlib import Path

import pytest
from comfyui_glmtts.documents.findings import Findings
from comfyui_glmtts.mistakes import InputError
from comfyui_glmtts.templates.announcement import Template
from comfyui_glmtts.templates.announcement_file import read_template
from comfyui_glmtts.templates.rows import Reading, Row, parse_rows, read_rows
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

TEMPLATE = """\
glmtts_template: 1
title: {zh: 试, en: Test}
languages: [zh, en]
fields:
  id: text
  city: {type: text, per_language: yes}
  minutes: {type: integer, from: 0, to: 600, default: 5}
  stops: {type: list, default: ""}
  price: {type: money, default: ""}
  day: {type: date, default: ""}
  at: {type: time, default: ""}
  takes: {type: duration, default: ""}
  level: {type: number, default: ""}
  late: {type: flag, default: no}
  reason: {options: [weather, signal], default: ""}
text: {zh: "{{ city }}", en: "{{ city }}"}
name: "{{ id }}"
"""


@pytest.fixture
def template(tmp_path: Path) -> Template:
    path = tmp_path / "t.yaml"
    path.write_text(TEMPLATE, encoding="utf-8")
    findings = Findings()
    read = read_template(path, findings)
    findings.check()
    return read


def rows(folder: Path, template: Template, name: str, data: str | bytes) -> list[Row]:
    path = folder / name
    path.write_bytes(data if isinstance(data, bytes) else data.encode())
    return read_rows(path, template)


def mistakes(make: Callable[[], object]) -> list[tuple[int | None, str]]:
    with pytest.raises(InputError) as error:
        make()
    return [(mistake.place.line, mistake.what) for mistake in error.value.mistakes]


TABLE = [["id", "city_zh", "city_en", "minutes"], ["007", "上海", "Shanghai", "15"]]


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "gbk", "gb18030"])
@pytest.mark.parametrize("delimiter", [",", ";", "\t"])
@pytest.mark.parametrize("end", ["\n", "\r\n", "\r"])
def test_a_spreadsheet_is_read_however_it_was_saved(
    tmp_path: Path, template: Template, encoding: str, delimiter: str, end: str
) -> None:
    text = "".join(delimiter.join(row) + end for row in TABLE)
    (row,) = rows(tmp_path, template, "r.csv", text.encode(encoding))
    assert row.values["id"] == "007"
    assert row.values["minutes"] == 15
    assert row.seen_by(template, "zh")["city"] == "上海"
    assert row.seen_by(template, "en")["city"] == "Shanghai"
    assert row.place.line == 2


RECORDS = [
    {"id": "007", "city": {"zh": "上海", "en": "Shanghai"}, "minutes": 15, "late": True,
     "stops": ["南京", "苏州"], "price": "1.10", "reason": None},
]  # fmt: skip


@pytest.mark.parametrize("name", ["r.json", "r.jsonl", "r.yaml", "r.csv", "r.db"])
def test_every_kind_of_file_gives_the_same_row(
    tmp_path: Path, template: Template, name: str
) -> None:
    path = tmp_path / name
    if name == "r.json":
        path.write_text(json.dumps(RECORDS, ensure_ascii=False), "utf-8")
    elif name == "r.jsonl":
        path.write_text("".join(json.dumps(record) + "\n" for record in RECORDS), "utf-8")
    elif name == "r.yaml":
        path.write_text(
            "- id: 007\n  city: {zh: 上海, en: Shanghai}\n  minutes: 15\n"
            "  stops: [南京, 苏州]\n  price: 1.10\n  late: true\n",
            "utf-8",
        )
    elif name == "r.csv":
        path.write_text(
            "id,city_zh,city_en,minutes,stops,price,late,reason,#note\n"
            "007,上海,Shanghai,15,南京；苏州,1.10,TRUE,,for us\n",
            "utf-8",
        )
    else:
        database = sqlite3.connect(path)
        database.execute("CREATE TABLE t (id TEXT, zh TEXT, en TEXT, m INT, s TEXT, p TEXT)")
        database.execute("INSERT INTO t VALUES ('007','上海','Shanghai',15,'南京;苏州','1.10')")
        database.commit()
        database.close()
        columns = "id, zh AS city_zh, en AS city_en, m AS minutes, s AS stops, p AS price"
        path = Path(f"{path}?SELECT {columns}, 'yes' AS late FROM t")
    (row,) = read_rows(path, template)
    expected = {
        "id": "007", "city_zh": "上海", "city_en": "Shanghai", "city": "", "minutes": 15,
        "stops": ["南京", "苏州"], "price": "1.10", "day": "", "at": "", "takes": "", "level": "",
        "late": True, "reason": "",
    }  # fmt: skip
    assert row.values == expected
    assert row.number == 1


@pytest.mark.parametrize(
    ("column", "written", "value"),
    [
        ("minutes", "+15", 15),
        ("minutes", "１５", 15),
        ("stops", "a; b ;;c", ["a", "b", "c"]),
        ("stops", "南京、苏州", ["南京", "苏州"]),
        ("price", "¥1,234.50", "¥1,234.50"),
        ("price", "USD 12", "USD 12"),
        ("price", "12.50元", "12.50元"),
        ("price", "-0.5", "-0.5"),
        ("day", "2026-11-22", "2026-11-22"),
        ("day", "2026/2/3", "2026/2/3"),
        ("day", "2024年2月29日", "2024年2月29日"),
        ("at", "8:05", "8:05"),
        ("at", "23:59:59", "23:59:59"),
        ("at", "8:05 PM", "8:05 PM"),
        ("takes", "90s", "90s"),
        ("takes", "1h 30min", "1h 30min"),
        ("takes", "5分钟", "5分钟"),
        ("takes", "1:30:00", "1:30:00"),
        ("level", "-1,234.5", "-1,234.5"),
        ("late", "no", False),
        ("late", "是", True),
        ("reason", "weather", "weather"),
        ("id", " 1.10 ", "1.10"),
        ("id", "00:07", "00:07"),
    ],
)
def test_a_cell_is_what_its_field_says(
    template: Template, column: str, written: str, value: object
) -> None:
    record = {"id": "a", "city": "上海"} | {column: written}
    (row,) = parse_rows(json.dumps([record]).encode(), "data.json", template)
    assert row.values[column] == value


@pytest.mark.parametrize(
    ("column", "written", "what"),
    [
        ("minutes", "1.5", "not a whole number"),
        ("minutes", "15分", "not a whole number"),
        ("minutes", "-1", "too small"),
        ("minutes", "601", "too large"),
        ("minutes", "9" * 16, "not a whole number"),
        ("price", "twelve", "no amount of money"),
        ("price", "1,2345", "no amount of money"),
        ("day", "2026-02-30", "not a date"),
        ("day", "2026-13-01", "not a date"),
        ("day", "03/04/2026", "not a date"),
        ("day", "0000-01-01", "not a date"),
        ("at", "24:01", "not a time"),
        ("at", "8.05", "not a time"),
        ("at", "13:00 PM", "not a time"),
        ("takes", "soon", "no duration"),
        ("level", "1e5", "not a number"),
        ("late", "maybe", "neither yes nor no"),
        ("reason", "wether", "not one of the choices"),
        ("id", "x" * 501, "longer than 500"),
        ("stops", ";".join("a" * 101), "more than 100 items"),
    ],
)
def test_a_cell_that_does_not_fit_is_told_with_its_column(
    template: Template, column: str, written: str, what: str
) -> None:
    record = {"id": "a", "city": "上海"} | {column: written}
    (mistake,) = mistakes(lambda: parse_rows(json.dumps([record]).encode(), "data.json", template))
    assert f'Column "{column}"' in mistake[1]
    assert what in mistake[1]


def test_all_mistakes_of_all_rows_are_told_at_once_by_the_row_a_spreadsheet_shows(
    tmp_path: Path, template: Template
) -> None:
    text = (
        'id,city_zh,city_en,minutes,stps\n1,"上\n海",Shanghai,x,\n\n'
        "3,,Suzhou,5,\n4,无锡,Wuxi,700,a\n"
    )
    assert mistakes(lambda: rows(tmp_path, template, "r.csv", text)) == [
        (2, 'Column "minutes": "x" is not a whole number.'),
        (4, 'Nothing is written in "city_zh".'),
        (5, 'The template has no field "stps".'),
        (5, 'Column "minutes": "700" is too large.'),
    ]


def test_a_column_that_a_whole_table_lacks_is_told_once(tmp_path: Path, template: Template) -> None:
    lacking = "id,city_zh,minutes\n" + "a,上海,5\n" * 300 + "b,,5\n"
    assert mistakes(lambda: rows(tmp_path, template, "r.csv", lacking)) == [
        (None, 'There is no column "city_en".'),
        (302, 'Nothing is written in "city_zh".'),
    ]


def test_the_mistakes_of_a_very_wrong_file_are_told_up_to_a_hundred(
    tmp_path: Path, template: Template
) -> None:
    text = "id,city\n" + ",\n" * 3 + "".join(f"{n},\n" for n in range(20_000))
    found = mistakes(lambda: rows(tmp_path, template, "r.csv", text))
    assert len(found) == 100
    assert found[0][0] == 5


@pytest.mark.parametrize(
    ("name", "data", "what"),
    [
        ("r.csv", b"", "names of columns"),
        ("r.csv", b"id,city\n", "no rows"),
        ("r.csv", b"\n1,2\n", "names of columns"),
        ("r.csv", b"id,id,city\n1,2,3\n", "twice"),
        ("r.csv", b"id,city\n1,2,3\n", "3 cells"),
        ("r.csv", b'id,city\n1,"open\n', "cannot be read"),
        ("r.csv", b'id,city\n1,"a"b\n', "cannot be read"),
        ("r.csv", b"id,city\n1,\xff\xfe\n", "not UTF-8"),
        ("r.csv", b"id,city\n1,a\0b\n", "NUL"),
        ("r.csv", "id,city\n1,上海\n".encode("utf-16-le"), "NUL"),
        ("r.csv", b"id,city\n1," + b"x" * 20_000 + b"\n", "longer than"),
        ("r.json", b'[{"id": 1, "id": 2}]', "twice"),
        ("r.json", b"{", "more than one line"),
        ("r.json", b'[{"id": {"x": 1}}]', "holds a mapping"),
        ("r.json", b'[{"id": [[1]]}]', "one value or a list"),
        ("r.json", b"[1]", "JSON object"),
        ("r.json", b"[" * 100_000, "longer than"),
        ("r.jsonl", b'{"id": 1', "not JSON"),
        ("r.yaml", b"id: 1\n", "a list of rows"),
        ("r.yaml", b"- 1\n", "A row is a mapping"),
        ("r.xlsx", b"PK", "no .xlsx file"),
        ("r.xls", b"x", "no data here"),
        ("r.db", b"junk", "not a SQLite"),
    ],
)
def test_a_file_that_is_no_data_says_why(
    tmp_path: Path, template: Template, name: str, data: bytes, what: str
) -> None:
    path = tmp_path / name
    path.write_bytes(data)
    query = "SELECT 1" if name.endswith(".db") else None
    found = mistakes(lambda: read_rows(path, template, Reading(query=query)))
    assert what in found[0][1]


@pytest.fixture
def database(tmp_path: Path) -> Path:
    path = tmp_path / "stops ü.db"
    connection = sqlite3.connect(path)
    connection.execute("CREATE TABLE t (id INTEGER PRIMARY KEY, city TEXT)")
    connection.executemany("INSERT INTO t (city) VALUES (?)", [("上海",), ("苏州",)])
    connection.commit()
    connection.close()
    return path


def test_a_query_gives_rows_in_its_order(database: Path, template: Template) -> None:
    query = "SELECT id, city FROM t WHERE id > 0 ORDER BY id DESC"
    found = read_rows(database, template, Reading(query=query))
    assert [(row.number, row.values["id"], row.values["city"]) for row in found] == [
        (1, "2", "苏州"),
        (2, "1", "上海"),
    ]


@pytest.mark.parametrize(
    ("query", "what"),
    [
        ("DELETE FROM t", "more than read"),
        ("DROP TABLE t", "more than read"),
        ("ATTACH 'x.db' AS x", "more than read"),
        ("PRAGMA writable_schema = ON", "more than read"),
        ("SELECT load_extension('x')", "more than read"),
        ("SELECT 1 AS id; DELETE FROM t", "one statement"),
        ("SELECT wrong FROM t", "no such column"),
        ("SELECT", "SQLite says"),
        ("SELECT id, id FROM t", "one name"),
        ("SELECT zeroblob(3) AS id", "bytes"),
        ("", "needs a query"),
    ],
)
def test_a_query_only_reads(database: Path, template: Template, query: str, what: str) -> None:
    before = database.read_bytes()
    (found,) = mistakes(lambda: read_rows(database, template, Reading(query=query)))
    assert what in found[1]
    assert database.read_bytes() == before
    assert not (database.parent / "x.db").exists()


# Both give one row, never; within the LIKE SQLite asks nobody whether it should go on.
ENDLESS = {
    "steps": (
        "WITH RECURSIVE n(x) AS (SELECT 1 UNION ALL SELECT x + 1 FROM n) SELECT max(x) AS id FROM n"
    ),
    "one LIKE": "SELECT id FROM slow",
}


@pytest.fixture
def slow_view(database: Path) -> Path:
    """A database with a view in it that compares long texts: minutes, in one step."""
    connection = sqlite3.connect(database)
    longest = "replace(hex(zeroblob(10000)), '0', 'a')"
    subject = "replace(hex(zeroblob(20000000)), '0', 'a')"
    view = f"SELECT 1 AS id WHERE {subject} LIKE '%' || {longest} || 'b'"
    connection.execute(f"CREATE VIEW slow AS {view}")
    connection.commit()
    connection.close()
    return database


@pytest.mark.parametrize("query", ENDLESS.values(), ids=ENDLESS)
def test_a_query_that_takes_forever_is_ended(
    slow_view: Path, template: Template, monkeypatch: pytest.MonkeyPatch, query: str
) -> None:
    monkeypatch.setattr("comfyui_glmtts.templates.sqlite_table.SECONDS", 0.3)
    started = time.monotonic()
    (found,) = mistakes(lambda: read_rows(slow_view, template, Reading(query=query)))
    assert "longer than" in found[1]
    assert time.monotonic() - started < 20


@pytest.mark.skipif(os.name == "nt", reason="no SIGALRM")
def test_ctrl_c_ends_a_query_at_once(slow_view: Path, template: Template) -> None:
    before = signal.signal(signal.SIGALRM, signal.default_int_handler)
    signal.setitimer(signal.ITIMER_REAL, 0.5)
    started = time.monotonic()
    try:
        with pytest.raises(KeyboardInterrupt):
            list(read_rows(slow_view, template, Reading(query=ENDLESS["one LIKE"])))
    finally:
        signal.setitimer(signal.ITIMER_REAL, 0)
        signal.signal(signal.SIGALRM, before)
    assert time.monotonic() - started < 5


def test_a_query_may_not_fill_the_memory(database: Path, template: Template) -> None:
    query = (
        "SELECT length(group_concat(x)) AS id FROM ("
        + " UNION ALL ".join(["SELECT hex(zeroblob(200000000)) AS x"] * 4)
        + ")"
    )
    (found,) = mistakes(lambda: read_rows(database, template, Reading(query=query)))
    assert "memory" in found[1]


def test_equal_values_have_one_digest_wherever_they_stand(template: Template) -> None:
    one, other, third = parse_rows(
        json.dumps(
            [
                {"id": "1", "city": "上海"},
                {"city": "上海", "id": "1", "minutes": "5"},
                {"id": "2", "city": "上海"},
            ]
        ).encode(),
        "data.json",
        template,
    )
    assert one.digest == other.digest != third.digest


@settings(
    max_examples=300, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(
    data=st.binary(max_size=80)
    | st.text(alphabet='id,city;\t\n"{}[]:-#上海1 \ufeff', max_size=60).map(str.encode),
    name=st.sampled_from(["r.csv", "r.json", "r.jsonl", "r.yaml"]),
)
def test_any_bytes_are_rows_or_mistakes(template: Template, data: bytes, name: str) -> None:
    try:
        found = parse_rows(data, name, template)
    except InputError:
        return
    assert all(row.values["id"] for row in found)
