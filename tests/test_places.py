"""Which bearer of a name is meant: context decides, an unknown village stays with its region, nothing is dropped."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from counterclaim.errors import abstention_codes
from counterclaim.gazetteer import Gazetteer, open_gazetteer
from counterclaim.resolve.places import Hint, PlaceMention, Resolved, resolve
from work import steps


@pytest.fixture(scope="session")
def packaged() -> Gazetteer:
    return open_gazetteer()


def town(name: str, country: str, admin1: str, lat: float, lon: float, population: int = 1000) -> dict[str, object]:
    return {"name": name, "kind": "settlement", "country": country, "admin1": admin1, "lat": lat, "lon": lon,
            "population": population}  # fmt: skip


def area(name: str, kind: str, country: str, admin1: str = "", lat: float = 0.0, lon: float = 0.0) -> dict[str, object]:
    return {"name": name, "kind": kind, "country": country, "admin1": admin1, "lat": lat, "lon": lon, "radius_km": 80}


# two neighbours with mirrored towns, so that neither can be favoured
WORLD = Gazetteer.from_world(
    {
        "places": [
            area("Westland", "country", "WL", lat=10, lon=10),
            area("Eastland", "country", "EL", lat=10, lon=20),
            area("Lower March", "region", "WL", "1", 10, 12),
            area("Upper March", "region", "EL", "1", 10, 18),
            area("Stone", "region", "WL", "2", 12, 12),
            town("Stone", "WL", "2", 12, 12, 90_000),
            town("Ferry", "WL", "1", 10.1, 12.1),
            town("Ferry", "EL", "1", 10.1, 18.1),
            town("Mill", "WL", "1", 10.2, 12.2),
            town("Mill", "WL", "2", 12.2, 12.2),
            town("Oak", "WL", "1", 10.3, 12.3, 500_000),
            town("Oak", "WL", "2", 12.9, 13.5, 900),
            town("Ash", "EL", "1", 10.2, 18.2),
        ]
    }
)


def told(*names: tuple[str, Hint, tuple[int, ...]]) -> list[PlaceMention]:
    """Mentions ten code points apart."""
    out, at = [], 0
    for text, hint, within in names:
        out.append(PlaceMention(at, at + len(text), text, hint, within))
        at += len(text) + 10
    return out


def one(name: str, hint: Hint = "", gazetteer: Gazetteer = WORLD, background: tuple[str, ...] = ()) -> Resolved:
    return resolve(told((name, hint, ())), gazetteer, background=background)[0]


@pytest.mark.parametrize("village", ["Plekhovo", "Vorozhba", "Martynovka", "Kurilovka"])
@pytest.mark.parametrize("background", [(), ("UA", "RU"), ("RU", "UA"), ("UA",)])
def test_villages_of_the_kursk_region_stay_there(
    packaged: Gazetteer, village: str, background: tuple[str, ...]
) -> None:
    mentions = told(
        (village, "settlement", (1,)), ("Kursk region", "region", (2,)), ("Russia", "", ()), (village, "", ())
    )
    for result in (0, 3):
        place = resolve(mentions, packaged, background=background)[result].place
        assert place.country == "RU" and place.name == village
        assert place.lat is not None and place.lon is not None
        assert 51.0 < place.lat < 52.5 and 34.0 < place.lon < 38.6
        assert place.precision == ("settlement" if village == "Plekhovo" else "region")


@pytest.mark.parametrize(("name", "region", "country", "nearby"), [
    ("Kupyansk", "Kharkov region", "UA", (49.7, 37.6)),
    ("Купянськ", "Kharkiv region", "UA", (49.7, 37.6)),
    ("Shebekino", "Belgorod region", "RU", (50.4, 36.9)),
    ("Rutshuru", "North Kivu", "CD", (-1.19, 29.45)),
    ("Bijapur", "Chhattisgarh", "IN", (18.8, 80.8)),
    ("Tripoli", "Lebanon", "LB", (34.4, 35.8)),
    ("Tripoli", "Libya", "LY", (32.9, 13.2)),
])  # fmt: skip
def test_known_places_in_their_container(
    packaged: Gazetteer, name: str, region: str, country: str, nearby: tuple[float, float]
) -> None:
    place = resolve(told((name, "", (1,)), (region, "", ())), packaged)[0].place
    assert place.country == country and place.lat is not None and place.lon is not None
    assert abs(place.lat - nearby[0]) < 0.2 and abs(place.lon - nearby[1]) < 0.2


def test_the_texts_own_name_form_is_kept(packaged: Gazetteer) -> None:
    mentions = told(("the Kharkov region", "", ()), ("the village of Pazigyi", "", ()), ("Mexico City", "", ()))
    assert [r.place.name for r in resolve(mentions, packaged)] == ["Kharkov", "Pazigyi", "Mexico City"]
    assert [r.place.text for r in resolve(mentions, packaged)] == [m.text for m in mentions]


def test_a_bare_name_follows_the_kind_told_elsewhere(packaged: Gazetteer) -> None:
    bare, region = resolve(told(("Kursk", "", ()), ("Kursk region", "region", ())), packaged)
    assert bare.place.precision == region.place.precision == "region"
    assert one("Kursk", "", packaged).place.precision == "settlement"
    assert one("Kursk", "settlement", packaged).place.precision == "settlement"


def test_gaza_city_does_not_make_gaza_a_town(packaged: Gazetteer) -> None:
    bare, city = resolve(told(("Gaza", "", ()), ("Gaza City", "", ())), packaged, background=("PS", "IL"))
    assert (bare.place.precision, city.place.precision) == ("region", "settlement")
    assert bare.place.country == city.place.country == "PS"


@pytest.mark.parametrize(("container", "country"), [("Lower March", "WL"), ("Upper March", "EL"), ("Eastland", "EL")])
def test_a_container_vetoes_namesakes(container: str, country: str) -> None:
    result = resolve(told(("Ferry", "", (1,)), (container, "", ())), WORLD, background=("WL", "EL"))[0]
    assert (result.place.country, result.place.precision, result.rule) == (country, "settlement", "places.inside")


def test_a_vetoed_village_stands_at_its_regions_point() -> None:
    result = resolve(told(("Ash", "settlement", (1,)), ("Lower March", "region", ())), WORLD)[0]
    assert (result.place.country, result.place.lat, result.place.lon, result.place.precision) == (
        "WL",
        10,
        12,
        "region",
    )
    assert result.code == "ABST-PLACE-UNKNOWN" and "EL" in result.reason and "Lower March" in result.reason


def test_a_disputed_region_is_located_where_it_is() -> None:
    mentions = told(("Lower March region", "", (1,)), ("Eastland", "", ()))
    region = resolve(mentions, WORLD, background=("WL",))[0]
    assert (region.place.country, region.place.lon, region.place.precision) == ("WL", 12, "region")
    assert region.rule == "places.claimed" and "Eastland" in region.reason
    assert resolve(mentions, WORLD)[0].rule == "places.parent"  # Westland is not spoken of: a namesake


def test_an_unknown_village_keeps_its_container() -> None:
    village, nested = resolve(
        told(("Nosuch", "settlement", (2,)), ("Nonesuch", "", (0,)), ("Eastland", "", ())), WORLD
    )[:2]
    for result in (village, nested):
        assert (result.place.country, result.place.lat, result.place.precision) == ("EL", 10, "country")
        assert result.code == "ABST-PLACE-UNKNOWN"


def test_an_unknown_place_without_a_container_has_no_coordinates() -> None:
    result = one("Nosuch", background=("WL", "EL"))
    assert (result.place.lat, result.place.lon, result.place.country) == (None, None, None)
    assert (result.place.name, result.code) == ("Nosuch", "ABST-PLACE-UNKNOWN")


def test_ambiguous_names_are_said_to_be_so(packaged: Gazetteer) -> None:
    result = one("Springfield", "", packaged)
    assert (result.place.lat, result.place.country, result.code) == (None, None, "ABST-PLACE-AMBIGUOUS")
    assert one("Ferry").code == "ABST-PLACE-AMBIGUOUS"


def test_one_name_in_two_regions_is_two_places(packaged: Gazetteer) -> None:
    mentions = told(("Springfield", "", (1,)), ("Illinois", "", ()), ("Springfield", "", ()), ("Springfield", "", (4,)),
                    ("Missouri", "", ()), ("Springfield", "", ()))  # fmt: skip
    lats = [r.place.lat for r in resolve(mentions, packaged)]
    assert lats[0] is not None and lats[3] is not None
    assert lats[0] == lats[2] and lats[3] == lats[5] and lats[0] > 39 > lats[3]


@pytest.mark.parametrize(
    ("others", "country", "rule"),
    [
        ((("Eastland", "", ()),), "EL", "places.country"),
        ((("Westland", "", ()),), "WL", "places.country"),
        ((("Lower March", "region", ()), ("Eastland", "", ())), "WL", "places.region"),
        ((("Upper March", "region", ()), ("Westland", "", ())), "EL", "places.region"),
        ((("Ash", "", ()), ("Westland", "", ()), ("Eastland", "", ())), "EL", "places.nearest"),
    ],
)
def test_the_rest_of_the_report_decides(
    others: tuple[tuple[str, Hint, tuple[int, ...]], ...], country: str, rule: str
) -> None:
    result = resolve(told(("Ferry", "", ()), *others), WORLD)[0]
    assert (result.place.country, result.rule) == (country, rule)


def test_population_needs_a_tenfold_lead() -> None:
    oak = one("Oak", background=("WL",))
    assert (oak.place.lat, oak.rule) == (10.3, "places.population")
    assert one("Mill", background=("WL",)).code == "ABST-PLACE-AMBIGUOUS"
    assert one("Mill", background=("WL",)).place.country == "WL"


def test_a_village_in_a_bare_name_makes_it_the_region() -> None:
    village, stone = resolve(told(("Nosuch", "settlement", (1,)), ("Stone", "", ())), WORLD)
    assert (stone.place.precision, village.place.precision) == ("region", "region")
    assert one("Stone").place.precision == "settlement"


def test_a_region_known_only_by_its_town_takes_the_towns_point() -> None:
    result = one("Oak", "region", background=("WL",))
    assert (result.place.precision, result.place.lat) == ("region", 10.3)


def test_a_small_town_of_a_country_not_named_is_not_taken() -> None:
    assert one("Ash", background=("WL",)).place.lat is None
    assert one("Oak", background=("EL",)).place.lat == 10.3


def test_two_names_at_home_in_one_country_imply_it() -> None:
    world = {"places": [town("Ferry", "WL", "1", 1, 1), town("Quay", "WL", "1", 1, 2), town("Mole", "EL", "1", 1, 9)]}
    gazetteer = Gazetteer.from_world(world)
    names = told(("Ferry", "", ()), ("Quay", "", ()), ("Mole", "", ()))
    assert [r.place.lon for r in resolve(names, gazetteer, background=("ZL",))] == [1, 2, None]
    assert [r.place.lon for r in resolve(names[1:], gazetteer, background=("ZL",))] == [None, None]


def test_circles_and_wild_indexes_in_within_do_no_harm() -> None:
    mentions = told(("Ferry", "", (1, 99, -1)), ("Lower March", "", (0,)), ("Mill", "", (2,)))
    results = resolve(mentions, WORLD)
    assert len(results) == 3 and all(r.reason and r.rule for r in results)
    assert resolve([], WORLD) == ()


def test_swapping_the_sides_swaps_the_places() -> None:
    here = resolve(told(("Ferry", "", (1,)), ("Westland", "", ()), ("Ash", "", ())), WORLD)[0].place
    there = resolve(told(("Ferry", "", (1,)), ("Eastland", "", ()), ("Ash", "", ())), WORLD)[0].place
    assert (here.country, there.country) == ("WL", "EL") and here.precision == there.precision


NAMES = ["Westland", "Eastland", "Lower March", "Upper March", "Stone", "Ferry", "Mill", "Oak", "Ash", "Nosuch",
         "the Stone region", "village of Mill", "", " ", "Ёлки"]  # fmt: skip
HINTS: list[Hint] = ["region", "district", "settlement", "country", ""]


@st.composite
def reports(draw: st.DrawFn) -> list[PlaceMention]:
    n = draw(st.integers(0, 12))
    index = st.lists(st.integers(-2, n + 1), max_size=3).map(tuple)
    return told(*[(draw(st.sampled_from(NAMES)), draw(st.sampled_from(HINTS)), draw(index)) for _ in range(n)])


@settings(max_examples=150, deadline=None)
@given(reports(), st.lists(st.sampled_from(["WL", "EL", "XX"]), max_size=3), st.randoms(use_true_random=False))
def test_every_mention_is_kept_in_order_whatever_the_order(
    mentions: list[PlaceMention], background: list[str], chance
) -> None:  # type: ignore[no-untyped-def]
    results = resolve(mentions, WORLD, background=background)
    assert [(r.place.start, r.place.end, r.place.text) for r in results] == [(m.start, m.end, m.text) for m in mentions]
    for result in results:
        place = result.place
        assert (place.lat is None) == (place.lon is None)
        assert result.code is None or result.code in abstention_codes()
        assert result.code is not None or place.lat is not None
        assert result.reason and result.rule.startswith("places.")
    order = list(range(len(mentions)))
    chance.shuffle(order)
    new = {old: at for at, old in enumerate(order)}
    shuffled = [
        PlaceMention(m.start, m.end, m.text, m.hint, tuple(new.get(j, -9) for j in m.within))
        for m in (mentions[old] for old in order)
    ]
    again = resolve(shuffled, WORLD, background=background[::-1])
    assert [again[new[i]] for i in range(len(mentions))] == list(results)


def test_thousands_of_mentions_take_linear_work() -> None:
    def work(n: int) -> int:
        base = [("Lower March", "region", ()), ("Eastland", "", ())]
        mentions = told(
            *base, *[(f"{('Ferry', 'Mill', 'Oak')[i % 3]}{'' if i % 2 else i}", "", (i % 2,)) for i in range(n)]
        )  # type: ignore[arg-type]
        return steps(lambda: resolve(mentions, WORLD))

    assert work(8000) < 20 * work(500)  # sixteen times the mentions; quadratic would be 256 times
