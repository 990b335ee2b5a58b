/*
 * Both ends of vpcd's framing: the reader that measures, and a card that does nothing.
 *
 *     vpcd reader CARDS ROUNDS COUNT COMMAND ANSWER …    listens for cards, lets them take turns
 *     vpcd card PORT ANSWER …                            gives the answers, again and again
 *
 * Commands and answers are in hex. The reader prints a port for each card, and then for each round
 * the nanoseconds of one round trip with each. That is wall time, since two processes take part. A
 * frame goes out in one write; each answer is compared.
 */
#include <arpa/inet.h>
#include <netinet/tcp.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#define CARDS_MAX 2
#define MESSAGES_MAX 32
#define FRAME_MAX 300

struct frame {
  unsigned char octets[FRAME_MAX];
  int length;
};

static void fail(const char *what)
{
  perror(what);
  exit(1);
}

static struct frame frame_of(const char *hex)
{
  struct frame frame;
  const int octets = strlen(hex) / 2;

  if (octets + 2 > FRAME_MAX)
    fail("a frame that is too long");
  frame.octets[0] = octets >> 8;
  frame.octets[1] = octets;
  for (int i = 0; i < octets; i++) {
    unsigned octet;
    if (sscanf(hex + 2 * i, "%2x", &octet) != 1)
      fail("hex");
    frame.octets[2 + i] = octet;
  }
  frame.length = octets + 2;
  return frame;
}

static void send_frame(int fd, const struct frame *frame)
{
  if (write(fd, frame->octets, frame->length) != frame->length)
    fail("write");
}

/* Gives the length with its two octets; 0 when the other end has gone. */
static int receive_frame(int fd, unsigned char *octets)
{
  int length = 0, wanted = 2;

  while (length < wanted) {
    const int got = read(fd, octets + length, FRAME_MAX - length);
    if (got <= 0)
      return 0;
    length += got;
    if (length >= 2)
      wanted = 2 + octets[0] * 256 + octets[1];
  }
  return length;
}

static struct sockaddr_in loopback(int port)
{
  struct sockaddr_in address = {.sin_family = AF_INET, .sin_port = htons(port)};
  address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  return address;
}

static void no_delay(int fd)
{
  const int on = 1;
  setsockopt(fd, IPPROTO_TCP, TCP_NODELAY, &on, sizeof on);
}

static int listening(int *port)
{
  struct sockaddr_in address = loopback(0);
  socklen_t length = sizeof address;
  const int fd = socket(AF_INET, SOCK_STREAM, 0);

  if (bind(fd, (struct sockaddr *)&address, length) || listen(fd, 1))
    fail("listen");
  getsockname(fd, (struct sockaddr *)&address, &length);
  *port = ntohs(address.sin_port);
  return fd;
}

static double round_trips(int fd, long count, const struct frame *frames, int pairs)
{
  unsigned char answer[FRAME_MAX];
  struct timespec before, after;

  clock_gettime(CLOCK_MONOTONIC, &before);
  for (long n = 0; n < count; n++) {
    const struct frame *pair = frames + 2 * (n % pairs);
    send_frame(fd, pair);
    const int length = receive_frame(fd, answer);
    if (length != pair[1].length || memcmp(answer, pair[1].octets, length) != 0)
      fail("another answer");
  }
  clock_gettime(CLOCK_MONOTONIC, &after);
  return ((after.tv_sec - before.tv_sec) * 1e9 + (after.tv_nsec - before.tv_nsec)) / count;
}

static int reader(int count, int rounds, long trips, const struct frame *frames, int pairs)
{
  const struct frame power_on = frame_of("01");
  int ports[CARDS_MAX], cards[CARDS_MAX];

  for (int i = 0; i < count; i++) {
    cards[i] = listening(&ports[i]);
    printf("%d%c", ports[i], i + 1 < count ? ' ' : '\n');
  }
  fflush(stdout);
  for (int i = 0; i < count; i++) {
    cards[i] = accept(cards[i], NULL, NULL);
    no_delay(cards[i]);
    send_frame(cards[i], &power_on);
  }
  for (int n = 0; n < rounds; n++)
    for (int i = 0; i < count; i++)
      printf("%.1f%c", round_trips(cards[i], trips, frames, pairs), i + 1 < count ? ' ' : '\n');
  return 0;
}

static int card(int port, const struct frame *answers, int count)
{
  const struct sockaddr_in address = loopback(port);
  const int fd = socket(AF_INET, SOCK_STREAM, 0);
  unsigned char command[FRAME_MAX];

  if (connect(fd, (const struct sockaddr *)&address, sizeof address))
    fail("connect");
  no_delay(fd);
  for (int n = 0;;) {
    const int length = receive_frame(fd, command);
    if (length == 0)
      return 0;
    /* One octet is a control; only "get ATR" is answered. */
    if (length > 3 || command[2] == 4)
      send_frame(fd, &answers[n++ % count]);
  }
}

int main(int argc, char **argv)
{
  struct frame frames[MESSAGES_MAX];
  const int is_reader = argc > 4 && strcmp(argv[1], "reader") == 0;
  const int first = is_reader ? 5 : 3;
  const int count = argc - first;

  if (count < 1 || count > MESSAGES_MAX)
    return 2;
  for (int i = 0; i < count; i++)
    frames[i] = frame_of(argv[first + i]);
  if (!is_reader)
    return card(atoi(argv[2]), frames, count);
  const int cards = atoi(argv[2]);
  if (cards < 1 || cards > CARDS_MAX)
    return 2;
  return reader(cards, atoi(argv[3]), atol(argv[4]), frames, count / 2);
}
