"""What training goes towards, and how it gets there: least squares, stability, the bowl of the loss."""
