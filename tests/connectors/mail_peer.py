"""A Dovecot that tests start, kill and start again, as the user that they run as."""

import getpass
import imaplib
import shutil
import socket
import subprocess
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from web_peer import Papers

USER, PASSWORD = "phananh@example.gov.vn", "mật-khẩu"
CONF = """
base_dir = {folder}/run
state_dir = {folder}/state
log_path = {folder}/log
protocols = imap
listen = 127.0.0.1
default_internal_user = {internal}
default_login_user = {login}
default_internal_group = {group}
ssl = yes
ssl_cert = <{folder}/certificate.pem
ssl_key = <{folder}/key.pem
disable_plaintext_auth = no
auth_mechanisms = plain login xoauth2
auth_verbose = yes
auth_failure_delay = 0
mail_location = maildir:{folder}/mail/%u
first_valid_uid = 1
mail_max_userip_connections = 100
mmap_disable = yes
passdb {{
  driver = passwd-file
  mechanisms = plain login
  args = scheme=PLAIN username_format=%u {folder}/users
}}
{oauth}
userdb {{
  driver = static
  args = uid={uid} gid={gid} home={folder}/home/%u
}}
namespace inbox {{
  inbox = yes
  separator = /
}}
service anvil {{
  chroot =
}}
service imap-login {{
  chroot =
  inet_listener imap {{
    port = {plain}
  }}
  inet_listener imaps {{
    port = {tls}
    ssl = yes
  }}
}}
service stats {{
  chroot =
}}
"""
OAUTH = """passdb {{
  driver = oauth2
  mechanisms = xoauth2
  args = {folder}/oauth
}}"""


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


class Dovecot:
    """A mail server with one user. `plain` and `tls` are its ports."""

    def __init__(self, folder: Path, papers: Papers, tokens: str | None) -> None:
        self.folder = folder
        self.plain, self.tls = _free_port(), _free_port()
        self.process: subprocess.Popen[bytes] | None = None
        root = folder.stat().st_uid == 0
        me = getpass.getuser()
        for name in ("mail", "home"):
            (folder / name).mkdir()
            if root:
                shutil.chown(folder / name, "nobody", "nogroup")
        (folder / "certificate.pem").write_text(papers.server)
        (folder / "key.pem").write_text(papers.server_key)
        (folder / "users").write_text(f"{USER}:{{PLAIN}}{PASSWORD}\n")
        (folder / "oauth").write_text(
            f"introspection_url = {tokens}\nintrospection_mode = auth\nusername_attribute = username\n"
            "active_attribute = active\nactive_value = true\n"
        )
        (folder / "conf").write_text(
            CONF.format(
                folder=folder,
                internal="dovecot" if root else me,
                login="dovenull" if root else me,
                group="dovecot" if root else folder.group(),
                uid=(folder / "mail").stat().st_uid,
                gid=(folder / "mail").stat().st_gid,
                plain=self.plain,
                tls=self.tls,
                oauth=OAUTH.format(folder=folder) if tokens else "",
            )
        )

    def start(self) -> None:
        program = shutil.which("dovecot") or "/usr/sbin/dovecot"
        self.process = subprocess.Popen(
            ["setpriv", "--pdeathsig=TERM", program, "-F", "-c", str(self.folder / "conf")],
            stdin=subprocess.DEVNULL,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
        )
        for _ in range(600):
            try:
                with self.client():
                    return
            except (OSError, imaplib.IMAP4.error):
                assert self.process.poll() is None, self.log()
                time.sleep(0.05)
        raise AssertionError(self.log())

    def stop(self) -> None:
        if self.process is not None:
            self.process.terminate()
            self.process.wait(20)
            self.process = None

    def log(self) -> str:
        path = self.folder / "log"
        return path.read_text(errors="replace") if path.exists() else "no log"

    @contextmanager
    def client(self) -> Iterator[imaplib.IMAP4]:
        with imaplib.IMAP4("127.0.0.1", self.plain, timeout=20) as imap:
            imap.authenticate("PLAIN", lambda _: f"\0{USER}\0{PASSWORD}".encode())
            yield imap

    def put(self, *messages: bytes, folder: str = "INBOX") -> None:
        with self.client() as imap:
            for message in messages:
                assert imap.append(folder, "", "", message)[0] == "OK"

    def flags(self, folder: str = "INBOX") -> list[str]:
        """The flags of each message in a folder, without \\Recent."""
        with self.client() as imap:
            answer, count = imap.select(folder, readonly=True)
            found = imap.fetch("1:*", "(FLAGS)")[1] if answer == "OK" and count != [b"0"] else []
        lines = [line.decode() for line in found if isinstance(line, bytes)]
        return [" ".join(line.partition("FLAGS (")[2].rstrip(")").replace("\\Recent", "").split()) for line in lines]


@contextmanager
def run_dovecot(papers: Papers, tokens: str | None = None) -> Iterator[Dovecot]:
    """Start a server with an empty mailbox. `tokens` is the address that tells whether a token of OAuth 2.0 is good."""
    folder = Path(tempfile.mkdtemp(prefix="toancanh-mail-"))
    folder.chmod(0o755)
    server = Dovecot(folder, papers, tokens)
    try:
        server.start()
        yield server
    finally:
        server.stop()
        shutil.rmtree(folder, ignore_errors=True)
