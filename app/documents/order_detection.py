"""Finds the preset that a file's headers fit, and says what is missing where none does."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from rapidfuzz import fuzz, process

from app.documents.named_columns import NAMED, named_field
from app.documents.order_columns import (
    FIELDS,
    Preset,
    columns_of,
    is_marked,
    missing,
    normalised,
)
from app.documents.order_presets import PRESETS, WAYBOARD
from app.domain.errors import ImportErrors


@dataclass(frozen=True, slots=True, kw_only=True)
class Detected:
    """A preset that fits a file."""

    preset: Preset
    score: float
    """Share of the file's columns that the preset knows; one with marks of its own stands first."""
    columns: Mapping[str, str]
    """Field → header."""


def detect(headers: Sequence[str]) -> tuple[Detected, ...]:
    """The presets that these headers fit, best first; empty where none does."""
    fitting = []
    for preset in PRESETS.values():
        columns = columns_of(preset, headers)
        if is_marked(preset, headers) and not missing(preset, columns):
            share = len(set(columns.values())) / max(1, len(headers))
            fitting.append(Detected(preset=preset, score=round(share, 3), columns=columns))
    # Marks are what one program's files have and no others: they tell more than common words.
    return tuple(sorted(fitting, key=lambda d: d.score + len(d.preset.marks) / 10, reverse=True))


def resolve(
    headers: Sequence[str], key: str, chosen: Mapping[str, str] | None
) -> tuple[Preset, dict[str, str]]:
    """The preset to read a file by, and which header stands for which of its fields.

    `chosen` is a person's mapping, field → header, which stands alone. Raises ImportErrors where
    columns are missing or ambiguous.
    """
    if key != "auto" and key not in PRESETS:
        raise ImportErrors(f"There is no preset {key}. Known are auto, {', '.join(PRESETS)}.")
    if chosen is not None:
        preset = _meant(headers, chosen) if key == "auto" else PRESETS[key]
        columns = _chosen_columns(preset, headers, chosen)
    elif key == "auto":
        fitting = detect(headers)
        if not fitting:
            raise _unknown(WAYBOARD, headers, columns_of(WAYBOARD, headers))
        preset, columns = fitting[0].preset, dict(fitting[0].columns)
    else:
        preset = PRESETS[key]
        columns = columns_of(preset, headers)
    if missing(preset, columns):
        raise _unknown(preset, headers, columns)
    _check_unique(headers, columns)
    return preset, columns


def recognised(headers: Sequence[str], key: str) -> dict[str, str]:
    """Field → header, for what is known of a file in which something is missing."""
    return columns_of(PRESETS.get(key, WAYBOARD), headers)


def _meant(headers: Sequence[str], chosen: Mapping[str, str]) -> Preset:
    """The program of the file, where the mapping still has fields that only its files have."""
    own = {name for name in chosen if name not in FIELDS and named_field(name) != name}
    fitting = (found.preset for found in detect(headers) if own <= found.preset.columns.keys())
    return next(fitting, WAYBOARD) if own else WAYBOARD


def _chosen_columns(
    preset: Preset, headers: Sequence[str], chosen: Mapping[str, str]
) -> dict[str, str]:
    by_name = {normalised(header): header for header in reversed(headers)}
    columns, problems = {}, []
    for name, header in chosen.items():
        if name not in FIELDS and name not in preset.columns and named_field(name) != name:
            known = ", ".join((*FIELDS, *(f"{kind}NAME" for kind in NAMED)))
            problems.append(f"there is no field {name}; there are {known}")
        elif normalised(header) not in by_name:
            problems.append(f"{name} is mapped to “{header}”, which the file does not have")
        else:
            columns[name] = by_name[normalised(header)]
    if problems:
        raise ImportErrors("The column mapping does not fit the file: " + "; ".join(problems) + ".")
    return columns


def _check_unique(headers: Sequence[str], columns: Mapping[str, str]) -> None:
    names = [normalised(header) for header in headers]
    twice = [header for header in columns.values() if names.count(normalised(header)) > 1]
    if twice:
        raise ImportErrors(
            f"Two columns are called {twice[0]}. Rename or remove one, so that it is clear which "
            "one counts."
        )


def _unknown(preset: Preset, headers: Sequence[str], columns: Mapping[str, str]) -> ImportErrors:
    problems = [
        f"missing: {_group_text(group)}; a column may be called "
        f"{', '.join(_examples(preset, group))}"
        for group in missing(preset, columns)
    ]
    problems.append(f"found: {', '.join(header for header in headers if header)}")
    problems.extend(_suggestions(preset, headers, columns))
    return ImportErrors(
        "The columns of this file are not recognised. Rename them, or map them in the window.",
        problems,
    )


def _group_text(group: Iterable[str]) -> str:
    names = (" and ".join(FIELDS.get(n, n) for n in part.split("+")) for part in group)
    return " or ".join(names)


def _examples(preset: Preset, group: Iterable[str]) -> list[str]:
    names = (name for part in group for name in part.split("+"))
    return [alias for name in names for alias in preset.columns.get(name, ())[:2]]


def _suggestions(
    preset: Preset, headers: Sequence[str], columns: Mapping[str, str]
) -> Iterable[str]:
    """Which unknown headers look like known ones."""
    used = set(columns.values())
    for header in headers:
        if not header or header in used:
            continue
        best = process.extractOne(
            normalised(header), list(preset.aliases), scorer=fuzz.WRatio, score_cutoff=80
        )
        if best is not None and preset.aliases[best[0]] not in columns:
            name = preset.aliases[best[0]]
            yield f"“{header}” looks like {FIELDS.get(name, name)}"
