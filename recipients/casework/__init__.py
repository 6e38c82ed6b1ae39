"""Casework: everything a guardian does with a case, without a face. No sockets, no windows, no clock of its own.

Every function takes an open vault, and `today` (UTC day) where the day matters. What goes wrong is a `GuardianError`.

    book        the list: `search(vault, Filter(...))`, `find(vault, "3")`, `due(vault, today)`, `counts(vault, today)`
    inside      words inside one case; never across cases
    acts        state, urgency, categories, notes for co-guardians, answers given by telephone, check-ins
    notes       private notes and drafts, with undo
    clocks      what is due when: `deadlines(case.opened, book.facts(vault, case.id))`
    log, facts  the append-only log of a case, and what it adds up to
    taxonomy    the lists that cases are sorted by
    keys, parts what lies sealed under a case's key

    >>> case = book.find(vault, "3")
    >>> acts.set_urgency(vault, case, "soon", today)
    >>> [line.kind for line in log.lines(vault, case.id)]
    ['urgency']

Messages and replies of a case are read by `recipients.cases` (`incoming`, `sent`), with `case.thread`.
"""
