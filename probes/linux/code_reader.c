#include "code_reader.h"

#include <errno.h>
#include <fcntl.h>
#include <unistd.h>

int code_read_process(int process, struct linux_code *out)
{
	char link[4096];
	ssize_t n = readlinkat(process, "exe", link, sizeof(link));
	struct file f;
	int fd, root;

	if (n < 0)
		return -errno;
	fd = openat(process, "exe",
		    O_RDONLY | O_NONBLOCK | O_CLOEXEC | O_NOCTTY);
	if (fd < 0)
		return -errno;
	if (file_of_descriptor(fd, &f, NULL))
		return -EIO;
	root = open("/", O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	if (root < 0) {
		file_close(&f);
		return -EIO;
	}
	linux_code_read(&f, slice_of(link, (size_t)n), root, out);
	(void)close(root);
	file_close(&f);
	return 0;
}
