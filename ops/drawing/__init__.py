"""Draws the sample papers and the demo's papers; all of it invented, all of it marked 样例.

`python -m ops.drawing` draws every committed picture again, byte for byte the same on the same
versions of Pillow and of Debian's fonts-noto-cjk.
"""
