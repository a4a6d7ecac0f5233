"""SOURCE.md of the area data: where they come from, what was done, and what does not match. Used by build_areas.py."""

import json
from collections import Counter, defaultdict
from pathlib import Path
from typing import Any

from area_texts import ADDED, NOT_UNITS, READINGS, Matcher, Unit, plain, split_text

TEXT = """\
# Where these data come from

Vietnam's administrative units as they are (since 1 July 2025, with what changed up to 30 April 2026) and as they were
on 30 June 2025, which of the old ones went into which of the new ones, and the boundaries of today's communes.
Written by `python scripts/build_areas.py RAW_FOLDER`; do not edit by hand.

| file | holds | rows |
|---|---|---|
| `areas.csv` | one row per span of an area: code, level, names, parent, first and last day, a point inside, km² | {areas} |
| `lineage.csv` | one row per step from an old to a new area | {steps} |
| `parts.csv` | the communes of today that exactly make up a larger or former area, where some do | {parts} |
| `boundaries.parquet` | GeoParquet, WGS 84: the polygons of the {shapes} communes of today, one clean coverage | {shapes} |
| `boundaries_coarse.parquet` | the same twice, simplified to 0.01° (detail 1) and 0.03° (detail 2), for maps of whole provinces | {coarse} |

## Origin and licence

- Lists and merger texts: [thanglequoc/vietnamese-provinces-database](https://github.com/thanglequoc/vietnamese-provinces-database),
  commit `cd58063299585146ded3981f2272946ef19ced54` (v4.2.0, 2 August 2026), and its tags v3.1.0 (`21419f2`), v3.0.2
  (`78594ea`), v2.4.1 (`fc33b74`). **MIT License, copyright (c) 2021 Thang Le Quoc.** Its attributes come from the
  General Statistics Office of Vietnam (danhmuchanhchinh.nso.gov.vn).
- Boundaries: the same repository, which says that it derives them from sapnhap.bando.com.vn, Vietnam Natural Resources,
  Environment and Cartography Publishing House (Nhà xuất bản Tài nguyên, Môi trường và Bản đồ Việt Nam). The publisher's
  own terms were not found; the MIT grant is the repository's. Keep this attribution.

> MIT License. Permission is hereby granted, free of charge, to any person obtaining a copy of this software and
> associated documentation files (the "Software"), to deal in the Software without restriction, including without
> limitation the rights to use, copy, modify, merge, publish, distribute, sublicense, and/or sell copies of the Software,
> and to permit persons to whom the Software is furnished to do so, subject to the following conditions: The above
> copyright notice and this permission notice shall be included in all copies or substantial portions of the Software.
> THE SOFTWARE IS PROVIDED "AS IS", WITHOUT WARRANTY OF ANY KIND, EXPRESS OR IMPLIED, INCLUDING BUT NOT LIMITED TO THE
> WARRANTIES OF MERCHANTABILITY, FITNESS FOR A PARTICULAR PURPOSE AND NONINFRINGEMENT. IN NO EVENT SHALL THE AUTHORS OR
> COPYRIGHT HOLDERS BE LIABLE FOR ANY CLAIM, DAMAGES OR OTHER LIABILITY, WHETHER IN AN ACTION OF CONTRACT, TORT OR
> OTHERWISE, ARISING FROM, OUT OF OR IN CONNECTION WITH THE SOFTWARE OR THE USE OR OTHER DEALINGS IN THE SOFTWARE.

## What was done

- **Codes.** The lists before and since July 2025 use the same numbers for different territories (24 was Bắc Giang and is
  Bắc Ninh; {clashing} of the 3,321 commune codes belonged to a former commune). Here one code is one territory for ever:
  an area of the old list that did not go on unchanged carries the mark `x` (`x24`, `x303`, `x00004`). {kept} communes and
  {kept_provinces} provinces went on with the same territory and the same number; they keep their code and have a span for each
  parent and name. What is after the `x` is the official code of its time.
- **Dates.** `since` 1900-01-01 means: before these lists begin. The old list is one state (30 June 2025); changes before it
  are not recorded. The change of 30 April 2026 (Đồng Nai becomes a city, ten of its communes wards) is found by comparing
  the state of 1 July 2025 with that of 30 April 2026.
- **Spelling** follows the resolutions: the tone on the first vowel (Hòa, Thủy), capitals on every syllable, straight
  apostrophes. Apart from that the two lists since July 2025 differ in {changed} names, those of 30 April 2026, and in
  Phố Bảng, a slip of the first list. English names are the Vietnamese ones without diacritics.
- **Lineage** is read from the merger texts of the resolutions (`wards_merger_text_bando.json`), names being looked up inside
  the former provinces of the new one. An old unit named by one new unit is `whole`; one named by several, or as "the
  rest", is split. The texts give no figures: `share` is 1 for whole units and empty for the {split} that were split.
  `main` marks the heir that takes a split unit's series: the one with its number, else with its name, else the one that
  got the rest, else the lowest code.
- **Boundaries** are simplified by the source to 3 % of their points (12 % in Hà Nội, Đà Nẵng and Hồ Chí Minh City), mended, and
  fitted into one coverage without gaps or overlaps. Compared with the 12 % ones, the 3 % ones put about 1 % of a commune's
  area (median; 5 % at worst) on the wrong side of a border. They are no legal boundaries.
- **Larger and former areas** have no polygons of their own: they are the union of today's communes where these make them up
  exactly: all provinces of today, {exact_provinces} of the former 63, {exact_districts} of 696 districts, {exact_communes} former communes. The
  others have no boundary here.
- **Area in km²** is the source's figure, or, where that is less than half or more than twice what is drawn, measured from the
  polygon: {measured}.
- **Hoàng Sa and Trường Sa** are the special zones 20333 of Đà Nẵng and 22736 of Khánh Hòa. Their point is set on the island of
  Hoàng Sa and on Trường Sa Lớn.

## How much matched

The 3,321 texts name {items} units. {machine} of them ({rate:.2%}) were matched to a former unit by the program, {hand} read by hand,
{left} left over. {used} of {all_old} former communes (and island districts without communes) are accounted for.

| how | units |
|---|---|
{methods}

Not matched:

{unmatched}

Read by hand:

{readings}

Former communes that no text names: {orphans}.

Second witness: the crawl of the same site by another tool (`units_with_truocsapnhap.json`) names the former unit in
{agreed} of {items_matched} matches. Where it does not: {disputed}

Split units whose parts do not touch on today's map, so that the text may be wrong: {apart}.
"""


