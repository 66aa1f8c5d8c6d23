"""Full-text search that finds Chinese words of any length, alike on SQLite and PostgreSQL.

Neither database cuts Chinese into words, so we cut it ourselves: a run of Chinese is stored as its pairs of
neighbouring characters (养老服务 → 养老 老服 服务 务), any other word as it is. A query is a phrase of pairs, which
finds exactly the texts that contain it. The index of the words is an FTS5 table that follows ``search_entry`` by
trigger, or a GIN index; Alembic knows neither, so ``SEARCH_SQL`` is written into the migration and
``is_derived`` names what a comparison of tables leaves out.

Index only what may be read by everybody who may list the kind: a sealed proposal never comes here.
"""

import hashlib
import unicodedata
from collections.abc import Callable, Iterable, Iterator, Sequence
from itertools import groupby
from uuid import UUID

from sqlalchemy import (
    BigInteger,
    Select,
    UniqueConstraint,
    delete,
    false,
    func,
    literal_column,
    select,
    table,
)
from sqlalchemy.orm import Mapped, mapped_column
from sqlalchemy.sql.elements import ColumnElement

from portal.core.db import Model, db, in_use_case, run_after_create, use_case

Text = tuple[UUID, Sequence[str]]
Source = Callable[[], Iterable[Text]]

LONGEST_TEXT = 16_000  # words; PostgreSQL counts positions up to 16,383
LONGEST_WORD = 64
LONGEST_QUERY = 200  # characters
_WIDE = "々〇ー"  # Chinese and Japanese signs that Unicode does not call letters of their own

SOURCES: dict[str, Source] = {}


class SearchEntry(Model):
    """The words of one row of another table; ``number`` is its row in the index of SQLite."""

    __tablename__ = "search_entry"
    __table_args__ = (UniqueConstraint("kind", "subject_id"),)

    kind: Mapped[str]
    subject_id: Mapped[UUID]
    number: Mapped[int] = mapped_column(BigInteger, unique=True)
    words: Mapped[str]


SEARCH_SQL = {
    "sqlite": [
        "CREATE VIRTUAL TABLE search_text USING fts5(words, content='search_entry', content_rowid='number', tokenize='ascii')",
        "CREATE TRIGGER search_entry_added AFTER INSERT ON search_entry BEGIN "
        "INSERT INTO search_text (rowid, words) VALUES (NEW.number, NEW.words); END",
        "CREATE TRIGGER search_entry_removed AFTER DELETE ON search_entry BEGIN "
        "INSERT INTO search_text (search_text, rowid, words) VALUES ('delete', OLD.number, OLD.words); END",
        "CREATE TRIGGER search_entry_changed AFTER UPDATE OF words ON search_entry BEGIN "
        "INSERT INTO search_text (search_text, rowid, words) VALUES ('delete', OLD.number, OLD.words); "
        "INSERT INTO search_text (rowid, words) VALUES (NEW.number, NEW.words); END",
    ],
    "postgresql": ["CREATE INDEX search_text ON search_entry USING gin (to_tsvector('simple', words))"],
}  # the tokenizer ``ascii`` splits at spaces only, because all that is left of a text is letters, digits and spaces
for _dialect, _statements in SEARCH_SQL.items():
    run_after_create(SearchEntry.__table__, _dialect, _statements)


def is_derived(name: str | None) -> bool:
    """Whether the table or index ``name`` of a database is made by ``SEARCH_SQL`` and absent from the models."""
    return bool(name) and str(name).startswith("search_text")


def index(kind: str, subject_id: UUID, *texts: str) -> None:
    """Make the row ``subject_id`` findable under ``kind`` by the words of ``texts``, instead of what was there.

    Part of the use case that changes the row: both are kept, or neither. ``kind`` is the name of a table.
    """
    if not in_use_case():
        raise RuntimeError("index needs a running use case")
    entry = db.session.scalars(_entries(kind, subject_id).with_for_update()).first()
    if entry is None:
        entry = SearchEntry(kind=kind, subject_id=subject_id, number=_number(kind, subject_id))
        db.session.add(entry)
    entry.words = words_of(*texts)
    db.session.flush()


