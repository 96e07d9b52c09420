# For scripts to read (`.`): a root folder of a fresh Debian.

# bootstrap SUITE FOLDER: Debian's least packages; what debootstrap says goes to stdout.
bootstrap() {
  command -v debootstrap > /dev/null || apt-get -q -y install --no-install-recommends debootstrap
  debootstrap --variant=minbase --include=ca-certificates "$1" "$2" "${DEBIAN_MIRROR:-http://deb.debian.org/debian}"
}

# trust_certificates FOLDER: the network's certificates are the machine's.
trust_certificates() {
  if compgen -G '/usr/local/share/ca-certificates/*.crt' > /dev/null; then
    cp -L /usr/local/share/ca-certificates/*.crt "$1/usr/local/share/ca-certificates/"
    chroot "$1" update-ca-certificates > /dev/null
  fi
}

# join_network FOLDER: and so are its names.
join_network() {
  local file
  for file in /etc/resolv.conf /etc/hosts; do
    if [[ -e $file ]]; then cp -L "$file" "$1$file"; fi
  done
  trust_certificates "$1"
}
