#!/usr/bin/env bash
# Install missing Debian packages when that is possible without a password; else say once what is missing.
#   tools/setup/system_packages.sh venv|app|dev
# Never fails: what needs a missing package falls back (previews are drawn without OpenGL) or is skipped.
set -euo pipefail

# package:command; where a command is named and present, the package is not asked for.
case ${1:-} in
venv) wanted=(python3-venv:) ;;
app) wanted=(libegl1: libgl1: libgl1-mesa-dri:) ;;
dev) wanted=(chromium:chromium fonts-dejavu-core:) ;;
*) echo "usage: $0 venv|app|dev" >&2 && exit 2 ;;
esac

installed() { [ "$(dpkg-query -W -f '${db:Status-Status}' "$1" 2>/dev/null)" = installed ]; }

missing=()
for pair in "${wanted[@]}"; do
    package=${pair%%:*} command=${pair#*:}
    if [ -n "$command" ] && command -v "$command" >/dev/null; then continue; fi
    if command -v dpkg-query >/dev/null && installed "$package"; then continue; fi
    missing+=("$package")
done
if [ ${#missing[@]} -eq 0 ]; then exit 0; fi

become=()
if [ "$(id -u)" -ne 0 ]; then become=(sudo -n); fi
if command -v apt-get >/dev/null && { [ "$(id -u)" -eq 0 ] || sudo -n true 2>/dev/null; }; then
    echo "Installing ${missing[*]} ..."
    quiet=(env DEBIAN_FRONTEND=noninteractive apt-get -qq -o DPkg::Lock::Timeout=120
        -o DPkg::Options::=--force-unsafe-io)
    install=("${become[@]}" "${quiet[@]}" install -y --no-install-recommends)
    # The lists may be absent or old: read them anew only when needed.
    if "${install[@]}" "${missing[@]}" >/dev/null 2>&1; then exit 0; fi
    "${become[@]}" "${quiet[@]}" update >/dev/null 2>&1 || true
    for package in "${missing[@]}"; do
        "${install[@]}" "$package" >/dev/null 2>&1 || echo "$package could not be installed." >&2
    done
    exit 0
fi
echo "Not installed: ${missing[*]}. Going on without; on Debian: sudo apt-get install ${missing[*]}" >&2
