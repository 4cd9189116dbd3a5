# Sourced by the other scripts: finds what Hansa needs on this machine, and installs what Debian or Ubuntu packages.
# Nothing here is needed by a built `hansa`, which links libssl3, libsqlite3-0 and libqrencode4.

hansa_packages="pkg-config libssl-dev libsqlite3-dev libqrencode-dev"

say() { printf '\n\033[1m%s\033[0m\n' "$*" >&2; }
[ -t 2 ] && [ -z "${NO_COLOR:-}" ] || say() { printf '\n%s\n' "$*" >&2; }

fail() {
  printf 'hansa: %s\n' "$*" >&2
  exit 1
}

require_swift() {
  command -v swift >/dev/null 2>&1 \
    || fail "no swift on the PATH: install Swift 6.2 or later from https://www.swift.org/install and run this again"
  local version
  version=$(swift --version 2>/dev/null | grep -oE 'Swift version [0-9]+\.[0-9]+' | head -1 | grep -oE '[0-9]+\.[0-9]+')
  case "$version" in
    6.[01] | [0-5].*) fail "Swift $version is too old: install Swift 6.2 or later from https://www.swift.org/install" ;;
  esac
}

# Installs the Debian packages named that are not there yet; without root or apt, says which they are.
require_packages() {
  local missing=() name
  if ! command -v dpkg-query >/dev/null 2>&1; then
    pkg-config --exists openssl sqlite3 libqrencode 2>/dev/null \
      || fail "install the development files of OpenSSL 3, SQLite 3 and libqrencode with your package manager, and pkg-config"
    return
  fi
  for name in "$@"; do
    dpkg-query -W -f='${Status}' "$name" 2>/dev/null | grep -q 'install ok installed' || missing+=("$name")
  done
  [ ${#missing[@]} -eq 0 ] && return
  local as_root=()
  if [ "$(id -u)" -ne 0 ]; then
    sudo -n true 2>/dev/null || fail "run this first: sudo apt-get install -y ${missing[*]}"
    as_root=(sudo)
  fi
  say "Installing ${missing[*]}"
  "${as_root[@]}" apt-get update -qq >&2 \
    && "${as_root[@]}" env DEBIAN_FRONTEND=noninteractive apt-get install -y -qq --no-install-recommends "${missing[@]}" >&2 \
    || fail "could not install: run: apt-get update && apt-get install -y ${missing[*]}"
}
