"""What the player sends to the browser."""

import json

import pytest
import torch

from pages._ui.player import packed


@pytest.mark.parametrize("dtype", [torch.float32, torch.float64])
def test_a_message_is_header_and_numbers(dtype):
    rows = torch.arange(6, dtype=dtype).view(3, 2)
    message = packed({"width": 2, "words": "学习"}, rows, None, rows[1:2])
    length = int.from_bytes(message[:4], "little")
    assert json.loads(message[4 : 4 + length]) == {"width": 2, "words": "学习"}
    numbers = torch.frombuffer(bytearray(message[4 + length :]), dtype=dtype)
    assert numbers.tolist() == [0, 1, 2, 3, 4, 5, 2, 3]
