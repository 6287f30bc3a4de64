/* SPDX-License-Identifier: Apache-2.0 */
/* The numeric programs, for one type of floating point: REAL. */
#include "user.h"

#define N 12

typedef struct {
    REAL re, im;
} Complex; /* two of these are an argument in four VFP registers */

static NOINLINE void multiply(REAL to[N][N], REAL a[N][N], REAL b[N][N]) {
    for (int i = 0; i < N; i++)
        for (int j = 0; j < N; j++) {
            REAL sum = 0;
            for (int k = 0; k < N; k++)
                sum += a[i][k] * b[k][j];
            to[i][j] = sum;
        }
}

static NOINLINE REAL determinant(REAL m[N][N]) {
    REAL result = 1;
    for (int column = 0; column < N; column++) {
        int pivot = column;
        for (int row = column + 1; row < N; row++)
            if (FABS(m[row][column]) > FABS(m[pivot][column]))
                pivot = row;
        if (m[pivot][column] == 0)
            return 0;
        if (pivot != column) {
            result = -result;
            for (int k = 0; k < N; k++) {
                REAL t = m[pivot][k];
                m[pivot][k] = m[column][k];
                m[column][k] = t;
            }
        }
        result *= m[column][column];
        for (int row = column + 1; row < N; row++) {
            REAL factor = m[row][column] / m[column][column];
            for (int k = column; k < N; k++)
                m[row][k] -= factor * m[column][k];
        }
    }
    return result;
}

static NOINLINE Complex times(Complex a, Complex b) {
    return (Complex){a.re * b.re - a.im * b.im, a.re * b.im + a.im * b.re};
}

static NOINLINE int mandelbrot(Complex c) {
    Complex z = {0, 0};
    for (int n = 0; n < 60; n++) {
        z = times(z, z);
        z.re += c.re;
        z.im += c.im;
        if (z.re * z.re + z.im * z.im > 4)
            return n;
    }
    return 60;
}

static NOINLINE REAL sine(REAL x) {
    REAL term = x, sum = x;
    for (int i = 2; i < 24; i += 2)
        sum += term *= -x * x / (REAL)(i * (i + 1));
    return sum;
}

static NOINLINE REAL exponential(REAL x) {
    REAL term = 1, sum = 1;
    for (int i = 1; i < 30; i++)
        sum += term *= x / (REAL)i;
    return sum;
}

static NOINLINE REAL newton_root(REAL x) {
    REAL r = x;
    for (int i = 0; i < 30; i++)
        r = (r + x / r) / 2;
    return r;
}

static NOINLINE REAL horner(const REAL *coefficients, int n, REAL x) {
    REAL result = 0;
    while (n--)
        result = result * x + coefficients[n];
    return result;
}

/* Nine parameters: some of them on the stack. */
static NOINLINE REAL blend(REAL a, REAL b, REAL c, REAL d, REAL e, REAL f, REAL g, REAL h, REAL i, int n, REAL j) {
    return (a - b) * c + (d - e) / (f + 1) - g * h + i * (REAL)n - j;
}

static NOINLINE REAL lorenz(int steps) {
    REAL x = 1, y = 1, z = 1, dt = (REAL)0.01;
    for (int i = 0; i < steps; i++) {
        REAL dx = 10 * (y - x), dy = x * (28 - z) - y, dz = x * y - z * (REAL)8 / 3;
        x += dx * dt;
        y += dy * dt;
        z += dz * dt;
    }
    return x + y + z;
}

int main(void) {
    static REAL a[N][N], b[N][N], c[N][N];
    u64 seed = 5, sum = MIX_START;
    for (int round = 0; round < 3; round++) {
        for (int i = 0; i < N; i++)
            for (int j = 0; j < N; j++) {
                a[i][j] = (REAL)(s32)next_random(&seed) / (REAL)(1 << (round * 12 + 1));
                b[i][j] = (REAL)(next_random(&seed) >> 40) / 65536;
            }
        multiply(c, a, b);
        for (int i = 0; i < N; i++)
            for (int j = 0; j < N; j++)
                sum = mix(sum, BITS(c[i][j]));
        printf("matrix %016llx determinant %016llx\n", sum, BITS(determinant(c)));
    }
    for (int i = -8; i <= 8; i++) {
        REAL x = (REAL)i / 2;
        printf("%d: sin %016llx exp %016llx root %016llx %016llx\n", i, BITS(sine(x)), BITS(exponential(x)),
               BITS(newton_root(x * x + 1)), BITS(ROOT(x * x + (REAL)0.3)));
        printf("   horner %016llx blend %016llx\n", BITS(horner(a[3], N, x)),
               BITS(blend(x, a[0][0], b[0][1], x, a[1][0], b[3][3], x, b[4][4], a[2][2], i, x)));
    }
    for (int y = -10; y <= 10; y++) {
        for (int x = -30; x <= 10; x++)
            putchar(" .:-=+*#%@"[mandelbrot((Complex){(REAL)x / 15, (REAL)y / 9}) % 10]);
        putchar('\n');
    }
    for (int steps = 100; steps < 1000; steps += 300)
        printf("lorenz %016llx\n", BITS(lorenz(steps)));
    REAL tiny = 1, huge = 1;
    for (int i = 0; i < 1100; i += 50) {
        for (int j = 0; j < 50; j++) {
            tiny /= 2;
            huge *= 2;
        }
        printf("%d: %016llx %016llx %016llx\n", i, BITS(tiny), BITS(huge), BITS(tiny * huge - huge / huge));
    }
    return 0;
}