def forget(kind: str, subject_id: UUID) -> None:
    """Make the row ``subject_id`` unfindable; part of the use case that hides or deletes it."""
    if not in_use_case():
        raise RuntimeError("forget needs a running use case")
    for entry in db.session.scalars(_entries(kind, subject_id)):
        db.session.delete(entry)
    db.session.flush()


def matching(kind: str, words: str) -> Select[UUID]:
    """The ids of ``kind`` whose texts contain all ``words``, for ``.where(Model.id.in_(search.matching(…)))``.

    Words are parted by spaces or signs. Chinese matches anywhere, other words from their beginning
    (``2026 ven`` finds ``Venture 2026``); small and capital, full-width and half-width letters are the same.
    Without a letter or digit nothing matches, so ask only when something was typed.
    """
    return select(SearchEntry.subject_id).where(SearchEntry.kind == kind, _contains(words))


def words_of(*texts: str) -> str:
    """What is stored of ``texts``: pairs of Chinese characters and other words, parted by spaces."""
    found = [word for text in texts for wide, run in _runs(text) for word in (_pairs(run) if wide else [run])]
    return " ".join(found[:LONGEST_TEXT])


def phrases(words: str) -> list[tuple[list[str], bool]]:
    """A query as phrases that all must occur; ``True`` when the last word of a phrase need only begin so."""
    return [
        ([run[i : i + 2] for i in range(len(run) - 1)] or [run], len(run) == 1) if wide else ([run], True)
        for wide, run in _runs(words[:LONGEST_QUERY])
    ]


def source(kind: str) -> Callable[[Source], Source]:
    """Register where the texts of ``kind`` come from, so that the index can be built anew."""

    def register(texts: Source) -> Source:
        SOURCES[kind] = texts
        return texts

    return register


@use_case
def rebuild() -> dict[str, int]:
    """Build the whole index anew from the registered sources; says how many rows of each kind it holds."""
    db.session.execute(delete(SearchEntry))
    counts = {}
    for kind, texts in sorted(SOURCES.items()):
        entries = [
            SearchEntry(kind=kind, subject_id=key, number=_number(kind, key), words=words_of(*found))
            for key, found in texts()
        ]
        db.session.add_all(entries)
        db.session.flush()
        counts[kind] = len(entries)
    return counts


def _entries(kind: str, subject_id: UUID) -> Select[SearchEntry]:
    return select(SearchEntry).where(SearchEntry.kind == kind, SearchEntry.subject_id == subject_id)


def _contains(words: str) -> ColumnElement[bool]:
    found = phrases(words)
    if not found:
        return false()
    if db.engine.dialect.name == "sqlite":
        query = " AND ".join(f'"{" ".join(phrase)}"{"*" if open_end else ""}' for phrase, open_end in found)
        number: ColumnElement[int] = literal_column("rowid")
        matches = literal_column("search_text").bool_op("MATCH")(query)
        return SearchEntry.number.in_(select(number).select_from(table("search_text")).where(matches))
    query = " & ".join(
        "(" + " <-> ".join(f"'{word}'" for word in phrase) + (":*" if open_end else "") + ")"
        for phrase, open_end in found
    )
    simple: ColumnElement[str] = literal_column("'simple'")
    vector = func.to_tsvector(simple, SearchEntry.words)
    return vector.bool_op("@@")(func.to_tsquery(simple, query))


def _runs(text: str) -> Iterator[tuple[bool, str]]:
    """Stretches of Chinese (``True``) and of other letters and digits, normalised; all else parts them."""
    plain = unicodedata.normalize("NFKC", unicodedata.normalize("NFKC", text).casefold())
    for kind, characters in groupby(plain, _kind):
        if kind:
            run = "".join(characters)
            yield kind == "wide", run if kind == "wide" else run[:LONGEST_WORD]


def _kind(character: str) -> str:
    category = unicodedata.category(character)
    if category == "Lo" or character in _WIDE:
        return "wide"
    return "word" if category[0] in "LN" else ""


def _pairs(run: str) -> list[str]:
    """The pairs of a run and its last character, which a query of one character asks for."""
    return [run[i : i + 2] for i in range(len(run))]


def _number(kind: str, subject_id: UUID) -> int:
    """A number for the row of SQLite's index that stays the same; 63 bits of a digest never meet in practice."""
    return int.from_bytes(hashlib.sha256(f"{kind}:{subject_id}".encode()).digest()[:8]) >> 1
