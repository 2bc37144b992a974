"""One call of a layer, forward and backward, open to inspection."""
