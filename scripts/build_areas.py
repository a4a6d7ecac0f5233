"""Build the administrative areas of the project from the raw lists: `python scripts/build_areas.py RAW_FOLDER`.

Writes areas.csv, lineage.csv, boundaries.parquet and SOURCE.md into src/toancanh/geography/data, and nothing else.
RAW_FOLDER is a copy of the lists named in SOURCE.md. The same input gives the same bytes.
"""

import csv
import json
import re
import sys
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any, NamedTuple

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq
import shapely
from area_report import count_items, source_text
from area_texts import ADDED, Claim, Matcher, Unit, plain, split_type, toned
from shapely.geometry import shape

OUT = Path(__file__).parent.parent / "src/toancanh/geography/data"
NOW = "after-2025-07/full_json_generated_data_vn_units_2026-07-25__20_49_07.json"
FIRST = "after-2025-07/v3.0.2_units_2025-07-01.min.json"
FORMER = "before-2025-07/v2.4.1_units_63_provinces.min.json"
MERGERS = "after-2025-07/wards_merger_text_bando.json"
WITNESS = "after-2025-07/units_with_truocsapnhap.json"
SHAPES = "after-2025-07/wards3321.simplified.geojson"
PROVINCES = "after-2025-07/provinces34.simplified.geojson"
COARSE = (0.01, 0.03)  # degrees: fit for zooms up to 8 and up to 6
DETAILED = ("01", "48", "79")
BEGINNING, REFORM, EVE = "1900-01-01", "2025-07-01", "2025-06-30"
LEVELS = ("country", "province", "district", "commune")
DONG_NAI, DONG_NAI_EVE = "2026-04-30", "2026-04-29"
MARK = "x"
COUNTRY = ("VN", "Việt Nam", "Cộng hòa xã hội chủ nghĩa Việt Nam", "Viet Nam")

CENTRES = {"20333": (111.6069, 16.5347), "22736": (111.9206, 8.6458), "VN": (107.6, 16.2)}
# The islands of Hoàng Sa and of Trường Sa Lớn; the middle of the coast.
RESPELT = "00745"  # Phố Bảng: a slip of the first list, mended in the later one


class Row(NamedTuple):
    """A line of areas.csv: one span of one area."""

    code: str
    level: str
    name: str
    full_name: str
    name_en: str
    parent: str
    since: str
    until: str
    lon: str
    lat: str
    area_km2: str


class Step(NamedTuple):
    """A line of lineage.csv. `main` marks the heir that takes all where no share is known."""

    old: str
    new: str
    day: str
    change: str
    whole: int
    share: str
    main: int


def read(folder: Path, name: str) -> Any:
    return json.loads((folder / name).read_text(encoding="utf-8"))


def lists(folder: Path) -> tuple[dict[str, Unit], dict[str, Unit], dict[str, Unit]]:
    """Return the units now, those of 1 July 2025 and the former ones, each by official code."""

    def new(data: Any) -> Iterator[Unit]:
        for province in data:
            yield Unit(province["Code"], "province", province["FullName"], province["NameEn"])
            for ward in province["Wards"]:
                yield Unit(ward["Code"], "commune", ward["FullName"], ward["NameEn"], province["Code"])

    def former(data: Any) -> Iterator[Unit]:
        for province in data:
            yield Unit(province["Code"], "province", province["FullName"], province["NameEn"])
            for district in province["District"]:
                yield Unit(district["Code"], "district", district["FullName"], district["NameEn"], province["Code"])
                for ward in district["Ward"] or ():
                    yield Unit(ward["Code"], "commune", ward["FullName"], ward["NameEn"], district["Code"])

    first = {unit.code: unit for unit in new(read(folder, FIRST))}
    now = {unit.code: unit for unit in new(read(folder, NOW))}
    for unit in now.values():
        unit.name_en = first[unit.code].name_en
    first[RESPELT] = replace(now[RESPELT])
    return now, first, {unit.code: unit for unit in former(read(folder, FORMER))}


