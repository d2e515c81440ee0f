/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "grow.h"

#include <cstring>
#include <functional>
#include <list>
#include <map>
#include <memory>
#include <string>
#include <unordered_map>
#include <vector>

#define NOINLINE __attribute__((noinline))

void *volatile sink;

struct Session {
	char name[200];
};

class Server
{
      public:
	NOINLINE void open_session();
	NOINLINE void fill_table();
	NOINLINE void remember(const std::string &text, int n);

	std::vector<Session> sessions;
	std::vector<Session *> open;
	std::map<int, Session> by_id;
	std::unordered_map<std::string, Session> by_name;
	std::string log;
	std::list<Session> queue;
};

void Server::open_session()
{
	for (size_t i = 0; i < SIZE / sizeof(Session); i++)
		open.push_back(new Session());
}

void Server::fill_table()
{
	for (int i = 0; i < (int)(SIZE / sizeof(Session)); i++)
		by_id[i * 7919 % 104729] = Session();
}

void Server::remember(const std::string &text, int n)
{
	for (int i = 0; i < n; i++)
		log += text;
}

namespace mesh
{
template <typename T> NOINLINE void refine(std::vector<T> &cells)
{
	for (size_t i = 0; i < SIZE / sizeof(T); i++)
		cells.push_back(T());
}
} // namespace mesh

NOINLINE void with_array()
{
	double *p = new double[SIZE / 8]();

	sink = p;
}

NOINLINE void with_resize(std::vector<double> &v)
{
	v.resize(SIZE / 8);
}

NOINLINE void with_assign(std::vector<double> &v)
{
	v.assign(SIZE / 8, 1.0);
}

NOINLINE void with_hash(Server &server)
{
	for (size_t i = 0; i < SIZE / 512; i++)
		server.by_name[std::to_string(i)] = Session();
}

NOINLINE void with_list(Server &server)
{
	for (size_t i = 0; i < SIZE / 256; i++)
		server.queue.emplace_back();
}

NOINLINE void with_lambda(const std::function<void(size_t)> &visit)
{
	for (size_t i = 0; i < SIZE / 64; i++)
		visit(i);
}

NOINLINE void with_shared()
{
	auto *v = new std::vector<std::shared_ptr<Session>>();

	for (size_t i = 0; i < SIZE / 256; i++)
		v->push_back(std::make_shared<Session>());
	sink = v;
}

/* Its copies are made by a constructor that nobody wrote. */
struct Row {
	std::string station, day, remark;
};

NOINLINE void copy_rows(const Row &row)
{
	auto *rows = new std::list<Row>();

	for (size_t i = 0; i < SIZE / 512; i++)
		rows->push_back(row);
	sink = rows;
}

int main(int argc, char **argv)
{
	const std::string mode = argc > 1 ? argv[1] : "";
	static Server server;
	static std::vector<double> numbers;
	static std::vector<void *> kept;

	ready();
	if (mode == "method")
		server.open_session();
	else if (mode == "map")
		server.fill_table();
	else if (mode == "string")
		server.remember("0123456789abcdef0123456789abcdef",
				(int)(SIZE / 32));
	else if (mode == "template")
		mesh::refine(numbers);
	else if (mode == "array")
		with_array();
	else if (mode == "resize")
		with_resize(numbers);
	else if (mode == "assign")
		with_assign(numbers);
	else if (mode == "hash")
		with_hash(server);
	else if (mode == "copy")
		copy_rows({ std::string(150, 's'), std::string(150, 'd'),
			    std::string(150, 'r') });
	else if (mode == "list")
		with_list(server);
	else if (mode == "shared")
		with_shared();
	else if (mode == "lambda")
		with_lambda([](size_t n) {
			char *p = new char[56];

			memset(p, (int)n, 56);
			sink = p;
		});
	done();
	return 0;
}
