/* The desktops' side: one listening socket; each connection is greeted and then left to the mode. */
#define _GNU_SOURCE
#include "load.h"
#include <errno.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <stdlib.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/socket.h>

struct target **targets;
unsigned target_count;
static unsigned target_most;
static struct source listener;

static void on_target(struct source *source, uint32_t events) { mode->on_target_ready((struct target *)source, events); }

static void accept_one(int fd) {
  if (target_count == target_most) fail("the relay dials more often than tunnels were opened");
  int on = 1;
  setsockopt(fd, IPPROTO_TCP, TCP_NODELAY, &on, sizeof on);
  struct target *target = calloc(1, sizeof *target);
  if (!target) fail("out of memory");
  target->source = (struct source){.fd = fd, .on_ready = on_target};
  target->index = target_count;
  targets[target_count++] = target;
  if (send(fd, GREETING, GREETING_BYTES, MSG_NOSIGNAL) != GREETING_BYTES) fail("cannot greet: %s", strerror(errno));
  loop_add(&target->source, EPOLLIN);
}

static void on_accept(struct source *source, uint32_t events) {
  (void)events;
  for (;;) {
    int fd = accept4(source->fd, NULL, NULL, SOCK_NONBLOCK | SOCK_CLOEXEC);
    if (0 <= fd) accept_one(fd);
    else if (errno == EAGAIN) return;
    else if (errno != ECONNABORTED) fail("accept: %s", strerror(errno));
  }
}

void target_listen(int port, unsigned most) {
  struct sockaddr_in address = {.sin_family = AF_INET, .sin_port = htons((uint16_t)port), .sin_addr.s_addr = htonl(INADDR_LOOPBACK)};
  int on = 1;
  int fd = socket(AF_INET, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0);
  setsockopt(fd, SOL_SOCKET, SO_REUSEADDR, &on, sizeof on);
  if (bind(fd, (struct sockaddr *)&address, sizeof address) < 0 || listen(fd, 4096) < 0)
    fail("cannot listen on port %d: %s", port, strerror(errno));
  target_most = most;
  targets = calloc(most, sizeof *targets);
  if (!targets) fail("out of memory");
  listener = (struct source){.fd = fd, .on_ready = on_accept};
  loop_add(&listener, EPOLLIN);
}
