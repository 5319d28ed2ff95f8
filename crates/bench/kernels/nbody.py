"""Five bodies under gravity: float arithmetic and lists."""

DT = 0.01


def bodies():
    return [([4.8 + i, -1.1 * i, 0.1 + i], [0.6 * i, 2.8, -0.02 * i], 0.03 + i) for i in range(5)]


def step(system, pairs):
    for (p1, v1, m1), (p2, v2, m2) in pairs:
        dx = p1[0] - p2[0]
        dy = p1[1] - p2[1]
        dz = p1[2] - p2[2]
        pull = DT * (dx * dx + dy * dy + dz * dz) ** -1.5
        a, b = m1 * pull, m2 * pull
        v1[0] -= dx * b; v1[1] -= dy * b; v1[2] -= dz * b
        v2[0] += dx * a; v2[1] += dy * a; v2[2] += dz * a
    for p, v, _ in system:
        p[0] += DT * v[0]; p[1] += DT * v[1]; p[2] += DT * v[2]


def bench_nbody():
    system = bodies()
    pairs = [(a, b) for i, a in enumerate(system) for b in system[i + 1:]]
    for _ in range(100):
        step(system, pairs)
