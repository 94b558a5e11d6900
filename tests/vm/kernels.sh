#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-or-later
# kernels.sh FOLDER [SUITE...]: downloads Debian's cloud kernels and unpacks them in FOLDER; installs
# nothing. Without SUITE the kernel of the running system's own sources; with suites (bullseye,
# bookworm, trixie, sid) by an apt configuration of its own in FOLDER.
set -eu

folder=${1:?folder}
shift
mkdir -p "$folder"
folder=$(cd "$folder" && pwd)
arch=$(dpkg --print-architecture 2>/dev/null) || { echo "no Debian here: dpkg is absent"; exit 1; }

# The packages that hold a kernel: what the meta package leads to, by name.
closure() {
	seen='' todo=$1
	while [ -n "$todo" ]; do
		next=''
		for p in $todo; do
			case " $seen " in *" $p "*) continue ;; esac
			seen="$seen $p"
			next="$next $(apt-cache depends --important "$p" 2>/dev/null |
				sed -n 's/^ *|*Depends: \(linux-\(image\|binary\|modules\)-.*\)/\1/p')"
		done
		todo=${next# }
	done
	for p in $seen; do
		[ "$p" = "$1" ] || echo "$p"
	done
}

# fetch NAME META: unpacks into FOLDER/NAME
fetch() {
	[ -e "$folder/$1/.complete" ] && return
	packages=$(closure "$2")
	[ -n "$packages" ] || { echo "apt knows no $2 (apt-get update?)"; exit 1; }
	mkdir -p "$folder/$1"
	(
		cd "$folder/$1"
		# shellcheck disable=SC2086
		apt-get -q download $packages > apt.log 2>&1 || { tail -1 apt.log; exit 1; }
		for d in ./*.deb; do dpkg-deb -x "$d" .; done
		rm -f ./*.deb apt.log
		touch .complete
	)
}

# private SUITE: an apt that sees only that suite
private() {
	apt=$folder/apt-$1
	security="deb [signed-by=$keyring] http://deb.debian.org/debian-security $1-security main"
	[ "$1" = sid ] && security=''
	mkdir -p "$apt/state/lists/partial" "$apt/cache/archives/partial" "$apt/empty"
	printf 'deb [signed-by=%s] http://deb.debian.org/debian %s main\n%s\n' \
		"$keyring" "$1" "$security" > "$apt/sources.list"
	cat > "$apt/apt.conf" <<-CONF
		Dir::Etc::sourcelist "$apt/sources.list";
		Dir::Etc::sourceparts "$apt/empty";
		Dir::Etc::preferences "/dev/null";
		Dir::Etc::preferencesparts "$apt/empty";
		Dir::State "$apt/state";
		Dir::Cache "$apt/cache";
		APT::Sandbox::User "$(id -un)";
	CONF
	export APT_CONFIG="$apt/apt.conf"
	apt-get -q update > "$apt/log" 2>&1 || { tail -1 "$apt/log"; exit 1; }
}

keyring=/usr/share/keyrings/debian-archive-keyring.gpg
if [ $# = 0 ]; then
	fetch own "linux-image-cloud-$arch"
fi
for suite; do
	[ -e "$folder/$suite/.complete" ] && continue
	(private "$suite" && fetch "$suite" "linux-image-cloud-$arch")
done
