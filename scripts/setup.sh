#!/usr/bin/env bash
# Prepares what the Makefile needs: `python` makes .venv from requirements.lock; `debian` installs what the tests start.
set -euo pipefail
cd "$(dirname "$0")/.."
UV=0.13.9

say() { printf '%s\n' "$*" >&2; }

need_debian() { # packages...
  local missing=()
  for package in "$@"; do dpkg -s "$package" >/dev/null 2>&1 || missing+=("$package"); done
  [ ${#missing[@]} -eq 0 ] && return 0
  if [ "$(id -u)" -ne 0 ]; then
    say "Cần cài thêm gói Debian. Hãy chạy lệnh sau rồi thử lại:"
    say "Debian packages are missing. Type this, then try again:"
    say "  sudo apt-get install --no-install-recommends ${missing[*]}"
    exit 1
  fi
  say "Đang cài gói Debian / Installing Debian packages: ${missing[*]}"
  apt-get update -qq
  DEBIAN_FRONTEND=noninteractive apt-get install -y -qq --no-install-recommends "${missing[@]}" >/dev/null
}

python() {
  local python=${PYTHON:-python3}
  if ! "$python" -c 'import sys; sys.exit(sys.version_info < (3, 11))' 2>/dev/null; then
    say "Cần Python 3.11 trở lên (đặt PYTHON=đường-dẫn nếu có nhiều bản). / Python 3.11 or newer is needed (set PYTHON=path to choose one)."
    exit 1
  fi
  if [ ! -x .venv/bin/python ]; then
    "$python" -c 'import ensurepip, venv' 2>/dev/null || need_debian python3-venv
    say "Đang tạo môi trường Python / Making the Python environment: .venv"
    "$python" -m venv .venv
  fi
  .venv/bin/python -m pip install --quiet --disable-pip-version-check "uv==$UV"
  .venv/bin/uv pip install --quiet --python .venv/bin/python --require-hashes -r requirements.lock
  .venv/bin/uv pip install --quiet --python .venv/bin/python --no-deps --no-build-isolation -e .
  touch .venv/ready
}

debian() {
  need_debian chromium dovecot-imapd mariadb-server mosquitto nginx-light openssh-server postgresql prometheus rsyslog rsyslog-openssl
  touch .venv/debian
}

"$1"
