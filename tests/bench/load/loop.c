/* The one epoll loop. Waits to the nanosecond, because interactive load is sent on a schedule of microseconds. */
#define _GNU_SOURCE
#include "load.h"
#include <errno.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/prctl.h>

static int epoll_fd;

void loop_open(void) {
  epoll_fd = epoll_create1(EPOLL_CLOEXEC);
  if (epoll_fd < 0) fail("epoll: %s", strerror(errno));
  prctl(PR_SET_TIMERSLACK, 1); /* the usual 50 us would be seen in the latencies */
}

void loop_add(struct source *source, uint32_t events) {
  struct epoll_event event = {.events = events, .data.ptr = source};
  if (epoll_ctl(epoll_fd, EPOLL_CTL_ADD, source->fd, &event) < 0) fail("epoll add: %s", strerror(errno));
}

void loop_watch(struct source *source, uint32_t events) {
  struct epoll_event event = {.events = events, .data.ptr = source};
  if (epoll_ctl(epoll_fd, EPOLL_CTL_MOD, source->fd, &event) < 0) fail("epoll watch: %s", strerror(errno));
}

void loop_turn(int64_t timeout_ns) {
  struct epoll_event events[64];
  if (timeout_ns < 0) timeout_ns = 0;
  struct timespec timeout = {timeout_ns / 1000000000, timeout_ns % 1000000000};
  int count = epoll_pwait2(epoll_fd, events, 64, &timeout, NULL);
  if (count < 0 && errno != EINTR) fail("epoll wait: %s", strerror(errno));
  for (int i = 0; i < count; i++) {
    struct source *source = events[i].data.ptr;
    source->on_ready(source, events[i].events);
  }
}

void loop_until(uint64_t deadline_ns) {
  for (uint64_t now = now_ns(); now < deadline_ns; now = now_ns()) loop_turn((int64_t)(deadline_ns - now));
}
