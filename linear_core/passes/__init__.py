"""One call of a layer, forwards and backwards, open to inspection."""
