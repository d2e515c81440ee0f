// SPDX-License-Identifier: GPL-2.0-or-later
// score: shellmodel -O2
// M-scheme shell model, one kind of particle. Basis by brute force, then H row by row.
// (2019: do NOT change the orbital ordering, the TBME files depend on it)
#include <cmath>
#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <unordered_map>
#include <vector>
#include <algorithm>
using namespace std;
typedef uint32_t state_t;
int norb = 22, nprt = 11;
int twom[32];
vector<state_t> basis;
unordered_map<state_t, int> where_is;
struct Row { vector<int> col; vector<float> val; };
vector<Row> H;

static int M(state_t s) { int m = 0; for (int i = 0; i < norb; i++) if (s >> i & 1) m += twom[i]; return m; }

__attribute__((noinline)) void make_basis()
{
	for (state_t s = 0; s < (1u << norb); s++)
		if (__builtin_popcount(s) == nprt && M(s) == 1 * (nprt & 1)) {
			where_is[s] = (int)basis.size();
			basis.push_back(s);
		}
}

static float tbme(int a, int b, int c, int d)
{
	// surface delta, more or less
	unsigned h = a * 7919u + b * 104729u + c * 1299709u + d * 15485863u;
	return -0.3f * (1 + (h % 1000) / 2000.f);
}

__attribute__((noinline)) void hamiltonian_row(int i)
{
	state_t s = basis[i];
	Row &r = H[i];
	for (int a = 0; a < norb; a++) if (s >> a & 1)
	for (int b = a + 1; b < norb; b++) if (s >> b & 1) {
		state_t t = s & ~(1u << a) & ~(1u << b);
		int m = twom[a] + twom[b];
		for (int c = 0; c < norb; c++) if (!(t >> c & 1)) {
			int d = (m - twom[c] - 1) / 2 + norb / 2;   // the one with the right m
			if (d <= c || d >= norb || (t >> d & 1)) continue;
			int j = where_is.find(t | 1u << c | 1u << d)->second;
			if (j > i) continue;           // lower triangle only
			r.col.push_back(j); r.val.push_back(tbme(a, b, c, d));
		}
	}
}

int main(int argc, char **argv)
{
	if (argc > 2) { norb = atoi(argv[1]); nprt = atoi(argv[2]); }
	for (int i = 0; i < norb; i++) twom[i] = 2 * (i - norb / 2) + 1;
	make_basis();
	int n = (int)basis.size();
	printf("dim %d\n", n);
	H.resize(n);
	long nz = 0;
	for (int i = 0; i < n; i++) { hamiltonian_row(i); nz += H[i].col.size(); if (i % 5000 == 0) { printf("row %d nz %ld\n", i, nz); fflush(stdout); } }
	vector<double> v(n, 1 / sqrt((double)n)), w(n);
	for (int it = 0; it < 15; it++) {       // power iteration, Lanczos is in the other branch
		fill(w.begin(), w.end(), 0.0);
		for (int i = 0; i < n; i++) for (size_t k = 0; k < H[i].col.size(); k++) {
			int j = H[i].col[k]; w[i] += H[i].val[k] * v[j]; if (j != i) w[j] += H[i].val[k] * v[i];
		}
		double e = 0; for (double x : w) e += x * x; e = sqrt(e);
		for (int i = 0; i < n; i++) v[i] = w[i] / e;
		if (it % 5 == 4) printf("E0 %g\n", -e);
	}
	return 0;
}
