// SPDX-License-Identifier: GPL-2.0-or-later
// A server with a table of sessions: they are opened, and nobody closes them.
// score: sessions -O2 -g
// score: sessions-bare -O2 -fomit-frame-pointer
#include <string>
#include <unordered_map>
#include "score.h"

struct session {
	std::string user, log;
};

class Server {
	std::unordered_map<long, session> sessions;

public:
	OWN void open_session(long id)
	{
		session &s = sessions[id];

		s.user = "user" + std::to_string(id);
		s.log.assign(2000, 'x');
	}
	OWN long serve(long first, long each)
	{
		for (long i = 0; i < each; i++)
			open_session(first + i);
		return (long)sessions.size();
	}
};

int main()
{
	long pace = env("PACE", 40), each = env("EACH", 250), n = 0;
	Server server;

	for (;;) {
		n = server.serve(n, each);
		nap(pace);
	}
}