def merger_texts(folder: Path, first: dict[str, Unit]) -> dict[str, str]:
    """Return the merger text of each new commune. The texts call five by another type: the name decides then."""
    provinces = {plain(unit.name): unit.code for unit in first.values() if unit.level == "province"}
    texts: dict[tuple[str, str], list[tuple[str, str]]] = defaultdict(list)
    for entry in read(folder, MERGERS):
        name, kind = re.fullmatch(r"(.*) \((.*?)\)", entry["ten"].strip()).groups()  # type: ignore[union-attr]
        texts[provinces[plain(split_type(entry["provinceName"])[1])], toned(name)].append((kind, entry["truocsn"]))
    found = {}
    for unit in first.values():
        if unit.level == "commune":
            own = texts[unit.parent, toned(unit.name)]
            found[unit.code] = next((text for kind, text in own if kind == unit.kind), own[0][1])
    return found


def province_sources(folder: Path, former: dict[str, Unit]) -> dict[str, list[str]]:
    """Return the former provinces of each province now."""
    codes = {toned(unit.name): unit.code for unit in former.values() if unit.level == "province"}
    found = {}
    for entry in read(folder, WITNESS):
        if entry["magoc"] == "0":
            text = entry["truocsapnhap"].split(".")[0].replace("TPHCM", "thành phố Hồ Chí Minh")
            names = [] if "giữ nguyên" in text else re.split(r", | và ", text)
            found[entry["ma"]] = [codes[toned(split_type(name)[1])] for name in names] or [entry["ma"]]
    return found


def mark(code: str, kept: set[str]) -> str:
    return code if code in kept else MARK + code


def lineage(now: dict[str, Unit], former: dict[str, Unit], matcher: Matcher) -> tuple[list[Step], set[str]]:
    """Return the steps of both reforms, and the codes whose territory went through July 2025 unchanged."""
    olds, news = defaultdict(list), defaultdict(list)
    for claim in matcher.claims:
        olds[claim.old].append(claim)
        news[claim.new].append(claim)
    whole = {old: len(claims) == 1 and not claims[0].rest for old, claims in olds.items()}
    kept = {
        new
        for new, claims in news.items()
        if len(claims) == 1 and claims[0].old == new and whole[new] and former[new].level == "commune"
    }
    kept |= {new for new, sources in matcher.provinces.items() if sources == [new]}
    steps = []
    for new, sources in matcher.provinces.items():
        change = "keep" if sources == [new] else "merge"
        steps += [Step(mark(old, kept), new, REFORM, change, 1, "1", 1) for old in sources]
    for old, claims in olds.items():
        heir = min(
            claims,
            key=lambda c: (c.new != old, toned(now[c.new].name) != toned(former[old].name), not c.rest, c.new),
        )
        for claim in claims:
            change = "merge" if len(news[claim.new]) > 1 else "rename"
            if claim.new in kept and now[claim.new].full_name == former[old].full_name:
                change = "keep"
            change = change if whole[old] else "split"
            share = "1" if whole[old] else ""
            steps.append(Step(mark(old, kept), claim.new, REFORM, change, int(whole[old]), share, int(claim is heir)))
    return sorted(steps), kept


def measure(geometry: Any) -> float:
    """Return the area in km² on a sphere of the same surface as the Earth."""
    flat = shapely.transform(geometry, lambda at: np.column_stack([np.radians(at[:, 0]), np.sin(np.radians(at[:, 1]))]))
    return float(flat.area * 6371.0072**2)


def boundaries(folder: Path) -> tuple[dict[str, Any], dict[str, float]]:
    """Return the communes' shapes as one clean coverage, and the areas in km² that the source states."""
    shapes, stated = {}, {}
    files = (SHAPES, *(f"after-2025-07/wards_province_{code}.detail.geojson" for code in DETAILED))
    for name in files:
        for feature in read(folder, name)["features"]:
            code = feature["properties"]["code"]
            stated[code] = feature["properties"]["areaKm2"] or 0.0
            fixed = shapely.make_valid(shape(feature["geometry"]))
            shapes[code] = shapely.union_all([part for part in shapely.get_parts(fixed) if part.area > 0])
    for feature in read(folder, PROVINCES)["features"]:
        stated[feature["properties"]["code"]] = feature["properties"]["areaKm2"]
    stated[COUNTRY[0]] = sum(stated[code] for code in stated if len(code) == 2)
    codes = sorted(shapes)
    cover = shapely.coverage_clean(np.array([shapes[code] for code in codes]), gap_width=0.005)
    cover = shapely.set_precision(cover, 1e-6, mode="pointwise")
    assert shapely.is_valid(cover).all()
    assert shapely.coverage_is_valid(cover)
    return dict(zip(codes, cover, strict=True)), stated


