"""What may be done, and which role may do it: two tables, and the only place that says so."""

from types import MappingProxyType

from toancanh.domain import ROLES, Text

ACTIONS = MappingProxyType(
    {
        "read": Text(vi="Xem dữ liệu mở", en="Read open data"),
        "read_internal": Text(vi="Xem dữ liệu nội bộ", en="Read internal data"),
        "open_personal": Text(
            vi="Mở dữ liệu cá nhân theo mục đích đã ghi", en="Open personal data for a stated purpose"
        ),
        "send": Text(vi="Gửi bản ghi", en="Send records"),
        "approve": Text(vi="Duyệt số liệu đơn vị nhập", en="Approve figures that units enter"),
        "curate": Text(vi="Xử lý bản ghi chờ kiểm tra", en="Decide about quarantined records"),
        "operate": Text(vi="Trực điều hành", en="Work the duty desk"),
        "design": Text(vi="Soạn bảng điều khiển", en="Compose boards"),
        "administer": Text(vi="Quản trị người dùng, khóa, quyền", en="Administer users, keys and grants"),
        "inspect": Text(vi="Xem nhật ký kiểm toán", en="Read the audit log"),
    }
)
ROLE_ACTIONS = MappingProxyType(
    {
        "viewer": frozenset({"read"}),
        "officer": frozenset({"read", "read_internal", "open_personal", "send"}),
        "operator": frozenset({"read", "read_internal", "open_personal", "operate", "design"}),
        "leader": frozenset({"read", "read_internal", "open_personal", "approve", "design"}),
        "steward": frozenset({"read", "read_internal", "open_personal", "send", "approve", "curate", "design"}),
        "admin": frozenset(ACTIONS),
        "sender": frozenset({"read", "send"}),
        "display": frozenset({"read", "read_internal"}),
    }
)
UNDIVIDED = frozenset({"administer", "inspect"})
"""Actions over the whole platform: a grant limited to units, areas or datasets does not give them."""
TITLES = MappingProxyType(
    {
        "viewer": Text(vi="Người xem", en="Viewer"),
        "officer": Text(vi="Cán bộ đơn vị", en="Officer"),
        "operator": Text(vi="Trực ban điều hành", en="Operator"),
        "leader": Text(vi="Lãnh đạo", en="Leader"),
        "steward": Text(vi="Quản trị dữ liệu", en="Data steward"),
        "admin": Text(vi="Quản trị hệ thống", en="Administrator"),
        "sender": Text(vi="Hệ thống gửi dữ liệu", en="Sender"),
        "display": Text(vi="Màn hình treo tường", en="Wall display"),
    }
)
"""The roles as people read them."""
EVERYBODY = frozenset({"read"})
"""What needs no grant."""


def gives(role: str, action: str) -> bool:
    """Return whether `role` may do `action`; an unknown role may do nothing."""
    return role in ROLES and action in ROLE_ACTIONS[role]
