"""The parts of the page "Gradients": one module for each of its sections."""
