"""Coding methods as data: what each parameter is, and whether a codebook prints it or this project decided it."""

from __future__ import annotations

from typing import Any, Literal

import msgspec

from counterclaim.errors import CounterclaimError
from counterclaim.knowledge import load_yaml
from counterclaim.paths import data_path

CHOICES: dict[str, tuple[str, ...]] = {
    "outcomes": ("each", "deaths", "deaths_and_injuries"),
    "casualties": ("apart", "between_one_and_total", "deaths_without_number", "blank", "out_of_scope"),
    "victims": ("all", "with_attackers", "civilians"),
    "conflict": (
        "most_agreed", "conservative_reliable_highest", "lowest_unless_corroborated",
        "latest_then_majority_then_lowest", "min_max",
    ),
    "barred": ("none", "perpetrator"),
    "totals": ("left_out", "keep_and_subtract", "split_evenly", "distribute"),
    "credibility": ("independent_origins", "none"),
}  # fmt: skip


class Parameter(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """One choice of a method, whether a codebook prints it, and what it says there in this project's words."""

    value: Any
    status: Literal["published", "house"]
    where: str


class Profile(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """A coding method."""

    name: str
    title: str
    version: str
    origin: str
    licence: str
    document: str
    parameters: dict[str, Parameter]

    def choice(self, name: str) -> str:
        """The value of an enumerated parameter."""
        return str(self.parameters[name].value)

    @property
    def words(self) -> dict[str, int | str]:
        """Vague word -> number, or ``blank``."""
        return dict(self.parameters["words"].value)

    @property
    def grades(self) -> dict[str, int]:
        """Grade -> independent origins that it needs; empty where the method has none."""
        value = self.parameters["grades"].value
        return dict(value) if isinstance(value, dict) else {}


def profile_names() -> tuple[str, ...]:
    """The names of the methods that are shipped: the plain rule first, the others in order of their names."""
    names = sorted(p.name.removesuffix(".yaml") for p in data_path("profiles").glob("*.yaml"))
    return tuple(sorted(names, key=lambda n: (n != "plain", n)))


def load_profile(name: str) -> Profile:
    """The coding method of that name. Raises CC-302 where there is none, CC-203 where its file is broken."""
    if name not in profile_names():
        raise CounterclaimError("CC-302", f"{name}; there are {', '.join(profile_names())}")
    path = data_path("profiles", f"{name}.yaml")
    try:
        profile = msgspec.convert(load_yaml(path), Profile)
    except msgspec.ValidationError as error:
        raise CounterclaimError("CC-203", str(error), where=path.name) from None
    for parameter, allowed in CHOICES.items():
        if parameter not in profile.parameters or profile.choice(parameter) not in allowed:
            raise CounterclaimError("CC-203", f"{parameter}: one of {', '.join(allowed)}", where=path.name)
    for parameter in ("words", "grades"):
        if parameter not in profile.parameters:
            raise CounterclaimError("CC-203", f"{parameter} is missing", where=path.name)
    return profile