def places(shapes: dict[str, Any], stated: dict[str, float]) -> dict[str, tuple[str, str, str]]:
    """Return longitude and latitude of a point well inside, and the area in km², by code of shape."""
    found = {}
    for code, geometry in shapes.items():
        largest = max(shapely.get_parts(geometry), key=lambda part: part.area)
        point = shapely.maximum_inscribed_circle(largest, 0.001)
        lon, lat = CENTRES.get(code, shapely.get_coordinates(point)[0])
        drawn, said = measure(geometry), stated.get(code, 0.0)
        km2 = said if code in CENTRES or 0.5 <= said / drawn <= 2 else drawn
        found[code] = (f"{lon:.4f}", f"{lat:.4f}", f"{km2:.2f}")
    return found


def members(steps: list[Step], former: dict[str, Unit], kept: set[str], now: dict[str, Unit]) -> dict[str, set[str]]:
    """Return the communes now that exactly make up each area, now or former; only where they do so exactly."""
    up = {mark(code, kept): mark(unit.parent, kept) for code, unit in former.items() if unit.parent}
    inside: dict[str, set[str]] = defaultdict(set)
    torn: set[str] = set()
    sources = defaultdict(set)
    for step in steps:
        if now[step.new].level == "commune" and step.day == REFORM:
            sources[step.new].add(step.old)
    for new, olds in sources.items():
        chains = []
        for old in olds:
            chain = [old]
            while chain[-1] in up:
                chain.append(up[chain[-1]])
            chains.append(set(chain))
        for code in set.union(*chains):
            if all(code in chain for chain in chains):
                inside[code].add(new)
            else:
                torn.add(code)
    for code, unit in now.items():
        if unit.level == "commune":
            inside[unit.parent].add(code)
            inside[COUNTRY[0]].add(code)
    return {code: found for code, found in inside.items() if code not in torn or code in now}


def rows(
    now: dict[str, Unit], first: dict[str, Unit], former: dict[str, Unit], kept: set[str], where: dict[str, Any]
) -> list[Row]:
    out = [Row(COUNTRY[0], "country", *COUNTRY[1:], "", BEGINNING, "", *where[COUNTRY[0]])]

    def add(code: str, unit: Unit, parent: str, since: str, until: str) -> None:
        place = where.get(code, ("", "", ""))
        above = parent or COUNTRY[0]
        out.append(Row(code, unit.level, unit.name, unit.full_name, unit.name_en, above, since, until, *place))

    for code, unit in former.items():
        until = "" if code in kept and unit.level == "province" else EVE
        add(mark(code, kept), unit, mark(unit.parent, kept) if unit.parent else "", BEGINNING, until)
    for code, unit in now.items():
        start = first[code]
        if code in kept and unit.level == "province":
            continue
        if start.full_name != unit.full_name:
            add(code, start, unit.parent, REFORM, DONG_NAI_EVE)
            add(code, unit, unit.parent, DONG_NAI, "")
        else:
            add(code, unit, unit.parent, REFORM, "")
    return sorted(out, key=lambda row: (row.since, LEVELS.index(row.level), row.code))


def write_csv(path: Path, header: tuple[str, ...], lines: Iterable[tuple[Any, ...]]) -> None:
    with path.open("w", encoding="utf-8", newline="") as file:
        writer = csv.writer(file, lineterminator="\n")
        writer.writerow(header)
        writer.writerows(lines)


def coarser(shapes: dict[str, Any]) -> Iterator[tuple[int, dict[str, Any]]]:
    """Yield each coarser degree of detail with its shapes, simplified together so that they still meet."""
    for degree, tolerance in enumerate(COARSE, 1):
        cover = shapely.coverage_simplify(np.array(list(shapes.values())), tolerance)
        yield degree, dict(zip(shapes, shapely.set_precision(cover, 1e-6, mode="pointwise"), strict=True))


