"""ClickHouse servers, one or many, over HTTP."""

from toancanh.store.facts.cluster.address import Address, read_address
from toancanh.store.facts.cluster.driver import ClusterDriver

__all__ = ["Address", "ClusterDriver", "read_address"]
