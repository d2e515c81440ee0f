# SPDX-License-Identifier: GPL-2.0-or-later
# A simulation and the program that draws its output run side by side. Each
# alone would fit.
SIZE_MB=$((SIZE_MB * 6 / 10)) "$P/arrays-in-turn" &
sleep 1
/usr/bin/python3 "$P/draw.py"
wait
