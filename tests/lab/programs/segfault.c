// SPDX-License-Identifier: GPL-2.0-or-later
/* segfault: write where nothing is. */
int main(void)
{
	*(volatile int *)8 = 1;
	return 0;
}
