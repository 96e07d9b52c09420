#!/bin/sh
# Installs those of the Debian packages named in the given lists that are missing, as root or with sudo.
#   config/install-packages.sh config/debian-packages.txt
set -eu

missing=
for package in $(cat "$@"); do
  case $(dpkg-query -W -f '${db:Status-Status}' "$package" 2>/dev/null || true) in
    installed) ;;
    *) missing="$missing $package" ;;
  esac
done
if [ -z "$missing" ]; then
  echo "All Debian packages are installed."
  exit 0
fi

as_root=
if [ "$(id -u)" != 0 ]; then
  if ! command -v sudo >/dev/null; then
    echo "Missing packages:$missing" >&2
    echo "Install them as root: apt-get install --no-install-recommends$missing" >&2
    exit 1
  fi
  as_root=sudo
fi

echo "Installing:$missing"
case "$missing " in
  *" prometheus "*)
    # Only its promtool is used: the server that comes with it shall not start.
    if [ -d /run/systemd/system ]; then
      echo "The service prometheus is masked; 'systemctl unmask prometheus' allows it."
      $as_root systemctl mask prometheus
    fi
    ;;
esac
$as_root apt-get -q -o DPkg::Lock::Timeout=300 update
# shellcheck disable=SC2086  # a list of names
$as_root env DEBIAN_FRONTEND=noninteractive \
  apt-get -q -y -o DPkg::Lock::Timeout=300 install --no-install-recommends $missing
