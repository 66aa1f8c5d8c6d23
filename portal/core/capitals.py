"""Amounts in Chinese capital numerals (大写), as payment papers and contracts carry them."""

_DIGITS = "零壹贰叁肆伍陆柒捌玖"
_UNITS = ((10**8, "亿"), (10**4, "万"), (1000, "仟"), (100, "佰"), (10, "拾"))

LIMIT_YUAN = 10**16
"""Amounts stay below this many yuan: 9999 万亿 is the highest unit in use."""


def in_capitals(fen: int) -> str:
    """Write ``fen`` in capital numerals, for example 140950 as 壹仟肆佰零玖元伍角.

    Follows the payment settlement rules: 整 closes an amount in whole yuan and never follows 分; where the
    rules leave 零 optional, it is written after 元 (壹仟陆佰捌拾元零叁角贰分) and left out after 万. Negative
    amounts begin with 负. Raises ``ValueError`` from 10,000 万亿 yuan on.
    """
    yuan, cents = divmod(abs(fen), 100)
    if yuan >= LIMIT_YUAN:
        raise ValueError("the amount is too large for capital numerals")
    jiao, last = divmod(cents, 10)
    text = "负" if fen < 0 else ""
    if yuan or not cents:
        text += _integer(yuan) + "元"
    if not cents:
        return text + "整"
    if yuan and (jiao == 0 or yuan % 10 == 0):
        text += "零"
    if jiao:
        text += _DIGITS[jiao] + "角"
    if last:
        text += _DIGITS[last] + "分"
    return text


def _integer(number: int) -> str:
    for unit, name in _UNITS:
        if number >= unit:
            high, low = divmod(number, unit)
            gap = "零" if 0 < low < unit // 10 else ""
            return _integer(high) + name + gap + (_integer(low) if low else "")
    return _DIGITS[number]
