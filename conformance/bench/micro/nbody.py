def f(n):
    x1 = 0.0
    y1 = 0.0
    z1 = 0.0
    vx1 = 0.01
    vy1 = 0.02
    vz1 = 0.03
    x2 = 4.84
    y2 = -1.16
    z2 = -0.103
    vx2 = 0.6
    vy2 = 2.81
    vz2 = -0.02
    m1 = 39.47
    m2 = 0.037
    dt = 0.001
    for i in range(n):
        dx = x1 - x2
        dy = y1 - y2
        dz = z1 - z2
        d = dx * dx + dy * dy + dz * dz
        mag = dt / (d * d ** 0.5)
        vx1 = vx1 - dx * m2 * mag
        vy1 = vy1 - dy * m2 * mag
        vz1 = vz1 - dz * m2 * mag
        vx2 = vx2 + dx * m1 * mag
        vy2 = vy2 + dy * m1 * mag
        vz2 = vz2 + dz * m1 * mag
        x1 = x1 + dt * vx1
        y1 = y1 + dt * vy1
        z1 = z1 + dt * vz1
        x2 = x2 + dt * vx2
        y2 = y2 + dt * vy2
        z2 = z2 + dt * vz2
    return x1 + x2
print(f(6000))
