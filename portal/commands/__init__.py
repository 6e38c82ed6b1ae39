"""The `candour` commands, one file each."""
