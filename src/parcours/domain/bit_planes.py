"""Whole numbers of many people at once, in bits: plane i holds the bit i of everybody’s number.

A plane is one Python integer with one bit a person, so that an addition over a hundred thousand
people is a few operations on 12-kilobyte integers. Sets of people are such integers too (masks).
"""

from array import array
from collections.abc import Iterable, Iterator

Planes = list[int]
BYTE, ONE = 8, ord("1")
# From one position in so many on, a digit a person is quicker to write than a bit.
MANY = 32


def mask_of(positions: Iterable[int], size: int) -> int:
    """The set of these positions, among `size`."""
    if isinstance(positions, array) and len(positions) * MANY > size:
        digits = bytearray(b"0") * size
        for position in positions:
            digits[position] = ONE
        digits.reverse()
        return int(digits, 2)
    found = bytearray((size + BYTE - 1) // BYTE)
    for position in positions:
        found[position >> 3] |= 1 << (position & 7)
    return int.from_bytes(found, "little")


def positions_of(mask: int) -> Iterator[int]:
    """The positions of a set, in order."""
    bits = bin(mask)[:1:-1]
    position = bits.find("1")
    while position >= 0:
        yield position
        position = bits.find("1", position + 1)


def add_to(planes: Planes, amount: int, who: int) -> None:
    """Add `amount`, positive, to the number of everybody in `who`."""
    carry, bit = 0, 0
    while carry or amount >> bit:
        if bit == len(planes):
            planes.append(0)
        held = planes[bit]
        if amount >> bit & 1:
            planes[bit] = held ^ who ^ carry
            carry = (held & who) | (carry & (held ^ who))
        else:
            planes[bit] = held ^ carry
            carry &= held
        bit += 1


def product(left: Planes, right: Planes) -> Planes:
    """Everybody’s product of two numbers."""
    found: Planes = []
    for shift, who in enumerate(left):
        if who:
            _add(found, [plane & who for plane in right], shift)
    return found


def at_least(planes: Planes, amount: int, among: int) -> int:
    """Those of `among` whose number reaches `amount`."""
    if amount <= 0:
        return among
    if amount >> len(planes):
        return 0
    above, equal = 0, among
    for bit in range(len(planes) - 1, -1, -1):
        has = equal & planes[bit]
        if amount >> bit & 1:
            equal = has
        else:
            above |= has
            equal ^= has
    return above | equal


def _add(planes: Planes, other: Planes, shift: int) -> None:
    """Add `other`, moved up by `shift` bits, to everybody’s number."""
    carry = 0
    planes.extend([0] * (shift + len(other) - len(planes)))
    for bit, plane in enumerate(other, shift):
        held = planes[bit]
        either = held ^ plane
        planes[bit] = either ^ carry
        carry = (held & plane) | (carry & either)
    bit = shift + len(other)
    while carry:
        if bit == len(planes):
            planes.append(0)
        held = planes[bit]
        planes[bit] = held ^ carry
        carry &= held
        bit += 1
