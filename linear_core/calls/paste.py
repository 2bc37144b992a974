"""Pasted text as PyTorch wrote it: without the prefixes, colors and line breaks that came later."""

import html
import re
from collections.abc import Iterator

# What logs, terminals and chats put before a line: each part short, so that no line takes long.
_PREFIX = re.compile(
    r"(?m)^(?:[ \t]{0,80}(?:"
    r"\[rank\d{1,5}\]:?"
    r"|\[\d{4}-\d\d-\d\d[^\]\n]{0,40}\]"
    r"|\[(?:ERROR|WARNING|INFO|DEBUG|CRITICAL|\d{1,4}/\d{1,4}|[\w./-]{1,80}:\d{1,6}|PID: \d{1,9})\]"
    r"|\([^()\n]{0,40}pid=[^()\n]{0,60}\)"
    r"|\d{4}-\d\d-\d\d[ T][\d:.,]{5,18}Z?"
    r"|[EWIF]\d{4} [\d:.]{8,15} +\d+ [\w/.-]{1,80}:\d+\]"  # glog, as torch.compile writes it
    r"|(?:ERROR|WARNING|INFO|DEBUG|CRITICAL|E|!!!)(?= |:|$):?(?:\w{1,40}:(?! ))?"
    r"|[\w.-]{1,40} {0,20}\|(?= )"  # docker compose
    r"|std(?:out|err) [FP](?= )"  # kubectl
    r"|[>|#│]+|\.{3}|- (?=\w)"
    r")){1,6}"
)
_BORDERS = "|│┃║ \t"  # of boxes that terminals draw around a traceback
_COLOR = re.compile(r"\x1b\[[\d;]{0,12}[A-Za-z]")
# Signs that editors, forums and Chinese keyboards put in place of the plain ones.
_PLAIN = str.maketrans("（）［］，：；“”‘’×", "()[],:;\"\"''x", "`*\u200b\ufeff\r")  # noqa: RUF001


def plain_lines(text: str) -> str:
    """Return the text with every line as the program wrote it.

    >>> plain_lines("[rank0]: RuntimeError: size mismatch, m1: [4 × 5]")
    ' RuntimeError: size mismatch, m1: [4 x 5]'
    """
    if "&" in text:
        text = html.unescape(text)
    text = text.replace("\\n", "\n").replace("\\'", "'").replace('\\"', '"')
    text = _COLOR.sub("", text.translate(_PLAIN))
    return _PREFIX.sub("", "\n".join(map(_without_border, text.split("\n"))))


def _without_border(line: str) -> str:
    return line.rstrip(_BORDERS) if line[-1:] in tuple(_BORDERS) else line


def readings(text: str) -> Iterator[str]:
    r"""Yield the text on one line: joined as if broken between words, and as if broken in mid-word.

    >>> next(readings("cannot be multiplied (512x4096 and \n2048x3072)"))
    'cannot be multiplied (512x4096 and 2048x3072)'
    """
    plain = plain_lines(text)
    yield " ".join(plain.split())
    if "\n" in plain:
        yield " ".join(plain.replace("\n", "").split())
