"""Can somebody who watches the wire tell a report from any other visit? Captured traffic, and a judge (PROTOCOL 14).

    recorder   a process between browsers and portal: writes down what passes, and breaks some answers
    builds     the released scripts, and three that were sabotaged, to prove that the judge can see
    people     what four kinds of visitors do at the page, all for the same time
    place      an organisation with replies on its board
    capture    a browser, many visits at once
    features   what an observer can count in one visit
    judge      three classifiers, cross-validated; areas under the curve with their bounds

`small.py` beside this file runs it small, `bench/traffic.py` at length.
"""
