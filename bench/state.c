/*
 * Appends records to a file, and waits for the disk after each: the least that a journal does.
 *
 * Called with a file, the number of records and the octets of one; prints nanoseconds of wall time
 * for one record. The file stays as it is for the next round, which appends to it.
 */
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#define OCTETS_MAX 4096

int main(int argc, char **argv)
{
  if (argc != 4)
    return 2;
  const long count = atol(argv[2]);
  const int octets = atoi(argv[3]);
  char record[OCTETS_MAX];
  struct timespec before, after;
  const int fd = open(argv[1], O_RDWR | O_CREAT, 0600);
  off_t end = lseek(fd, 0, SEEK_END);

  if (fd < 0 || octets < 1 || octets > OCTETS_MAX)
    return 1;
  clock_gettime(CLOCK_MONOTONIC, &before);
  for (long n = 0; n < count; n++) {
    memset(record, n, octets);
    if (pwrite(fd, record, octets, end) != octets || fdatasync(fd) != 0)
      return 1;
    end += octets;
  }
  clock_gettime(CLOCK_MONOTONIC, &after);
  const double ns = (after.tv_sec - before.tv_sec) * 1e9 + (after.tv_nsec - before.tv_nsec);
  printf("%.3f\n", ns / count);
  return 0;
}
