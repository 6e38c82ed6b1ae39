"""Python imports this by itself in every process that has this folder in PYTHONPATH: it shifts the wall clock.

Only tests start programs with it; the product has no such knob. The monotonic clock, which waits are measured with,
stays true. (A library that shifts clocks below Python breaks its sleeping.)
"""

import os
import time

_AHEAD = float(os.environ["SECONDS_AHEAD"])
_time, _time_ns = time.time, time.time_ns

time.time = lambda: _time() + _AHEAD
time.time_ns = lambda: _time_ns() + int(_AHEAD * 1e9)
