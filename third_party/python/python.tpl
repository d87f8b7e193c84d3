#!/bin/sh
# The interpreter of the row (stamp: %{stamp}). -B: the runfiles are links into the
# source tree, which must not fill with __pycache__.
here=$(dirname "$0")
exec "%{interpreter}" -B "$here/launch.py" "$@"
