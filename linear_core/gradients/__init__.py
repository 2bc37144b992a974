"""Where each gradient comes from: loss, samples, updates, accumulation, and what goes wrong."""