def table(rows: list[tuple[Any, ...]]) -> str:
    return "\n".join("| " + " | ".join(map(str, row)) + " |" for row in rows)


def source_text(
    folder: Path,
    now: dict[str, Unit],
    former: dict[str, Unit],
    matcher: Matcher,
    kept: set[str],
    numbers: dict[str, Any],
) -> str:
    """Return SOURCE.md. `numbers` holds the counts that only the builder knows."""

    def label(code: str) -> str:
        unit = former[code]
        place = former[matcher.district[code]]
        return f"{unit.full_name} ({code}, {place.full_name})" if place is not unit else f"{unit.full_name} ({code})"

    claims, olds = matcher.claims, defaultdict(list)
    for claim in claims:
        olds[claim.old].append(claim.new)
    witness = {
        entry["ma"]: plain(entry["truocsapnhap"]) for entry in json.loads((folder / numbers["witness"]).read_text())
    }
    whole = {code: text for code, text in witness.items() if text.startswith("giunguien")}
    disputed = [
        claim
        for claim in claims
        if plain(former[claim.old].name) not in witness.get(claim.new, "")
        and claim.new not in whole
        and claim.how != "read by hand"
    ]
    units = [(code, item) for code, item in matcher.unmatched if not item.startswith(NOT_UNITS)]
    others = [(code, item) for code, item in matcher.unmatched if item.startswith(NOT_UNITS)]
    items = numbers["items"] - len(others)
    read = [
        f"- {now[code].full_name} ({code}), “{item}”: {', '.join(label(old) for old in found)}; {why}."
        for (code, item), (found, why) in READINGS.items()
    ] + [f"- {now[code].full_name} ({code}): {label(found[0])}; {why}." for code, (found, why) in ADDED.items()]
    missing = [
        f"- {now[code].full_name} ({code}): {item}" + ("" if (code, item) in units else " (no administrative unit)")
        for code, item in matcher.unmatched
    ]
    orphans = [label(code) for code in matcher.district if code not in olds]
    split = sum(len(news) > 1 for news in olds.values())
    return TEXT.format(
        clashing=sum(code in former for code in now if now[code].level == "commune"),
        kept=sum(now[code].level == "commune" for code in kept),
        kept_provinces=sum(now[code].level == "province" for code in kept),
        split=split,
        items=items,
        items_matched=len(claims),
        machine=items - len(units) - len(READINGS),
        rate=(items - len(units) - len(READINGS)) / items,
        hand=len(READINGS),
        left=len(units),
        used=len(olds),
        all_old=len(matcher.district),
        methods=table(Counter(claim.how for claim in claims).most_common()),
        unmatched="\n".join(missing) or "- none",
        readings="\n".join(read),
        orphans="; ".join(orphans) or "none",
        agreed=len(claims) - len(disputed),
        disputed="; ".join(f"{label(claim.old)} → {now[claim.new].full_name}" for claim in disputed) + ".",
        **{key: value for key, value in numbers.items() if key not in ("items", "witness")},
    )


def count_items(texts: dict[str, str]) -> int:
    """Return how many units the merger texts name."""
    return sum(len(split_text(text)) for text in texts.values())
