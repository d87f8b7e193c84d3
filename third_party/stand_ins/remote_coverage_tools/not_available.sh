#!/bin/sh
# Copyright 2026 The TensorFlow Model Optimization Authors.
# SPDX-License-Identifier: Apache-2.0
echo "Coverage tools are not part of this workspace (third_party/stand_ins)." >&2
exit 1
