"""Directories with exactly one fault, and the code that every reader must give for it.

Each fault is a function that changes an ordinary organisation; the same list is tried in Python and in JavaScript.
"""

from tests.crypto import faults_of_files, faults_of_history, faults_of_signers
from tests.crypto.fault import FAULTS, Reading, reading

__all__ = ["FAULTS", "Reading", "faults_of_files", "faults_of_history", "faults_of_signers", "reading"]
