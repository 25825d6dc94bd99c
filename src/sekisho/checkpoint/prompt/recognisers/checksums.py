"""Check digits: of payment cards (Luhn) and of the Japanese individual number. Digits as a string."""

from __future__ import annotations


def luhn(digits: str) -> bool:
    """Whether the last digit is the Luhn check digit."""
    total = 0
    for place, digit in enumerate(reversed(digits)):
        number = int(digit) * (2 if place % 2 else 1)
        total += number - 9 if number > 9 else number
    return total % 10 == 0


def my_number(digits: str) -> bool:
    """Whether twelve digits are an individual number: the last is 11 minus a weighted sum modulo 11."""
    if len(digits) != 12:
        return False
    weights = (6, 5, 4, 3, 2, 7, 6, 5, 4, 3, 2)
    rest = sum(int(digit) * weight for digit, weight in zip(digits[:11], weights, strict=True)) % 11
    return int(digits[11]) == (0 if rest <= 1 else 11 - rest)
