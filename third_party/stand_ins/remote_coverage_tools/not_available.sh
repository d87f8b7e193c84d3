#!/bin/sh
echo "Coverage tools are not part of this workspace (third_party/stand_ins)." >&2
exit 1
