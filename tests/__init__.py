"""What the project promises, held: parity with PyTorch, each page without a browser, documents, the house.

They may import everything, and of the rest only benchmarks import them; ``js`` is run by `test_javascript`.
"""