def write_shapes(path: Path, columns: dict[str, list[Any]], shapes: list[Any]) -> None:
    geo = {"encoding": "WKB", "geometry_types": ["Polygon", "MultiPolygon"]}
    meta = {"version": "1.1.0", "primary_column": "geometry", "columns": {"geometry": geo}}
    table = pa.table({**columns, "geometry": pa.array(shapely.to_wkb(shapes).tolist())})
    table = table.replace_schema_metadata({"geo": json.dumps(meta)})
    pq.write_table(table, path, compression="zstd", compression_level=19)


def apart(matcher: Matcher, now: dict[str, Unit], former: dict[str, Unit], shapes: dict[str, Any]) -> str:
    """Return the split units whose parts do not hang together on today's map."""
    news = defaultdict(set)
    for claim in matcher.claims:
        news[claim.old].add(claim.new)
    found = []
    for old, heirs in sorted(news.items()):
        joined, waiting = [], sorted(heirs)
        grown = waiting[:1]
        while grown:
            joined += grown
            waiting = [code for code in waiting if code not in grown]
            grown = [
                code for code in waiting if any(shapely.distance(shapes[code], shapes[one]) < 0.001 for one in joined)
            ]
        if waiting:
            names = ", ".join(now[code].full_name for code in sorted(heirs))
            found.append(f"{former[old].full_name} ({old}) in {names}")
    return "; ".join(found) or "none"


def main(folder: Path) -> None:
    now, first, former = lists(folder)
    matcher = Matcher(former, province_sources(folder, former))
    texts = merger_texts(folder, first)
    for code, text in texts.items():
        matcher.match(first[code], text)
        if code in ADDED:
            matcher.claims.extend(Claim(old, code, True, "read by hand") for old in ADDED[code][0])
    steps, kept = lineage(now, former, matcher)
    changed = sorted(code for code in now if now[code].full_name != first[code].full_name)
    steps += [Step(code, code, DONG_NAI, "rename", 1, "1", 1) for code in changed]
    shapes, stated = boundaries(folder)
    groups = members(steps, former, kept, now)
    unions = {
        code: shapely.coverage_union_all([shapes[part] for part in sorted(parts)]) for code, parts in groups.items()
    }
    where = places(unions | shapes, stated)
    areas = rows(now, first, former, kept, where)
    parts = [(code, part) for code, found in sorted(groups.items()) if code[0] == MARK for part in sorted(found)]

    OUT.mkdir(parents=True, exist_ok=True)
    write_csv(OUT / "areas.csv", Row._fields, areas)
    write_csv(OUT / "lineage.csv", Step._fields, steps)
    write_csv(OUT / "parts.csv", ("area", "commune"), parts)
    write_shapes(OUT / "boundaries.parquet", {"code": list(shapes)}, list(shapes.values()))
    coarse = [(degree, code, shape) for degree, found in coarser(shapes) for code, shape in found.items()]
    columns = {"detail": [degree for degree, _, _ in coarse], "code": [code for _, code, _ in coarse]}
    write_shapes(OUT / "boundaries_coarse.parquet", columns, [shape for _, _, shape in coarse])

    former_exact = Counter(former[code[1:]].level for code in groups if code.startswith(MARK))
    numbers = {
        "areas": len(areas),
        "steps": len(steps),
        "parts": len(parts),
        "shapes": len(shapes),
        "coarse": len(coarse),
        "changed": len(changed),
        "items": count_items(texts),
        "witness": WITNESS,
        "exact_provinces": former_exact["province"] + sum(now[code].level == "province" for code in kept),
        "exact_districts": former_exact["district"],
        "exact_communes": former_exact["commune"] + sum(now[code].level == "commune" for code in kept),
        "measured": ", ".join(
            f"{now[code].full_name} ({code})"
            for code in sorted(shapes)
            if float(where[code][2]) != round(stated.get(code, 0.0), 2)
        ),
        "apart": apart(matcher, now, former, shapes),
    }
    (OUT / "SOURCE.md").write_text(source_text(folder, now, former, matcher, kept, numbers), encoding="utf-8")


if __name__ == "__main__":
    main(Path(sys.argv[1]))
