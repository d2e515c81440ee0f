# SPDX-License-Identifier: GPL-2.0-or-later
# shellcheck shell=bash
# A guest in QEMU: what tests/qemu/run and the lab's own (tests/qemu/machine)
# share. Needs $out, a folder that is kept.

need()
{
	command -v "$1" >/dev/null || {
		echo "qemu: no $1 here: tests/install-deps qemu" >&2
		exit 2
	}
}

# KERNEL and MODULES of Debian's cloud kernel: the package that the meta package
# of today stands for; unpacked, not installed.
# With SUITE that of another Debian suite, if apt knows it.
fetch_kernel()
{
	local package
	package=$(apt-cache depends linux-image-cloud-amd64"${SUITE:+/$SUITE}" |
		sed -n 's/.*Depends: \(linux-image-[0-9].*\)/\1/p' | head -n 1)
	[ -n "$package" ] || {
		echo "qemu: apt knows no linux-image-cloud-amd64" >&2
		exit 2
	}
	KERNEL=$(find "$out/$package" -name 'vmlinuz-*' 2>/dev/null | head -n 1)
	if [ -z "$KERNEL" ]; then
		(cd "$out" && apt-get -q download "$package") >&2
		dpkg-deb -x "$out/$package"_*.deb "$out/$package"
		rm -f "$out/$package"_*.deb
		KERNEL=$(find "$out/$package" -name 'vmlinuz-*' | head -n 1)
	fi
	# shellcheck disable=SC2034 # for the machine
	MODULES=$(find "$out/$package" -path '*/modules/*/kernel' | head -n 1)
}

# pack ROOT: ROOT.gz, an initramfs
pack()
{
	(cd "$1" && find . | busybox cpio -o -H newc 2>/dev/null | gzip -1) >"$1.gz"
}

# KVM is wanted by name (ACCEL=kvm) only: a /dev/kvm that may be written to may
# still hang, where this machine is a guest itself.
accel()
{
	case ${ACCEL:-tcg} in
	tcg) echo tcg,thread=multi ;;
	*) echo "$ACCEL" ;;
	esac
}
