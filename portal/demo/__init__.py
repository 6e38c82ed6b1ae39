"""`candour demo`: a whole organisation on one machine, to click through. All of it is real, except its safety.

    run(folder, port=8000, period=30)     # until Ctrl-C

One organisation, three guardians, a portal with short periods, and a night porter who collects for the guardians. The
root key lies beside the portal's database here, which nobody should ever do, and which is said on the screen.
"""
