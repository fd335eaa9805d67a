#!/usr/bin/env bash
# Makes .venv with Wayboard and its tools in it; called by make when something it depends on changed.
# Installs system libraries with apt where it may (root, or sudo without a password) and says what
# is missing where it may not.
set -eu
cd "$(dirname "$0")/.."

say() { printf '\n== %s\n' "$*"; }
fail() { printf '\n%s\n' "$@" >&2; exit 1; }

apt() {
    DEBIAN_FRONTEND=noninteractive $sudo apt-get -q -y -o DPkg::Lock::Timeout=300 "$@" </dev/null
}

may_use_apt() {
    command -v apt-get >/dev/null && command -v dpkg-query >/dev/null || return 1
    if [ "$(id -u)" = 0 ]; then
        sudo=
    elif command -v sudo >/dev/null && sudo -n true 2>/dev/null; then
        sudo="sudo -n"
    else
        return 1
    fi
}

refresh_apt_once() {
    [ -n "${apt_is_fresh:-}" ] || apt update >/dev/null || say "apt-get update failed; trying with what is known"
    apt_is_fresh=1
}

is_installed() {
    [ "$(dpkg-query -W -f '${db:Status-Status}' "$1" 2>/dev/null)" = installed ]
}

exists_in_apt() {
    [ -n "$(apt-cache --no-all-versions show "$1" 2>/dev/null)" ]
}

# The interpreter itself, not a shim of pyenv, so that .venv outlives a change of directory.
python_path() {
    "$1" -c 'import sys; assert sys.version_info >= (3, 12); print(sys.executable)' 2>/dev/null
}

find_python() {
    local wanted name
    wanted=$(head -n 1 .python-version)
    for name in ${PYTHON:-} "python$wanted" python3.12 python3.13 python3.14 python3 python \
        "${PYENV_ROOT:-${HOME:-}/.pyenv}"/versions/3.1[2-9]*/bin/python3 /usr/local/bin/python3 \
        /opt/python*/bin/python3; do
        python_path "$name" && return
    done
    return 1
}

install_python() {
    may_use_apt || return 1
    refresh_apt_once >&2
    local version
    for version in 3.12 3.13 3.14; do
        if exists_in_apt "python$version-venv"; then
            say "Installing python$version" >&2
            apt install --no-install-recommends "python$version" "python$version-venv" >&2
            python_path "python$version" && return
        fi
    done
    return 1
}

make_environment() {
    # A base without ensurepip (Debian keeps it in a package of its own) can't fill a new .venv.
    if ! "$python" -c 'import ensurepip' 2>/dev/null; then
        local version
        version=$("$python" -c 'import sys; print("%d.%d" % sys.version_info[:2])')
        may_use_apt || fail "This Python can't make virtual environments. Install python$version-venv and run make again."
        say "Installing python$version-venv"
        refresh_apt_once
        apt install --no-install-recommends "python$version-venv" ||
            apt install --no-install-recommends python3-venv
    fi
    "$python" -m venv --clear .venv
}

# What Qt and its WebEngine load at run time, a font, and a virtual screen for hidden windows.
# a|b: the name differs between releases; the first that exists is meant.
libraries=(
    libasound2t64\|libasound2 libdbus-1-3 libegl1 libfontconfig1 libfreetype6 libgl1
    libglib2.0-0t64\|libglib2.0-0 libgssapi-krb5-2 libnspr4 libnss3 libopengl0 libsm6 libice6
    libx11-6 libx11-xcb1 libxcb1 libxcb-cursor0 libxcb-glx0 libxcb-icccm4 libxcb-image0
    libxcb-keysyms1 libxcb-randr0 libxcb-render-util0 libxcb-render0 libxcb-shape0 libxcb-shm0
    libxcb-sync1 libxcb-util1 libxcb-xfixes0 libxcb-xinerama0 libxcb-xkb1 libxcomposite1
    libxdamage1 libxext6 libxfixes3 libxi6 libxkbcommon-x11-0 libxkbcommon0 libxkbfile1
    libxrandr2 libxrender1 libxshmfence1 libxtst6 libgbm1 libdrm2 libcups2t64\|libcups2
    libwayland-client0 libwayland-cursor0 libwayland-egl1 fontconfig fonts-dejavu-core xvfb
)

# The missing ones by the name this release knows; with "guess", also those that apt knows nothing
# of, as on a machine whose package lists were never fetched.
missing_libraries() {
    local choice name
    for choice in "${libraries[@]}"; do
        for name in ${choice//|/ }; do
            is_installed "$name" && continue 2
        done
        for name in ${choice//|/ }; do
            exists_in_apt "$name" && { printf '%s ' "$name"; continue 2; }
        done
        [ "${1:-}" != guess ] || printf '%s ' "$name"
    done
}

install_libraries() {
    command -v dpkg-query >/dev/null || return 0 # not a Debian: its desktop brings what Qt needs
    local missing
    missing=$(missing_libraries guess)
    [ -n "$missing" ] || return 0
    if ! may_use_apt; then
        advice="Qt needs system libraries that this account may not install. Please run:
    sudo apt-get install $missing"
        return 0
    fi
    refresh_apt_once
    missing=$(missing_libraries)
    [ -n "$missing" ] || return 0
    say "Installing what Qt needs: $missing"
    # shellcheck disable=SC2086
    apt install --no-install-recommends $missing >/dev/null
}

python=$(find_python || install_python) ||
    fail "Wayboard needs Python 3.12 or newer, and none was found." \
        "Install one (for example \`pyenv install 3.12\`), or name it: make PYTHON=/path/to/python3.12"
if [ "$("$(pwd)/.venv/bin/python" -c 'import sys; print(sys.base_prefix)' 2>/dev/null)" != \
    "$("$python" -c 'import sys; print(sys.base_prefix)')" ] ||
    ! .venv/bin/python -m pip --version >/dev/null 2>&1; then
    say "Making .venv with $python"
    make_environment
fi
install_libraries
say "Installing Wayboard and its tools into .venv (the first time this takes some minutes)"
.venv/bin/python -m pip install -q --disable-pip-version-check -c constraints.txt -e '.[test]'
[ -z "${advice:-}" ] || say "$advice"
