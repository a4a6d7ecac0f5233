"""Sources against their connectors: is it installed, does it know these settings, do secrets stand in the open."""

from collections.abc import Iterator

from pydantic import ValidationError

from toancanh.catalog.checks.saying import doubtful, told, wrong
from toancanh.catalog.draft import Document, Draft
from toancanh.catalog.guard.names import unknown
from toancanh.connectors import find_connectors
from toancanh.domain import Issue
from toancanh.domain.declarations import Source
from toancanh.sdk import Connector

PUSH = "push"
"""What a source says that waits for others to send to the API."""


def check_connectors(draft: Draft) -> Iterator[Issue]:
    """Yield what does not fit between sources and their connectors."""
    known = find_connectors()
    for document, source in draft.of("sources", Source):
        if source.connector == PUSH:
            continue
        connector = known.get(source.connector)
        if connector is None:
            error = unknown("connector", source.connector, [PUSH, *known])
            remedy = error.remedy or error.message
            yield doubtful(
                document, ("connector",), f"{error.message.vi} Nguồn này sẽ không được đọc.",
                f"{error.message.en} This source will not be read.", remedy.vi, remedy.en, "unknown_name",
            )  # fmt: skip
            continue
        yield from _settings(document, source, connector)


def _settings(document: Document, source: Source, connector: Connector) -> Iterator[Issue]:
    """Yield what is wrong with single settings; whether they go together is known when it is read, with the secrets."""
    fields = connector.settings.model_fields
    for name in source.settings:
        if name not in fields:
            yield told(document, ("settings", name), unknown("setting", name, fields))
        elif name in connector.secrets() and source.settings[name] is not None:
            yield doubtful(
                document, ("settings", name), f"“{name}” là bí mật, không nên nằm trong tệp.", f"'{name}' is a secret and should not stand in a file.",
                "Để trống ở đây và nhập ở bàn quản lý nguồn.", "Leave it out here, and enter it at the source desk.",
            )  # fmt: skip
    given = {name: value for name, value in source.settings.items() if value is not None and name in fields}
    try:
        connector.settings.model_validate(given)
    except ValidationError as error:
        for each in error.errors(include_input=False, include_url=False):
            if each["type"] != "missing" and each["loc"]:
                yield wrong(
                    document, ("settings", *each["loc"]), f"Thiết lập không hợp lệ: {each['msg']}.", f"The setting is not valid: {each['msg']}.",
                    f"Xem README của bộ kết nối {connector.name}.", f"See the README of the connector {connector.name}.",
                )  # fmt: skip
