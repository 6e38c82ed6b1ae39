"""`candour doctor`: whether a portal is well, from inside its machine and as a visitor sees it, and what to do."""
