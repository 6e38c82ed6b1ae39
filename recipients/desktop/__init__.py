"""`guardian desktop`: the guardian's desk in a window, a thin face over the functions of `recipients`.

One window: first the way in (unlock, or set-up), then the desk with three panes. Whatever takes time is done by
`keeper.Keeper` in threads of its own, and comes back as plain values. Nothing here speaks SQL or opens a socket.

All words of other people pass through `plain`: they are shown as text, never as markup, and never open anything.
"""
