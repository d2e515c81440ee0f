// SPDX-License-Identifier: GPL-2.0-or-later
// score: jsontree -O2 -g
// Reads the run database (json, one file) and prints how the runs converged.
// Own parser: nlohmann did not compile on the old cluster.
#include <cctype>
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <fstream>
#include <iostream>
#include <map>
#include <string>
#include <vector>

struct Node {
	enum { NUL, BOOL, NUM, STR, ARR, OBJ } kind = NUL;
	double num = 0;
	std::string str;
	std::vector<Node *> arr;
	std::map<std::string, Node *> obj;
};

static std::istream *in;
static int peekc() { int c; while (isspace(c = in->peek())) in->get(); return c; }
static std::string quoted()
{
	std::string s; in->get();
	for (int c; (c = in->get()) != '"' && c != EOF; ) { if (c == '\\') c = in->get(); s += (char)c; }
	return s;
}

__attribute__((noinline)) Node *parse()
{
	Node *n = new Node;
	int c = peekc();
	if (c == '{') {
		n->kind = Node::OBJ; in->get();
		while (peekc() != '}') {
			std::string k = quoted();
			peekc(); in->get();          // :
			n->obj[k] = parse();
			if (peekc() == ',') in->get();
		}
		in->get();
	} else if (c == '[') {
		n->kind = Node::ARR; in->get();
		while (peekc() != ']') { n->arr.push_back(parse()); if (peekc() == ',') in->get(); }
		in->get();
	} else if (c == '"') {
		n->kind = Node::STR; n->str = quoted();
	} else {
		char b[64]; int k = 0;
		while (k < 63 && (isalnum(c = in->peek()) || strchr("+-.", c))) b[k++] = (char)in->get();
		b[k] = 0;
		if (k == 0) { std::cerr << "bad json near byte " << in->tellg() << "\n"; exit(3); }
		if (isalpha(b[0])) { n->kind = Node::BOOL; n->num = b[0] == 't'; }
		else { n->kind = Node::NUM; n->num = atof(b); }
	}
	return n;
}

int main(int argc, char **argv)
{
	std::ifstream f(argc > 1 ? argv[1] : "runs.json");
	if (!f) { perror("runs"); return 1; }
	in = &f;
	Node *db = parse();
	double worst = 0; int ok = 0; std::string who;
	for (auto &r : db->obj) {
		ok += r.second->obj["ok"]->num != 0;
		double s = 0;
		for (auto *t : r.second->obj["trace"]->arr) s += t->arr[1]->num;
		if (s > worst) { worst = s; who = r.first; }
	}
	printf("%zu runs, %d ok, worst %s %.3f\n", db->obj.size(), ok, who.c_str(), worst);
	return 0;   // the OS cleans up
}
