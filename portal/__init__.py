"""What the operator runs: stores sealed cells and publishes the board, and can open neither."""
