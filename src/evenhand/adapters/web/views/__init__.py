"""What pages show, as rows made from the machine's state: one module for each kind of row."""
