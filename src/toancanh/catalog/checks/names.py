"""Names: whatever a declaration refers to exists; a name that does not gets the nearest one that does."""

from collections.abc import Iterator

from toancanh.catalog.draft import Document, Draft
from toancanh.catalog.guard.names import nearest, unknown
from toancanh.catalog.references import references
from toancanh.domain import Issue, Text
from toancanh.domain.declarations import Dataset, Pack

_WORDS = {
    "datasets": "dataset", "indicators": "indicator", "layers": "layer", "rules": "rule", "boards": "board",
    "playbooks": "playbook", "sources": "source",
}  # fmt: skip


def check_names(draft: Draft) -> list[Issue]:
    """Return the issues of names in every document."""
    issues: list[Issue] = []
    for name in draft.packs:
        issues += _pack(draft, name)
    for kind, documents in draft.docs.items():
        for document in documents.values():
            if document.model is not None:
                issues += _references(draft, kind, document)
    return issues


def _references(draft: Draft, kind: str, document: Document) -> Iterator[Issue]:
    for named in references(kind, document.parsed.value):
        if draft.find(named.kind, named.name, document.pack) is not None:
            owner = named.name.partition(".")[0] if "." in named.name else document.pack
            yield from _needs(draft, document, named.path, owner)
            continue
        own = [full.partition(".")[2] for full in draft.names(named.kind) if full.startswith(f"{document.pack}.")]
        error = unknown(_WORDS[named.kind], named.name, own if "." not in named.name else draft.names(named.kind))
        yield document.issue(named.path, error.message, error.remedy or error.message, "unknown_name")


def _needs(draft: Draft, document: Document, path: tuple[str | int, ...], owner: str) -> Iterator[Issue]:
    head = draft.model("pack", f"{document.pack}.pack", Pack)
    if owner != document.pack and head is not None and owner not in head.needs:
        yield document.issue(
            path,
            Text(
                vi=f"Gói này chưa khai rằng cần gói “{owner}”.", en=f"This pack does not say that it needs '{owner}'."
            ),
            Text(vi=f"Thêm vào pack.yaml: needs: [{owner}].", en=f"Add to pack.yaml: needs: [{owner}]."),
            "unknown_name",
        )


def _pack(draft: Draft, name: str) -> Iterator[Issue]:
    document = draft.docs.get("pack", {}).get(f"{name}.pack")
    if document is None:
        yield Issue(
            name,
            0,
            Text(vi=f"Gói “{name}” thiếu pack.yaml.", en=f"The pack '{name}' has no pack.yaml."),
            Text(
                vi="Thêm pack.yaml với title, description, owner và icon.",
                en="Add pack.yaml with title, description, owner and icon.",
            ),
            "missing_file",
        )
        return
    if not isinstance(document.model, Pack):
        return
    for index, needed in enumerate(document.model.needs):
        if needed not in draft.packs:
            near = nearest(needed, draft.packs)
            hint = Text(vi=f"Có phải ý bạn là “{near}”?", en=f"Did you mean '{near}'?") if near else None
            yield document.issue(
                ("needs", index),
                Text(vi=f"Không có gói “{needed}”.", en=f"There is no pack '{needed}'."),
                hint or Text(vi="Thêm gói này vào `packs` của city.yaml.", en="Add it to `packs` of city.yaml."),
                "unknown_name",
            )


def dataset_of(draft: Draft, document: Document, name: str) -> tuple[str, Dataset] | None:
    """Return (full name, dataset) that `name` means in `document`, or None where it is not there or not readable."""
    full = draft.find("datasets", name, document.pack)
    dataset = draft.model("datasets", full, Dataset)
    return (full, dataset) if full is not None and dataset is not None else None
