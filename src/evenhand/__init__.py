"""Evenhand: a contact centre as one deterministic machine.

It routes every contact to the specialist with the least total work, tells every waiting customer an
honest wait, and runs Amazon Connect flow files unchanged.
"""

__version__ = "0.1.0"
