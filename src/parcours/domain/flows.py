"""Moving flow along a network: how far a masked count may go, the others making room."""


def path(rooms: dict[int, dict[int, int]], source: int, target: int) -> dict[int, int]:
    """Where each node reached from `source` was reached from."""
    came = {source: source}
    waiting = [source]
    for node in waiting:
        for other, room in rooms.get(node, {}).items():
            if room > 0 and other not in came:
                came[other] = node
                waiting.append(other)
        if target in came:
            break
    return came


def push(
    rooms: dict[int, dict[int, int]], came: dict[int, int], source: int, target: int, most: int
) -> int:
    """Move along a path as much as it bears."""
    steps = []
    node = target
    while node != source:
        steps.append((came[node], node))
        node = came[node]
    amount = min(most, *(rooms[start][end] for start, end in steps))
    for start, end in steps:
        rooms[start][end] -= amount
        back = rooms.setdefault(end, {})
        back[start] = back.get(start, 0) + amount
    return amount
