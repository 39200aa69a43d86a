#include "terminal_info.h"

#include <curses.h>
#include <stdlib.h>
#include <term.h>

void terminal_info_read(struct terminal_info *info, int fd)
{
	const char *term = getenv("TERM");
	int result = 0;

	*info = (struct terminal_info){.library = curses_version()};
	if (!term || !*term || setupterm(term, fd, &result) == ERR)
		return;
	info->known = true;
	info->colors = tigetnum("colors");
	if (info->colors < 0)
		info->colors = 0;
	del_curterm(cur_term);
}
