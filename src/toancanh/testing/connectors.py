"""The suite that every connector passes, and reading one without a city."""

import asyncio
import inspect
from collections.abc import Mapping
from contextlib import aclosing
from pathlib import Path
from typing import Any, ClassVar

from toancanh.sdk import Connector, Cursor, Delivery, Job, Span


def gather(
    connector: Connector,
    settings: Mapping[str, Any],
    *,
    cursor: Cursor = None,
    span: Span | None = None,
    trial: bool = False,
    folder: Path | None = None,
    limit: int | None = None,
    seconds: float = 60,
) -> list[Delivery]:
    """Return what a connector yields: all of it, or the first `limit` deliveries. Raises SourceFailed, TimeoutError."""

    async def whole() -> list[Delivery]:
        job = Job("town.source", folder or Path.cwd(), cursor, span, trial)
        found: list[Delivery] = []
        async with (
            asyncio.timeout(seconds),
            aclosing(connector.reader()(_settings(connector, settings), job)) as coming,
        ):
            async for delivery in coming:
                found.append(delivery)
                if len(found) == limit:
                    break
        return found

    return asyncio.run(whole())


class ConnectorSuite:
    """Subclass it as `TestMine` with `connector` and an example of its `settings`."""

    connector: ClassVar[Connector]
    settings: ClassVar[Mapping[str, Any]]

    def test_it_says_what_it_is(self) -> None:
        """Both languages, and every setting with a description."""
        one = self.connector
        assert all((one.title.vi, one.title.en, one.about.vi, one.about.en))
        assert one.name.isidentifier()
        said = one.settings.model_json_schema(by_alias=False)["properties"]
        assert [name for name, field in said.items() if not (field.get("description") and field.get("vi"))] == []

    def test_its_functions_are_there(self) -> None:
        """It reads or answers; what it names can be loaded and takes settings and a job."""
        one = self.connector
        assert one.read or one.answer
        for function in (one.reader() if one.read else None, one.answerer() if one.answer else None):
            assert function is None or len(inspect.signature(function).parameters) == 2
        assert one.suggest is None or len(inspect.signature(one.suggester()).parameters) == 3

    def test_its_settings_are_checked(self) -> None:
        """The example passes, a misspelt setting does not, and secrets are never printed."""
        told = repr(_settings(self.connector, self.settings))
        for name in self.connector.secrets():
            secret = self.settings.get(name)
            assert secret is None or str(secret) not in told
        try:
            _settings(self.connector, {**self.settings, "misspelt": 1})
        except ValueError:
            return
        raise AssertionError("a misspelt setting passes")

    def test_its_readme_names_every_setting(self) -> None:
        """The README beside the manifest explains each setting."""
        readme = Path(inspect.getfile(self.connector.settings)).with_name("README.md").read_text(encoding="utf-8")
        assert [name for name in self.connector.settings.model_fields if f"`{name}`" not in readme] == []


def _settings(connector: Connector, given: Mapping[str, Any]) -> Any:
    return connector.settings.model_validate(given)
