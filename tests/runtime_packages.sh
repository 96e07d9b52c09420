#!/bin/sh
# Compares config/runtime-packages.txt with the packages that own the libraries which radflow itself asks for. Run in
# the image (tests/container.sh): sh runtime_packages.sh
set -eu
list=/usr/share/radflow/runtime-packages.txt
# Only what the program names: what those libraries need in turn is their packages' matter. No objdump is here, so the
# names are read from the dynamic section by the loader itself.
libraries=$(ldd /usr/bin/radflow | awk '$2 == "=>" {print $1, $3}')
needed=
for soname in $(tr -c '[:graph:]' '\n' < /usr/bin/radflow | grep -E '^lib[A-Za-z0-9_.+-]+\.so(\.[0-9]+)*$' | sort -u); do
  path=$(echo "$libraries" | awk -v name="$soname" '$1 == name {print $2}')
  [ -n "$path" ] || continue
  # OpenVINO's come with the program: no package has them.
  case $path in /usr/lib/radflow/* | /usr/bin/../lib/radflow/*) continue ;; esac
  package=$(dpkg-query -S "$(realpath "$path")" | sed 's/:.*//' | head -n 1)
  needed="$needed$package
"
done
# Those of every Debian stand in no list; ca-certificates are no library.
printf '%s' "$needed" | sort -u | grep -vxE 'libc6|libgcc-s1|libstdc\+\+6' > /tmp/needed
grep -vx ca-certificates "$list" | sort > /tmp/listed
diff /tmp/listed /tmp/needed
