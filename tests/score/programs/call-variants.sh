#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-or-later
# A wrapper as toolkits install them: picks the heap, then starts Java.
here=$(cd "$(dirname "$0")" && pwd)
heap=${JAVA_HEAP:-700m}
export CLASSPATH=${P:-$here}
exec java -Xmx"$heap" -XX:+UseSerialGC Variants "$@"
